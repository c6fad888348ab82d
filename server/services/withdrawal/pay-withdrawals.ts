import { type ClaimedPayout, claimPayouts, permitPayoutOrder } from "@/db/finance/queries/claim-payouts";
import { moveWithdrawal, postponePayout } from "@/db/finance/queries/move-withdrawal";
import type { WithdrawalRow } from "@/db/finance/queries/withdrawal-row";
import { countWithdrawals } from "@/db/finance/queries/withdrawals";
import { judgePayout, type PayoutAnswer, payoutPauseMs } from "@/domain/rules/payout";
import { counter, gauge } from "@/platform/observability/metrics";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { SealedValueError } from "@/platform/security/vault";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";
import { announceWithdrawal } from "./announce-withdrawal";
import { findUnpayable } from "./find-unpayable";
import { openPayoutAccount } from "./payout-account";
import { payoutProviderOf } from "./providers/http-payouts";
import type { PayoutProvider } from "./providers/payout-provider";

const asked = counter(
  "downpour_payout_calls_total",
  "Payouts that the provider was asked for or about, by what came of it",
  ["outcome"],
);
const waiting = gauge("downpour_withdrawals", "Withdrawals that wait, by what for", ["state"]);

/** Asked beside each other; a provider that is away holds up no more than this. */
const PAYOUTS_AT_ONCE = 10;
/** Nobody else takes a payout for this long. Far above the time that calls to the provider are given. */
const LEASE_MS = 30_000;
/**
 * An order leaves within this of the moment in which its permission was asked for, or not at all. With the time that a
 * call is given (`CALL_OUT_MS_MAX`) that is how long after a hold was placed the last order can reach the provider.
 */
const ORDER_LEAVES_WITHIN_MS = 2_000;

type PayoutResources = Pick<Resources, "env" | "live" | "finance" | "push" | "log">;

/**
 * Takes every payout a step further whose time has come. A payout is `paying`, and that is committed, before the provider
 * hears of it; from then on it is asked about by its id, and ordered again, under the same id, only when the provider
 * never heard of it. Just before any order it is looked whether something stops it. May run in several processes at once,
 * and may die anywhere. Returns how many were taken.
 */
export async function payWithdrawals(
  resources: PayoutResources,
  now: () => Date = () => sharedNow(),
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  while (!signal?.aborted) {
    const at = now();
    const { due, claimed, stopped } = await claimPayouts(resources.finance, {
      now: at,
      leaseUntil: new Date(at.getTime() + LEASE_MS),
      limit: PAYOUTS_AT_ONCE,
      findUnpayable: (anchorIds) => findUnpayable(resources, anchorIds, at),
    });
    await Promise.all([
      ...stopped.map((row) => sayStopped(resources, row)),
      ...claimed.map(async (row) => {
        if (row.isFirst) await announceWithdrawal(resources, row);
        asked.inc({ outcome: await takeFurther(resources, row, now) });
      }),
    ]);
    count += claimed.length;
    if (due < PAYOUTS_AT_ONCE) break;
  }
  for (const [state, rows] of Object.entries(await countWithdrawals(resources.finance))) {
    waiting.set({ state }, rows);
  }
  return count;
}

async function sayStopped(resources: PayoutResources, row: WithdrawalRow): Promise<void> {
  const { payoutId, withdrawalId, failureReason, traceId } = row;
  resources.log.warn({ payoutId, withdrawalId, reason: failureReason, traceId }, "a payout is stopped");
  await announceWithdrawal(resources, row);
}

async function takeFurther(resources: PayoutResources, row: ClaimedPayout, now: () => Date): Promise<string> {
  const { payoutId, withdrawalId, traceId } = row;
  try {
    const provider = payoutProviderOf(resources);
    const known = row.isFirst ? null : await provider.find(payoutId);
    if (known && known.state !== "unknown") return await applyPayoutAnswer(resources, row, known, now);
    return await order(provider, resources, row, now);
  } catch (error) {
    resources.log.warn({ reason: String(error), payoutId, withdrawalId, traceId }, "a payout is not clear");
    const unclear = error instanceof SealedValueError ? "account_unreadable" : "no_answer";
    await postpone(resources, row, unclear, now);
    return unclear;
  }
}

