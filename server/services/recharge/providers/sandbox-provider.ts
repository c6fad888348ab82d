import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { SaidFact } from "@/db/live/queries/payment-events";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { parseExactJson, toPlainAmount } from "@/domain/rules/exact-json";
import { tidyLine } from "@/domain/rules/readable-text";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { signMessage, verifyCallback } from "@/platform/security/signed-message";
import type { Env } from "@/platform/settings/env";
import { CallOutError, createCallOut } from "../../call-out";
import { frameOriginOf } from "./frame-origin";
import type { PaymentCallback, PaymentProvider } from "./payment-provider";
import { instantOf, quote, recordOf, refOf, stoppedFen, textOf } from "./read-said";

const FenAmount = z.preprocess(toPlainAmount, z.number().int().positive().max(Number.MAX_SAFE_INTEGER));
const Ref = z
  .string()
  .min(1)
  .max(200)
  .refine((ref) => tidyLine(ref) === ref, "must be a line without anything hidden in it");

/** Something that happened to a payment after it was paid, as the sandbox tells and answers it. */
const SandboxEvent = z.object({
  kind: z.unknown().optional(),
  ref: z.unknown().optional(),
  amountFen: z.unknown().optional(),
  currency: z.unknown().optional(),
  eventId: z.unknown().optional(),
  occurredAt: z.unknown().optional(),
});
type SandboxEvent = z.infer<typeof SandboxEvent>;

const SandboxPayment = z.object({
  paymentId: Uuid,
  providerRef: Ref,
  payUrl: z.url(),
  /** Everything but the first three means that it was paid. */
  state: z.string().max(50),
  amountFen: FenAmount,
  reason: z.string().max(200).nullable(),
  events: z.array(SandboxEvent).default([]),
});

/** Strict: by these coins are credited, or an order fails. */
const SandboxPaid = z.object({
  kind: z.enum(["paid", "failed"]),
  paymentId: Uuid,
  providerRef: Ref,
  amountFen: FenAmount,
  currency: z.string().optional(),
  reason: z.string().max(200).nullable(),
});

/** Generous: whatever names a payment of ours is heard. */
const SandboxLife = SandboxEvent.extend({
  kind: z.string(),
  paymentId: Uuid,
  providerRef: z.unknown().optional(),
});

type Meaning = Pick<SaidFact, "kind" | "state"> & { ref: string };

/** What each kind says, and what it is called where it names no refund or dispute. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["charged_back", { kind: "dispute", state: "open", ref: "dispute" }],
  ["disputed", { kind: "dispute", state: "open", ref: "dispute" }],
  ["dispute_won", { kind: "dispute", state: "won", ref: "dispute" }],
  ["dispute_lost", { kind: "dispute", state: "lost", ref: "dispute" }],
  ["inquiry", { kind: "dispute", state: "inquiry", ref: "dispute" }],
  ["inquiry_closed", { kind: "dispute", state: "inquiry_closed", ref: "dispute" }],
  ["refunded", { kind: "refund", state: "live", ref: "refund" }],
  ["partly_refunded", { kind: "refund", state: "live", ref: "refund" }],
  ["refund_failed", { kind: "refund", state: "dead", ref: "refund" }],
  ["fraud_warning", { kind: "fraud_warning", state: "live", ref: "warning" }],
]);

function toFact(paymentId: string, event: SandboxEvent): SaidFact {
  const kind = textOf(event.kind) ?? "";
  const meaning = MEANINGS.get(kind) ?? { kind: "not_understood", state: "", ref: "" };
  const ref = refOf(event.ref) ?? meaning.ref;
  const amountFen = stoppedFen(event.amountFen, event.currency);
  const saidAt = instantOf(event.occurredAt);
  const eventId = refOf(event.eventId) ?? [kind, ref, amountFen, saidAt?.getTime()].join("/");
  const { amountFen: amount, currency, occurredAt } = event;
  return {
    ...meaning,
    eventKey: `${paymentId}/${eventId}`,
    ref,
    amountFen,
    said: quote({ kind, ref: event.ref, amount, currency, occurredAt }),
    saidAt,
  };
}

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
        timestampMs: sharedNowMs(),
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
      const answer = SandboxPayment.safeParse(
        await response
          .text()
          .then(parseExactJson)
          .catch(() => undefined),
      );
      if (!answer.success) throw new CallOutError("The payment sandbox answered nonsense.");
      return answer.data;
    });
  }

  return {
    name: "sandbox",
    frameOrigin: frameOriginOf({ ...env, PAYMENT_PROVIDER: "sandbox" }),
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
        return {
          state: "unknown",
          amountFen: null,
          providerRef: null,
          chargeRef: null,
          reason: null,
          facts: [],
        };
      const { state, amountFen, providerRef, reason, events } = payment;
      return {
        state: state === "open" || state === "failed" ? state : "paid",
        amountFen,
        providerRef,
        chargeRef: providerRef,
        reason,
        facts: events.map((event) => toFact(paymentId, event)),
      };
    },
    // Every callback of the sandbox names the payment.
    locatePayment: async () => null,
    parseCallback(message, nowMs) {
      const nonce = verifyCallback(secret, message, nowMs);
      let json: unknown;
      try {
        json = parseExactJson(message.body.toString("utf8"));
      } catch (cause) {
        throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
      }
      return readPaid(nonce, json) ?? readLife(nonce, json);
    },
  };
}

function readPaid(nonce: string, json: unknown): PaymentCallback | null {
  const { kind } = recordOf(json);
  if (kind !== "paid" && kind !== "failed") return null;
  const callback = SandboxPaid.safeParse(json);
  if (!callback.success) throw new BizError("INVALID_INPUT", { field: "body" }, { cause: callback.error });
  const { amountFen, currency, providerRef, reason, ...facts } = callback.data;
  const isOurs = currency === undefined || currency.toLowerCase() === "cny";
  return {
    nonce,
    ...facts,
    amountFen: isOurs ? amountFen : null,
    providerRef,
    chargeRef: providerRef,
    reason: textOf(reason),
    facts: [],
    isUnclear: false,
  };
}

function readLife(nonce: string, json: unknown): PaymentCallback {
  const callback = SandboxLife.safeParse(json);
  if (!callback.success) throw new BizError("INVALID_INPUT", { field: "body" }, { cause: callback.error });
  const { kind, paymentId, providerRef, amountFen, currency } = callback.data;
  const fact = toFact(paymentId, callback.data);
  return {
    nonce,
    kind: kind === "charged_back" ? kind : "life",
    paymentId,
    // Of the payment, should this stand for it, too.
    amountFen: stoppedFen(amountFen, currency),
    providerRef: refOf(providerRef),
    chargeRef: kind === "charged_back" ? refOf(providerRef) : null,
    reason: null,
    facts: [fact],
    isUnclear: fact.kind === "not_understood",
  };
}
