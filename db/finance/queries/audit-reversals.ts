import { readSnapshot } from "@/db/audit-rows";
import type { FinanceDb } from "@/db/client";
import { isStandingReversal } from "./effective";

export interface ReversalRow {
  refundSeq: number;
  refundId: string;
  giftOrderId: string;
  senderId: string;
  bucket: number;
  seq: number;
  anchorId: string;
  shareBps: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
  traceId: string;
}

/** How far refunds are taken back, and how many reversals there are up to there and in all, on one snapshot. */
export async function readReversalState(
  db: FinanceDb,
): Promise<{ cursor: number; reversals: number; lastSeq: number }> {
  return await readSnapshot(db, async (tx) => {
    const [row] = await tx<{ cursor: string | null; reversals: string; last_seq: string | null }[]>`
      SELECT (SELECT last_seq FROM refund_cursor) AS cursor, count(*) AS reversals, max(refund_seq) AS last_seq
      FROM settlement_reversals r WHERE ${isStandingReversal(tx)}`;
    return {
      cursor: Number(row?.cursor ?? 0),
      reversals: Number(row?.reversals),
      lastSeq: Number(row?.last_seq ?? 0),
    };
  });
}

/** Reversals that stand after a number, in order. */
export async function listReversalsAfter(
  db: FinanceDb,
  afterSeq: number,
  limit: number,
): Promise<ReversalRow[]> {
  const rows = await db.sql<Record<string, string>[]>`
    SELECT refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, share_bps, coins, gross_fen,
      anchor_fen, platform_fen, trace_id
    FROM settlement_reversals r WHERE refund_seq > ${afterSeq} AND ${isStandingReversal(db.sql)}
    ORDER BY refund_seq LIMIT ${limit}`;
  return rows.map((row) => ({
    refundSeq: Number(row.refund_seq),
    refundId: String(row.refund_id),
    giftOrderId: String(row.gift_order_id),
    senderId: String(row.sender_id),
    bucket: Number(row.bucket),
    seq: Number(row.seq),
    anchorId: String(row.anchor_id),
    shareBps: Number(row.share_bps),
    coins: Number(row.coins),
    grossFen: Number(row.gross_fen),
    anchorFen: Number(row.anchor_fen),
    platformFen: Number(row.platform_fen),
    traceId: String(row.trace_id),
  }));
}
