import { listPayoutHoldsOf } from "@/db/finance/queries/payout-holds";
import type { WithdrawalRow } from "@/db/finance/queries/withdrawal-row";
import { listWithdrawalEvents, type WithdrawalEventRow } from "@/db/finance/queries/withdrawals";
import { listPeople } from "@/db/live/queries/users";
import { type Withdrawal, type WithdrawalFacts, WithdrawalStatus } from "@/domain/contracts/withdrawal";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { showHoldFacts } from "./hold-payouts";

function show(row: WithdrawalRow, events: readonly WithdrawalEventRow[]): Withdrawal {
  return {
    withdrawalId: row.withdrawalId,
    amountFen: row.amountFen,
    status: row.status,
    payoutAccount: { kind: row.accountKind, nameMasked: row.nameMasked, numberMasked: row.accountMasked },
    reason: row.status === "rejected" ? row.note : row.failureReason,
    waitsFor: row.status === "requested" ? (row.assessment?.reasons ?? []) : [],
    steps: events
      .filter((event) => event.withdrawalId === row.withdrawalId && event.anchorId === row.anchorId)
      .map((event) => ({
        status: WithdrawalStatus.parse(event.toStatus),
        at: event.createdAt.toISOString(),
        note: event.note,
      })),
    traceId: row.traceId,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}

const idsOf = (rows: readonly WithdrawalRow[]) => rows.map((row) => row.withdrawalId);

/** Withdrawals as their anchor sees them, in the order given. */
export async function showWithdrawals(
  resources: Pick<Resources, "finance">,
  rows: readonly WithdrawalRow[],
): Promise<Withdrawal[]> {
  const events = await listWithdrawalEvents(resources.finance, idsOf(rows));
  return rows.map((row) => show(row, events));
}

/** Withdrawals as operators see them, in the order given. */
export async function showWithdrawalFacts(
  resources: Pick<Resources, "finance" | "live">,
  rows: readonly WithdrawalRow[],
): Promise<WithdrawalFacts[]> {
  const anchorIds = [...new Set(rows.map((row) => row.anchorId))];
  const [events, people, holds] = await Promise.all([
    listWithdrawalEvents(resources.finance, idsOf(rows)),
    listPeople(resources.live, anchorIds),
    listPayoutHoldsOf(resources.finance.sql, anchorIds, sharedNow()),
  ]);
  const nicknames = new Map(people.map((person) => [person.userId, person.nickname]));
  return rows.map((row) => ({
    ...show(row, events),
    anchorId: row.anchorId,
    nickname: nicknames.get(row.anchorId) ?? null,
    payoutId: row.payoutId,
    providerRef: row.providerRef,
    attempts: row.attempts,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    assessment: row.assessment,
    holds: holds.filter((hold) => hold.anchorId === row.anchorId).map(showHoldFacts),
  }));
}
