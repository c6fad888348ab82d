import type { FinanceDb, Sql } from "@/db/client";
import { type Approval, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { WithdrawalStatus } from "@/domain/contracts/withdrawal";
import { listPayoutHolds, type PayoutHold } from "./payout-holds";
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
  approval?: Approval;
}

/** What each end does to the earnings: released, or gone for good. */
const ENDS: Partial<Record<WithdrawalStatus, "release" | "withdraw">> = {
  rejected: "release",
  failed: "release",
  paid: "withdraw",
};

export interface MovedWithdrawal {
  moved: boolean;
  row: WithdrawalRow;
  /** What stopped an approval. */
  hold?: PayoutHold;
}

/**
 * Moves a withdrawal from one state to another, with what that does to the earnings, in one transaction; changes nothing
 * when it is in another state than `from` by then, or when a hold stops an approval. Also an approved withdrawal can be
 * rejected while something stops it: the provider cannot have its order then. Returns the withdrawal as it stands, or
 * undefined when there is none.
 *
 * Locks: the earnings of the anchor, then the withdrawal.
 */
export async function moveWithdrawal(
  db: FinanceDb,
  move: WithdrawalMove,
): Promise<MovedWithdrawal | undefined> {
  return await inTransaction(db.sql, (tx) => moveWithdrawalIn(tx, move));
}

/** The same inside a transaction of the caller's. */
export async function moveWithdrawalIn(sql: Sql, move: WithdrawalMove): Promise<MovedWithdrawal | undefined> {
  const { anchorId, withdrawalId, to, actorId, note } = move;
  const at = move.at.toISOString();
  await sql`SELECT 1 FROM anchor_earnings WHERE anchor_id = ${anchorId} FOR UPDATE`;
  const [standing] = await sql<RawWithdrawal[]>`
    SELECT * FROM withdrawals WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId} FOR UPDATE`;
  if (!standing) return undefined;
  const [hold] = await listPayoutHolds(sql, anchorId, move.at);
  const isStopped = standing.status === "approved" && (hold || standing.failure_reason !== null);
  if (standing.status !== move.from && !(to === "rejected" && isStopped)) {
    return { moved: false, row: toWithdrawal(standing) };
  }
  if (to === "approved" && hold) return { moved: false, row: toWithdrawal(standing), hold };
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
    WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId} RETURNING *`;
  if (!moved) throw new Error("A locked withdrawal is gone.");
  const end = ENDS[to];
  if (end) {
    const withdrawnFen = end === "withdraw" ? moved.amount_fen : 0;
    await sql`
      UPDATE anchor_earnings SET frozen_fen = frozen_fen - ${moved.amount_fen},
        withdrawn_fen = withdrawn_fen + ${withdrawnFen}, updated_at = now()
      WHERE anchor_id = ${anchorId}`;
  }
  await insertWithdrawalEvent(sql, { ...move, from: standing.status });
  if (actorId) {
    await insertOperatorAction(sql, {
      actorId,
      action: to === "approved" ? "withdrawal.approve" : "withdrawal.reject",
      subject: `withdrawal:${anchorId}:${withdrawalId}`,
      before: { status: standing.status },
      after: { status: to, amountFen: Number(moved.amount_fen) },
      reason: note,
      traceId: move.traceId,
      approval: move.approval,
    });
  }
  return { moved: true, row: toWithdrawal(moved) };
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
