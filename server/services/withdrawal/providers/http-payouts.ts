import { randomUUID } from "node:crypto";
import { z } from "zod";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { parseExactJson, toPlainAmount } from "@/domain/rules/exact-json";
import { tidyLine } from "@/domain/rules/readable-text";
import { defineHeld } from "@/platform/runtime/caches";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { signMessage, verifyCallback } from "@/platform/security/signed-message";
import type { Env } from "@/platform/settings/env";
import { CallOutError, createCallOut } from "../../call-out";
import type { Resources } from "../../context";
import type { PayoutProvider } from "./payout-provider";

const PayoutStatement = z.object({
  payoutId: Uuid,
  providerRef: z
    .string()
    .min(1)
    .max(200)
    .refine((ref) => tidyLine(ref) === ref, "must be a line without anything hidden in it"),
  state: z.enum(["processing", "paid", "refused"]),
  amountFen: z.preprocess(toPlainAmount, z.number().int().positive().max(Number.MAX_SAFE_INTEGER)),
  reason: z.string().max(200).transform(tidyLine).nullable(),
});

/**
 * Payouts over signed HTTP, as `workers/payment-sandbox` speaks it: `POST /v1/payouts`, `GET /v1/payouts/<id>` (404: never
 * heard of it), and callbacks with the same statement as their body. A service in front of a bank speaks it as well.
 */
export function createHttpPayouts(
  env: Pick<Env, "PAYOUT_URL" | "PAYMENT_SANDBOX_URL" | "PAYOUT_SECRET">,
): PayoutProvider {
  // No second try by itself: after a lost answer the payout is asked about, not ordered again.
  const callOut = createCallOut("payout", { retriesMax: 0 });
  const secret = env.PAYOUT_SECRET;
  const base = env.PAYOUT_URL ?? env.PAYMENT_SANDBOX_URL;

  async function request(payoutId: string, path: string, json?: object) {
    const body = json ? JSON.stringify(json) : "";
    const method = json ? "POST" : "GET";
    const url = new URL(path, base);
    return callOut(async (signal) => {
      const response = await fetch(url, {
        method,
        signal,
        redirect: "error",
        headers: {
          ...signMessage(secret, {
            method,
            path: url.pathname + url.search,
            body,
            timestampMs: sharedNowMs(),
            nonce: randomUUID(),
          }),
          ...(json ? { "content-type": "application/json" } : {}),
        },
        ...(json ? { body } : {}),
      }).catch((cause: unknown) => {
        throw new CallOutError("The payout provider does not answer.", { cause });
      });
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      const answer = PayoutStatement.safeParse(
        await response
          .text()
          .then(parseExactJson)
          .catch(() => undefined),
      );
      // An error of any status says nothing about the payout; only a statement about just this one does.
      if (!response.ok || !answer.success || answer.data.payoutId !== payoutId) {
        throw new CallOutError(`The payout provider answered ${response.status}, and nothing that is clear.`);
      }
      const { state, amountFen, providerRef, reason } = answer.data;
      return { state, amountFen, providerRef, reason };
    });
  }

  return {
    name: "http",
    async pay({ payoutId, amountFen, account }) {
      const answer = await request(payoutId, "/v1/payouts", { payoutId, amountFen, account });
      if (!answer) throw new BizError("UNAVAILABLE", { service: "payout" });
      return answer;
    },
    async find(payoutId) {
      const answer = await request(payoutId, `/v1/payouts/${payoutId}`);
      return answer ?? { state: "unknown", amountFen: null, providerRef: null, reason: null };
    },
    parseCallback(message, nowMs) {
      const nonce = verifyCallback(secret, message, nowMs);
      let json: unknown;
      try {
        json = parseExactJson(message.body.toString("utf8"));
      } catch (cause) {
        throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
      }
      const statement = PayoutStatement.safeParse(json);
      if (!statement.success) {
        throw new BizError("INVALID_INPUT", { field: "body" }, { cause: statement.error });
      }
      return { nonce, ...statement.data };
    },
  };
}

const OPENED = defineHeld(() => new WeakMap<Env, PayoutProvider>());

/** One for each process, so that all its calls share one breaker. */
export function payoutProviderOf({ env, live }: Pick<Resources, "env" | "live">): PayoutProvider {
  const opened = live.caches.of(OPENED);
  let provider = opened.get(env);
  if (!provider) {
    provider = createHttpPayouts(env);
    opened.set(env, provider);
  }
  return provider;
}
