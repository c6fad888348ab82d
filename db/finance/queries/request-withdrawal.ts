import type { FinanceDb, Sql } from "@/db/client";
import { readPolicy } from "@/db/policies";
import type { PayoutAccountKind } from "@/server/contracts/withdrawal";
import { insertWithdrawalEvent } from "./move-withdrawal";
import { type RawWithdrawal, toWithdrawal, type WithdrawalRow } from "./withdrawal-row";

export interface WithdrawalRequest {
  anchorId: string;
  withdrawalId: string;
  /** Of the new payout, should this be a new withdrawal. */
  payoutId: string;
  amountFen: number;
  account: {
    cipher: string;
    index: string;
    kind: PayoutAccountKind;
    nameMasked: string;
    numberMasked: string;
  };
  traceId: string;
  at: Date;
  /** When the day of `at` began in the platform's calendar. */
  dayStart: Date;
}

export type RequestOutcome =
  | { outcome: "created" | "exists"; row: WithdrawalRow }
  | { outcome: "conflict" }
  | { outcome: "limit"; limit: "minimum" | "daily"; limitFen: number; usedFen: number }
  | { outcome: "insufficient"; withdrawableFen: number };

/**
 * Freezes an amount of an anchor's earnings for a new withdrawal, in one transaction; the same id with the same content
 * returns what stands. All requests of an anchor go one after the other by the lock on the earnings.
 *
 * Locks: the earnings of the anchor, then the withdrawal.
 */
export async function requestWithdrawal(db: FinanceDb, request: WithdrawalRequest): Promise<RequestOutcome> {
  return await db.sql.begin(async (transaction) => {
    const sql = transaction as unknown as Sql;
    const { anchorId, withdrawalId, amountFen, account, at } = request;
    const [earnings] = await sql<{ withdrawable_fen: string }[]>`
      SELECT earned_fen - frozen_fen - withdrawn_fen AS withdrawable_fen FROM anchor_earnings
      WHERE anchor_id = ${anchorId} FOR UPDATE`;
    const [standing] = await sql<RawWithdrawal[]>`
      SELECT * FROM withdrawals WHERE withdrawal_id = ${withdrawalId} AND anchor_id = ${anchorId}`;
    if (standing) {
      const isSame = Number(standing.amount_fen) === amountFen && standing.account_index === account.index;
      return isSame ? { outcome: "exists", row: toWithdrawal(standing) } : { outcome: "conflict" };
    }

    const policy = await readPolicy(sql, "withdrawal");
    if (amountFen < policy.minimumFen) {
      return { outcome: "limit", limit: "minimum", limitFen: policy.minimumFen, usedFen: 0 };
    }
    const usedFen = await sumSince(sql, anchorId, request.dayStart);
    if (usedFen + amountFen > policy.dailyMaxFen) {
      return { outcome: "limit", limit: "daily", limitFen: policy.dailyMaxFen, usedFen };
    }
    const withdrawableFen = Number(earnings?.withdrawable_fen ?? 0);
    if (withdrawableFen < amountFen) return { outcome: "insufficient", withdrawableFen };

    await sql`
      UPDATE anchor_earnings SET frozen_fen = frozen_fen + ${amountFen}, updated_at = now()
      WHERE anchor_id = ${anchorId}`;
    const isApproved = amountFen < policy.approvalThresholdFen;
    const time = at.toISOString();
    const [created] = await sql<RawWithdrawal[]>`
      INSERT INTO withdrawals (anchor_id, withdrawal_id, payout_id, amount_fen, status, account_cipher, account_index,
        account_kind, name_masked, account_masked, decided_at, next_attempt_at, trace_id, created_at, updated_at)
      VALUES (${anchorId}, ${withdrawalId}, ${request.payoutId}, ${amountFen}, ${isApproved ? "approved" : "requested"},
        ${account.cipher}, ${account.index}, ${account.kind}, ${account.nameMasked}, ${account.numberMasked},
        ${isApproved ? time : null}, ${isApproved ? time : null}, ${request.traceId}, ${time}, ${time})
      RETURNING *`;
    const event = { anchorId, withdrawalId, actorId: null, traceId: request.traceId, at };
    await insertWithdrawalEvent(sql, {
      ...event,
      from: null,
      to: "requested",
      actorId: anchorId,
      note: null,
    });
    if (isApproved) {
      await insertWithdrawalEvent(sql, { ...event, from: "requested", to: "approved", note: null });
    }
    return { outcome: "created", row: toWithdrawal(created as RawWithdrawal) };
  });
}

async function sumSince(sql: Sql, anchorId: string, since: Date): Promise<number> {
  const [row] = await sql<{ fen: string }[]>`
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM withdrawals
    WHERE anchor_id = ${anchorId} AND created_at >= ${since.toISOString()} AND status NOT IN ('rejected', 'failed')`;
  return Number(row?.fen ?? 0);
}

/** What an anchor asked for since an instant and did not get back. */
export const sumWithdrawalsSince = (db: FinanceDb, anchorId: string, since: Date) =>
  sumSince(db.sql, anchorId, since);
