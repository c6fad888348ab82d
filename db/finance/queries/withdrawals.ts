import { and, asc, desc, eq, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { withdrawalEvents, withdrawals } from "@/db/finance/schema";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { WithdrawalStatus } from "@/domain/contracts/withdrawal";
import type { WithdrawalRow } from "./withdrawal-row";

/** A place in lists of withdrawals, newest first. */
export interface WithdrawalPlace {
  createdAt: Date;
  payoutId: string;
}

export interface WithdrawalFilter {
  anchorId?: string;
  status?: WithdrawalStatus;
  /** Paying, and nobody asks any more. */
  stuck?: boolean;
}

const below = (place: WithdrawalPlace | null): SQL | undefined =>
  place
    ? or(
        lt(withdrawals.createdAt, place.createdAt),
        and(eq(withdrawals.createdAt, place.createdAt), lt(withdrawals.payoutId, place.payoutId)),
      )
    : undefined;

export async function listWithdrawals(
  db: FinanceDb,
  input: WithdrawalFilter & { below: WithdrawalPlace | null; limit: number },
): Promise<WithdrawalRow[]> {
  return await db.orm
    .select()
    .from(withdrawals)
    .where(
      and(
        input.anchorId ? eq(withdrawals.anchorId, input.anchorId) : undefined,
        input.status ? eq(withdrawals.status, input.status) : undefined,
        input.stuck ? and(eq(withdrawals.status, "paying"), isNull(withdrawals.nextAttemptAt)) : undefined,
        below(input.below),
      ),
    )
    .orderBy(desc(withdrawals.createdAt), desc(withdrawals.payoutId))
    .limit(input.limit);
}

/** Withdrawals of this id: one, unless the clients of several anchors made the same. */
export async function findWithdrawals(
  db: FinanceDb,
  withdrawalId: string,
  anchorId: string | undefined,
): Promise<WithdrawalRow[]> {
  return await db.orm
    .select()
    .from(withdrawals)
    .where(
      and(
        eq(withdrawals.withdrawalId, withdrawalId),
        anchorId ? eq(withdrawals.anchorId, anchorId) : undefined,
      ),
    )
    .limit(2);
}

export async function findWithdrawalByPayout(
  db: FinanceDb,
  payoutId: string,
): Promise<WithdrawalRow | undefined> {
  const [row] = await db.orm.select().from(withdrawals).where(eq(withdrawals.payoutId, payoutId));
  return row;
}

export type WithdrawalEventRow = typeof withdrawalEvents.$inferSelect;

/** The changes of several withdrawals, oldest first. */
export async function listWithdrawalEvents(
  db: FinanceDb,
  withdrawalIds: readonly string[],
): Promise<WithdrawalEventRow[]> {
  if (withdrawalIds.length === 0) return [];
  return await db.orm
    .select()
    .from(withdrawalEvents)
    .where(inArray(withdrawalEvents.withdrawalId, [...withdrawalIds]))
    .orderBy(asc(withdrawalEvents.id));
}

/** How many withdrawals are in each state, and how many of them nobody asks about any more. */
export async function countWithdrawals(
  db: FinanceDb,
): Promise<{ requested: number; paying: number; stuck: number }> {
  const count = (condition: SQL | undefined) =>
    sql<number>`count(*) FILTER (WHERE ${condition})`.mapWith(Number);
  const [row] = await db.orm
    .select({
      requested: count(eq(withdrawals.status, "requested")),
      paying: count(eq(withdrawals.status, "paying")),
      stuck: count(and(eq(withdrawals.status, "paying"), isNull(withdrawals.nextAttemptAt))),
    })
    .from(withdrawals)
    .where(inArray(withdrawals.status, ["requested", "paying"]));
  return row ?? { requested: 0, paying: 0, stuck: 0 };
}

/** What was approved to an anchor since then, by an operator or by the platform, and has not come back. */
export async function sumApprovedSince(db: FinanceDb, anchorId: string, since: Date): Promise<number> {
  const [row] = await db.sql<{ fen: string }[]>`
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM withdrawals
    WHERE anchor_id = ${anchorId} AND status IN ('approved', 'paying', 'paid')
      AND coalesce(decided_at, created_at) >= ${since}`;
  return Number(row?.fen);
}

/** Has the provider asked at once and from then on as if it were new. Returns false when the payout is not being paid. */
export async function retryPayout(
  db: FinanceDb,
  input: {
    anchorId: string;
    withdrawalId: string;
    actorId: string;
    reason: string;
    traceId: string;
    at: Date;
  },
): Promise<boolean> {
  return await inTransaction(db.sql, async (tx) => {
    const [before] = await tx<{ attempts: number; next_attempt_at: Date | null }[]>`
      SELECT attempts, next_attempt_at FROM withdrawals
      WHERE withdrawal_id = ${input.withdrawalId} AND anchor_id = ${input.anchorId} AND status = 'paying' FOR UPDATE`;
    if (!before) return false;
    await tx`
      UPDATE withdrawals SET next_attempt_at = ${input.at.toISOString()}, attempts = 0
      WHERE withdrawal_id = ${input.withdrawalId} AND anchor_id = ${input.anchorId}`;
    await insertOperatorAction(tx, {
      actorId: input.actorId,
      action: "withdrawal.retry",
      subject: `withdrawal:${input.anchorId}:${input.withdrawalId}`,
      before: { attempts: before.attempts, nextAttemptAt: before.next_attempt_at },
      after: { attempts: 0, nextAttemptAt: input.at },
      reason: input.reason,
      traceId: input.traceId,
    });
    return true;
  });
}
