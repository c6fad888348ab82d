import { randomUUID } from "node:crypto";
import { z } from "zod";
import { BizError } from "@/server/contracts/errors";
import { Uuid } from "@/server/contracts/ids";
import { PaymentKind } from "@/server/contracts/recharge";
import type { Env } from "@/server/env";
import { signMessage, verifyCallback } from "@/server/security/signed-message";
import { CallOutError, createCallOut } from "../../call-out";
import type { PaymentProvider } from "./payment-provider";

const FenAmount = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const Ref = z.string().min(1).max(200);

const SandboxPayment = z.object({
  paymentId: Uuid,
  providerRef: Ref,
  payUrl: z.url(),
  state: z.enum(["open", "paid", "failed", "charged_back"]),
  amountFen: FenAmount,
  reason: z.string().max(200).nullable(),
});

const SandboxCallback = z.object({
  kind: z.string().max(50),
  paymentId: Uuid,
  providerRef: Ref,
  amountFen: FenAmount,
  reason: z.string().max(200).nullable(),
});

/** Our stand-in for a payment provider, `workers/payment-sandbox`. It knows one currency. */
export function createSandboxProvider(
  env: Pick<Env, "PAYMENT_SANDBOX_URL" | "PAYMENT_SANDBOX_SECRET">,
): PaymentProvider {
  const callOut = createCallOut("payment-sandbox");
  const secret = env.PAYMENT_SANDBOX_SECRET;

  async function request(method: "GET" | "POST", path: string, json?: object) {
    const body = json ? JSON.stringify(json) : "";
    const url = new URL(path, env.PAYMENT_SANDBOX_URL);
    const target = { method, path: url.pathname + url.search };
    return callOut(async (signal) => {
      // Signed anew at each try: the sandbox takes a nonce once.
      const signature = signMessage(secret, {
        ...target,
        body,
        timestampMs: Date.now(),
        nonce: randomUUID(),
      });
      const response = await fetch(url, {
        method,
        signal,
        headers: { ...signature, ...(json ? { "content-type": "application/json" } : {}) },
        ...(json ? { body } : {}),
      }).catch((cause: unknown) => {
        throw new CallOutError("The payment sandbox does not answer.", { cause });
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new CallOutError(`The payment sandbox answered ${response.status}.`);
      const answer = SandboxPayment.safeParse(await response.json().catch(() => undefined));
      if (!answer.success) throw new CallOutError("The payment sandbox answered nonsense.");
      return answer.data;
    });
  }

  return {
    name: "sandbox",
    async createPayment({ paymentId, amountFen, coins, returnUrl, payUntil }) {
      const payment = await request("POST", "/v1/payments", {
        paymentId,
        amountFen,
        coins,
        returnUrl,
        payUntil: payUntil.toISOString(),
      });
      if (!payment) throw new BizError("UNAVAILABLE", { service: "payment-sandbox" });
      return { providerRef: payment.providerRef, payUrl: payment.payUrl };
    },
    async findPayment({ paymentId }) {
      const payment = await request("GET", `/v1/payments/${paymentId}`);
      if (!payment)
        return { state: "unknown", amountFen: null, providerRef: null, chargeRef: null, reason: null };
      const { state, amountFen, providerRef, reason } = payment;
      return { state, amountFen, providerRef, chargeRef: providerRef, reason };
    },
    parseCallback(message, nowMs) {
      const nonce = verifyCallback(secret, message, nowMs);
      let json: unknown;
      try {
        json = JSON.parse(message.body.toString("utf8"));
      } catch (cause) {
        throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
      }
      const callback = SandboxCallback.safeParse(json);
      if (!callback.success)
        throw new BizError("INVALID_INPUT", { field: "body" }, { cause: callback.error });
      const { kind, paymentId, providerRef, amountFen, reason } = callback.data;
      const known = PaymentKind.safeParse(kind);
      return {
        nonce,
        kind: known.success ? known.data : "other",
        paymentId,
        amountFen,
        providerRef,
        chargeRef: providerRef,
        reason,
      };
    },
  };
}
