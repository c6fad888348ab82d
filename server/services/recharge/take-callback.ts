import type { SaidFact } from "@/db/live/queries/payment-events";
import { isKnownCharge } from "@/db/live/queries/recharge-orders";
import { settlePayment } from "@/db/live/queries/settle-recharge";
import { BizError } from "@/domain/contracts/errors";
import type { PaymentOutcome } from "@/domain/contracts/recharge";
import { counter } from "@/platform/observability/metrics";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { ClientAddress } from "@/platform/security/client-address";
import type { ReceivedMessage } from "@/platform/security/signed-message";
import type { Resources } from "../context";
import { announceWallet } from "../wallet/announce-wallet";
import { choosePaymentProvider } from "./providers/choose-provider";
import type { PaymentCallback, PaymentProvider } from "./providers/payment-provider";

const taken = counter("downpour_payment_callbacks_total", "Payment callbacks that were taken, by outcome", [
  "outcome",
]);
/** An alarm: somebody forges callbacks, or the provider and we do not mean the same payment. */
const refused = counter("downpour_payment_callbacks_refused_total", "Payment callbacks refused, by error", [
  "error",
]);

/**
 * Takes one callback of the payment provider. Safe to receive any number of times and in any order.
 *
 * Throws SIGNATURE_INVALID, INVALID_INPUT, REPLAYED, NOT_FOUND (order), PAYMENT_MISMATCH (amount or payment), each logged
 * and counted, or what the database threw, and then the provider is to send it again.
 */
export async function takePaymentCallback(
  resources: Pick<Resources, "env" | "live" | "redis" | "push" | "log">,
  message: ReceivedMessage & { traceId: string; address: ClientAddress },
): Promise<{ outcome: PaymentOutcome }> {
  try {
    const outcome = await settle(resources, message);
    taken.inc({ outcome });
    return { outcome };
  } catch (error) {
    if (error instanceof BizError) {
      refused.inc({ error: error.bizName });
      const { traceId, address } = message;
      const facts = { error: error.bizName, ...error.details, ip: address.text, traceId };
      resources.log.warn(facts, "a payment callback was refused");
    }
    throw error;
  }
}

async function settle(
  resources: Pick<Resources, "env" | "live" | "redis" | "push" | "log">,
  { traceId, ...message }: ReceivedMessage & { traceId: string },
): Promise<PaymentOutcome> {
  const provider = choosePaymentProvider(resources);
  const at = sharedNow();
  const { kind, ...callback } = provider.parseCallback(message, at.getTime());
  if (kind === "other") return "ignored";
  const { paymentId, chargeRef } = await locate(resources, provider, callback);
  if (paymentId === null && chargeRef === null) throw new BizError("NOT_FOUND", { field: "paymentId" });
  const settlement = await settlePayment(resources.live, {
    ...callback,
    paymentId,
    chargeRef,
    kind,
    provider: provider.name,
    traceId,
    at,
  });
  if ("refusal" in settlement) {
    // Somebody else's, or nobody's: what we do not understand of it need not concern us.
    if (settlement.refusal === "NOT_FOUND" && callback.isUnclear && !callback.facts.some(isStop))
      return "ignored";
    throw new BizError(settlement.refusal, { paymentId: paymentId ?? undefined, kind });
  }
  const { outcome, userId, orderId, walletChanged } = settlement;
  resources.log.info({ outcome, userId, orderId, traceId }, "a payment callback was taken");
  if (walletChanged) {
    const cause = outcome === "credited" ? "recharge" : "adjustment";
    runInBackground(
      resources.log,
      "announcing a recharge",
      traceId,
      announceWallet(resources, userId, cause),
    );
  }
  return outcome;
}

const isStop = ({ kind }: SaidFact) => kind !== "not_understood";

/** A charge that no order knows is asked about: it may be of a payment whose callback has not come yet. */
async function locate(
  { live, log }: Pick<Resources, "live" | "log">,
  provider: PaymentProvider,
  { paymentId, chargeRef }: Pick<PaymentCallback, "paymentId" | "chargeRef">,
): Promise<{ paymentId: string | null; chargeRef: string | null }> {
  if (paymentId !== null || chargeRef === null) return { paymentId, chargeRef };
  if (await isKnownCharge(live, provider.name, chargeRef)) return { paymentId, chargeRef };
  try {
    return (await provider.locatePayment(chargeRef)) ?? { paymentId, chargeRef };
  } catch (error) {
    // It is kept under its charge, and the provider sends it again.
    log.warn({ reason: String(error), chargeRef }, "a charge that no order knows could not be asked about");
    return { paymentId, chargeRef };
  }
}
