import { applyPayoutCallback } from "@/db/finance/queries/payout-callbacks";
import { findWithdrawalByPayout } from "@/db/finance/queries/withdrawals";
import { BizError } from "@/domain/contracts/errors";
import { judgePayout } from "@/domain/rules/payout";
import { counter } from "@/platform/observability/metrics";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { ClientAddress } from "@/platform/security/client-address";
import type { ReceivedMessage } from "@/platform/security/signed-message";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { announceWithdrawal } from "./announce-withdrawal";
import { toMove } from "./pay-withdrawals";
import { payoutProviderOf } from "./providers/http-payouts";

const taken = counter("downpour_payout_callbacks_total", "Payout callbacks that were taken, by outcome", [
  "outcome",
]);
/** An alarm: somebody forges callbacks, or the provider and we do not mean the same payout. */
const refused = counter("downpour_payout_callbacks_refused_total", "Payout callbacks refused, by error", [
  "error",
]);

/** `ended`: the withdrawal is paid or failed now; `already_final`: it was before; `waiting`: nothing definite was said. */
export type PayoutOutcome = "ended" | "already_final" | "waiting";

type CallbackResources = Pick<Resources, "env" | "live" | "finance" | "push" | "log">;

/**
 * Takes one callback of the payout provider. Safe to receive any number of times and in any order.
 *
 * Throws SIGNATURE_INVALID, INVALID_INPUT, REPLAYED, NOT_FOUND (payout), PAYMENT_MISMATCH (amount, or the opposite of what
 * was said before), each logged and counted, or what the database threw, and then the provider is to send it again.
 */
export async function takePayoutCallback(
  resources: CallbackResources,
  message: ReceivedMessage & { traceId: string; address: ClientAddress },
): Promise<{ outcome: PayoutOutcome }> {
  try {
    const outcome = await apply(resources, message);
    taken.inc({ outcome });
    return { outcome };
  } catch (error) {
    if (error instanceof BizError) {
      refused.inc({ error: error.bizName });
      const { traceId, address } = message;
      const facts = { error: error.bizName, ...error.details, ip: address.text, traceId };
      resources.log.warn(facts, "a payout callback was refused");
      if (error.bizName === "PAYMENT_MISMATCH") {
        const { payoutId, status, paidFen } = error.details;
        const alarm = { facts: { status: status ?? null, paidFen: paidFen ?? null }, traceId };
        await raiseAlarm(resources, { kind: "payout.contradicted", subject: `payout:${payoutId}`, ...alarm });
      }
    }
    throw error;
  }
}

async function apply(
  resources: CallbackResources,
  { traceId, ...message }: ReceivedMessage & { traceId: string },
): Promise<PayoutOutcome> {
  const provider = payoutProviderOf(resources);
  const at = sharedNow();
  const { nonce, payoutId, ...answer } = provider.parseCallback(message, at.getTime());
  const row = await findWithdrawalByPayout(resources.finance, payoutId);
  if (!row) throw new BizError("NOT_FOUND", { payoutId });
  const isMismatch = answer.amountFen !== row.amountFen;
  const judged = isMismatch ? "unclear" : judgePayout(row.amountFen, answer);
  const result = await applyPayoutCallback(
    resources.finance,
    { provider: provider.name, nonce, payoutId, traceId, at },
    isMismatch ? "mismatch" : judged,
    judged === "unclear" ? null : toMove(row, judged, answer, at),
  );
  if (result === "replayed") throw new BizError("REPLAYED", { payoutId });
  if (isMismatch) {
    throw new BizError("PAYMENT_MISMATCH", { payoutId, paidFen: answer.amountFen ?? undefined });
  }
  if (judged === "unclear") return "waiting";
  const standing = result.row ?? row;
  if (!result.moved) {
    // Money that went out after we released it, or the reverse: a person has to look.
    if (standing.status !== judged)
      throw new BizError("PAYMENT_MISMATCH", { payoutId, status: standing.status });
    return "already_final";
  }
  resources.log.info({ payoutId, status: judged, traceId }, "a payout callback ended a withdrawal");
  runInBackground(resources.log, "announcing a withdrawal", traceId, announceWithdrawal(resources, standing));
  return "ended";
}
