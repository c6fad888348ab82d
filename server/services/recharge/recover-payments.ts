import { liftPayoutHold, placePayoutHold } from "@/db/finance/queries/payout-holds";
import {
  type HoldToMove,
  listPaymentsToRecover,
  markHold,
  type RecoveryStep,
  stepRecovery,
} from "@/db/live/queries/recover-payment";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { counter } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { readOwnRefundCursor } from "../restore/read-refund-cursor";
import { announceWallet } from "../wallet/announce-wallet";

const steps = counter("downpour_payment_recovery_steps_total", "Steps by which books follow payments", [
  "did",
]);

const PAYMENTS_AT_ONCE = 50;

type RecoverResources = Pick<Resources, "live" | "finance" | "redis" | "push" | "log">;

/**
 * Brings the books in line with what providers said of payments: coins that are owed are taken from the wallet, which was
 * frozen when it was heard, and from its gifts; what is not owed any more is given back. May run in several processes at
 * once, and may die anywhere. Returns how many payments were looked at.
 */
export async function recoverPayments(
  resources: RecoverResources,
  now: Date = sharedNow(),
  signal?: AbortSignal,
): Promise<number> {
  const payments = await listPaymentsToRecover(resources.live, now, PAYMENTS_AT_ONCE);
  for (const paymentId of payments) {
    if (signal?.aborted) break;
    const traceId = newTraceId();
    try {
      await recoverPayment(resources, { paymentId, traceId, now }, signal);
    } catch (error) {
      // Those after it are not kept waiting; it stays due.
      resources.log.error({ err: error, paymentId, traceId }, "a payment could not be recovered yet");
    }
  }
  return payments.length;
}

/** Step after step until there is nothing to do; each is one transaction in one of the two databases. */
async function recoverPayment(
  resources: RecoverResources,
  payment: { paymentId: string; traceId: string; now: Date },
  signal?: AbortSignal,
): Promise<void> {
  const changed = new Map<string, "refund" | "adjustment">();
  try {
    while (!signal?.aborted) {
      const step = await stepRecovery(resources.live, {
        ...payment,
        refundCursor: await readOwnRefundCursor(resources),
      });
      steps.inc({ did: step.did });
      if (step.did === "nothing") return;
      if ("userId" in step) changed.set(step.userId, "adjustment");
      else await moveHolds(resources, payment, step);
      if (step.did !== "place" && step.did !== "lift")
        resources.log.info({ did: step.did, ...payment }, "the books follow a payment");
    }
  } finally {
    for (const [userId, cause] of changed) await announceWallet(resources, userId, cause);
  }
}

async function moveHolds(
  { live, finance, log }: RecoverResources,
  { paymentId, traceId, now }: { paymentId: string; traceId: string; now: Date },
  { did, holds }: Extract<RecoveryStep, { holds: HoldToMove[] }>,
): Promise<void> {
  for (const { holdId, anchorId } of holds) {
    if (did === "place")
      await placePayoutHold(finance, {
        id: holdId,
        anchorId,
        kind: "charge_back",
        reason: `Gifts were paid for by payment ${paymentId}, whose money went back or may.`,
        until: null,
        placedBy: PLATFORM_ACTOR_ID,
        traceId,
      });
    else await liftPayoutHold(finance, { id: holdId, liftedBy: PLATFORM_ACTOR_ID });
    await markHold(live, holdId, did === "place" ? "placed" : "lifted", now);
    log.info({ did, holdId, anchorId, paymentId, traceId }, "payouts are held for a payment, or no more");
  }
}