/** Orders a payout that the provider does not know, if that is permitted at this very moment. */
async function order(
  provider: PayoutProvider,
  resources: PayoutResources,
  row: ClaimedPayout,
  now: () => Date,
): Promise<string> {
  const { payoutId, amountFen } = row;
  const account = openPayoutAccount(resources.env, row);
  const at = now();
  const askedAtMs = performance.now();
  const permission = await permitPayoutOrder(resources.finance, {
    payout: row,
    now: at,
    findUnpayable: (anchorIds) => findUnpayable(resources, anchorIds, at),
  });
  switch (permission.permit) {
    case "lost":
      return "lost";
    case "stopped":
      await sayStopped(resources, permission.row);
      return "stopped";
    case "refused":
      await postpone(resources, row, permission.reason, now);
      return "stopped";
    case "granted":
      // The permission is as old as what it was given by: a process that stood still meanwhile asks anew.
      if (performance.now() - askedAtMs > ORDER_LEAVES_WITHIN_MS) {
        await postpone(resources, row, "no_answer", now);
        return "late";
      }
      return applyPayoutAnswer(resources, row, await provider.pay({ payoutId, amountFen, account }), now);
  }
}

/** Ends a payout that is being paid when the answer is definite, and has it asked about again when it is not. */
async function applyPayoutAnswer(
  resources: PayoutResources,
  row: WithdrawalRow,
  answer: PayoutAnswer,
  now: () => Date,
): Promise<string> {
  const { payoutId, withdrawalId, traceId } = row;
  const judged = judgePayout(row.amountFen, answer);
  if (judged === "unclear") {
    const isMismatch = answer.state === "paid";
    if (isMismatch) {
      const facts = { payoutId, withdrawalId, amountFen: row.amountFen, paidFen: answer.amountFen, traceId };
      resources.log.error(facts, "the provider paid another amount than was asked for");
      await raiseAlarm(resources, {
        kind: "payout.contradicted",
        subject: `payout:${payoutId}`,
        facts: { amountFen: row.amountFen, paidFen: answer.amountFen },
        traceId,
      });
    }
    const reason = isMismatch ? "amount_mismatch" : answer.state;
    await postpone(resources, row, reason, now);
    return reason;
  }
  const result = await moveWithdrawal(resources.finance, toMove(row, judged, answer, now()));
  if (!result?.moved) return "already_final";
  resources.log.info({ payoutId, withdrawalId, status: judged, traceId }, "a payout ended");
  await announceWithdrawal(resources, result.row);
  return judged;
}

/** What a definite answer does to a withdrawal that is being paid. */
export const toMove = (row: WithdrawalRow, to: "paid" | "failed", answer: PayoutAnswer, at: Date) => ({
  anchorId: row.anchorId,
  withdrawalId: row.withdrawalId,
  from: "paying" as const,
  to,
  actorId: null,
  note: to === "failed" ? (answer.reason ?? "refused") : null,
  providerRef: answer.providerRef,
  traceId: row.traceId,
  at,
});

async function postpone(
  resources: PayoutResources,
  row: WithdrawalRow,
  reason: string,
  now: () => Date,
): Promise<void> {
  const pauseMs = payoutPauseMs(row.attempts);
  await postponePayout(resources.finance, {
    anchorId: row.anchorId,
    withdrawalId: row.withdrawalId,
    attempts: row.attempts,
    nextAttemptAt: pauseMs === null ? null : new Date(now().getTime() + pauseMs),
    reason,
  });
  if (pauseMs === null || reason === "account_unreadable") {
    const { payoutId, traceId, amountFen, attempts } = row;
    const facts = { reason, amountFen, attempts };
    await raiseAlarm(resources, { kind: "payout.stuck", subject: `payout:${payoutId}`, facts, traceId });
  }
}
