import type { FinanceDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { arrayLiteral } from "@/db/pg-array";
import type { WithdrawalStatus } from "@/server/contracts/withdrawal";
import { type RawWithdrawal, toWithdrawal, type WithdrawalRow } from "./withdrawal-row";

export interface WithdrawalEvent {
  anchorId: string;
  withdrawalId: string;
  from: WithdrawalStatus | null;
  to: WithdrawalStatus;
  /** Null is the platform itself. */
  actorId: string | null;
  note: string | null;
  traceId: string;
  at: Date;
}

export async function insertWithdrawalEvent(sql: Sql, event: WithdrawalEvent): Promise<void> {
  await sql`
    INSERT INTO withdrawal_events (anchor_id, withdrawal_id, from_status, to_status, actor_id, note, trace_id, created_at)
    VALUES (${event.anchorId}, ${event.withdrawalId}, ${event.from}, ${event.to}, ${event.actorId}, ${event.note},
      ${event.traceId}, ${event.at.toISOString()})`;
}

export interface WithdrawalMove {
  anchorId: string;
  withdrawalId: string;
  from: WithdrawalStatus;
  to: "approved" | "paid" | "rejected" | "failed";
  /** The operator who decides; null when the provider's word does. */
  actorId: string | null;
  /** What is said to it: the operator's note or the provider's reason. */
  note: string | null;
  providerRef?: string | null;
  traceId: string;
  at: Date;
}

/** What each end does to the earnings: released, or gone for good. */
const ENDS: Partial<Record<WithdrawalStatus, "release" | "withdraw">> = {
  rejected: "release",
  failed: "release",
  paid: "withdraw",
};

/**
 * Moves a withdrawal from one state to another, with what that does to the earnings, in one transaction; changes nothing
 * when it is in another state than `from` by then. Returns the withdrawal as it stands, or undefined when there is none.
 *
 * Locks: the earnings of the anchor, then the withdrawal.
 */
export async function moveWithdrawal(
  db: FinanceDb,
  move: WithdrawalMove,
): Promise<{ moved: boolean; row: WithdrawalRow } | undefined> {
  return await db.sql.begin((transaction) => moveWithdrawalIn(transaction as unknown as Sql, move));
}

/** The same inside a transaction of the caller's. */
export async function moveWithdrawalIn(
  sql: Sql,
  move: WithdrawalMove,
): Promise<{ moved: boolean; row: WithdrawalRow } | undefined> {
  const { anchorId, withdrawalId, from, to, actorId, note } = move;
  const at = move.at.toISOString();
  await sql`SELECT 1 FROM anchor_earnings WHERE anchor_id = ${anchorId} FOR UPDATE`;
  const isDecision = to === "approved" || to === "rejected";
  const [moved] = await sql<RawWithdrawal[]>`
    UPDATE withdrawals SET status = ${to}, updated_at = ${at},
      note = CASE WHEN ${isDecision} THEN ${note} ELSE note END,
      decided_by = CASE WHEN ${isDecision} THEN ${actorId}::uuid ELSE decided_by END,
      decided_at = CASE WHEN ${isDecision} THEN ${at}::timestamptz ELSE decided_at END,
      failure_reason = ${to === "failed" ? note : null},
      provider_ref = coalesce(${move.providerRef ?? null}, provider_ref),
      next_attempt_at = ${to === "approved" ? at : null}::timestamptz,
      paid_at = CASE WHEN ${to === "paid"} THEN ${at}::timestamptz END
    WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId} AND status = ${from} RETURNING *`;
  if (!moved) {
    const [standing] = await sql<RawWithdrawal[]>`
      SELECT * FROM withdrawals WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId}`;
    return standing && { moved: false, row: toWithdrawal(standing) };
  }
  const end = ENDS[to];
  if (end) {
    const withdrawnFen = end === "withdraw" ? moved.amount_fen : 0;
    await sql`
      UPDATE anchor_earnings SET frozen_fen = frozen_fen - ${moved.amount_fen},
        withdrawn_fen = withdrawn_fen + ${withdrawnFen}, updated_at = now()
      WHERE anchor_id = ${anchorId}`;
  }
  await insertWithdrawalEvent(sql, move);
  if (actorId) {
    await insertOperatorAction(sql, {
      actorId,
      action: to === "approved" ? "withdrawal.approve" : "withdrawal.reject",
      subject: `withdrawal:${anchorId}:${withdrawalId}`,
      before: { status: from },
      after: { status: to, amountFen: Number(moved.amount_fen) },
      reason: note,
      traceId: move.traceId,
    });
  }
  return { moved: true, row: toWithdrawal(moved) };
}

/**
 * Takes withdrawals whose time has come, at most `limit`, and keeps others away from them until `leaseUntil`; whoever
 * takes one and dies is followed by somebody else then. They are `paying` from here on, committed before anybody calls
 * the provider. `isFirst` tells those that nobody can have asked the provider to pay before.
 */
export async function claimPayouts(
  db: FinanceDb,
  input: { now: Date; leaseUntil: Date; limit: number },
): Promise<(WithdrawalRow & { isFirst: boolean })[]> {
  const now = input.now.toISOString();
  return await db.sql.begin(async (sql) => {
    const rows = await sql<(RawWithdrawal & { was: WithdrawalStatus })[]>`
      WITH due AS (
        SELECT anchor_id, withdrawal_id, status AS was FROM withdrawals
        WHERE next_attempt_at <= ${now} AND status IN ('approved', 'paying')
        ORDER BY next_attempt_at LIMIT ${input.limit} FOR UPDATE SKIP LOCKED)
      UPDATE withdrawals w SET status = 'paying', attempts = attempts + 1, updated_at = ${now},
        next_attempt_at = ${input.leaseUntil.toISOString()}
      FROM due WHERE w.withdrawal_id = due.withdrawal_id AND w.anchor_id = due.anchor_id RETURNING w.*, due.was`;
    const firsts = rows.filter((row) => row.was === "approved");
    if (firsts.length > 0) {
      await sql`
        INSERT INTO withdrawal_events (anchor_id, withdrawal_id, from_status, to_status, trace_id, created_at)
        SELECT anchor_id, withdrawal_id, 'approved', 'paying', trace_id, ${now}
        FROM unnest(${arrayLiteral(firsts.map((row) => row.anchor_id))}::uuid[],
          ${arrayLiteral(firsts.map((row) => row.withdrawal_id))}::uuid[],
          ${arrayLiteral(firsts.map((row) => row.trace_id))}::text[]) AS f (anchor_id, withdrawal_id, trace_id)`;
    }
    return rows.map((row) => ({ ...toWithdrawal(row), isFirst: row.was === "approved" }));
  });
}

/** Says when a payout that is not clear is asked about next, and why it is not clear; unless somebody else went on. */
export async function postponePayout(
  db: FinanceDb,
  input: {
    anchorId: string;
    withdrawalId: string;
    attempts: number;
    nextAttemptAt: Date | null;
    reason: string;
  },
): Promise<void> {
  await db.sql`
    UPDATE withdrawals SET next_attempt_at = ${input.nextAttemptAt?.toISOString() ?? null},
      failure_reason = ${input.reason}
    WHERE withdrawal_id = ${input.withdrawalId} AND anchor_id = ${input.anchorId} AND status = 'paying'
      AND attempts = ${input.attempts}`;
}
