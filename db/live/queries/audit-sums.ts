import { readSnapshot } from "@/db/audit-rows";
import { type AnchorSum, SUMS_AT_ONCE, type SumRow, streamSums } from "@/db/audit-sums";
import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";

/** What was paid to each anchor up to the cursors of all buckets, in order of anchors, on one snapshot. */
export async function readPaidSums<T>(
  db: LiveDb,
  cursors: ReadonlyMap<number, number>,
  compare: (sums: AsyncIterable<AnchorSum>) => Promise<T>,
): Promise<T> {
  return await readSnapshot(db, async (tx) => {
    const blocks = tx<SumRow[]>`
      SELECT r.anchor_id, count(*) AS gifts, sum(r.total_coins) AS coins
      FROM gift_records r
      JOIN unnest(${arrayLiteral([...cursors.keys()])}::smallint[], ${arrayLiteral([...cursors.values()])}::bigint[]) AS c (bucket, seq)
        ON r.bucket = c.bucket AND r.seq <= c.seq
      GROUP BY r.anchor_id ORDER BY r.anchor_id`.cursor(SUMS_AT_ONCE);
    return await compare(streamSums(blocks));
  });
}

export interface RefundFacts {
  refundSeq: number;
  refundId: string;
  giftOrderId: string;
  senderId: string;
  bucket: number;
  seq: number;
  anchorId: string;
  totalCoins: number;
  sentAtMs: number;
  traceId: string;
}

/** Refunds after a number, in order. */
export async function listRefundsForAudit(
  db: LiveDb,
  afterSeq: number,
  limit: number,
): Promise<RefundFacts[]> {
  const rows = await db.sql<(Record<string, string> & { sent_at: Date })[]>`
    SELECT refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, total_coins, sent_at, trace_id
    FROM gift_refunds WHERE refund_seq > ${afterSeq} ORDER BY refund_seq LIMIT ${limit}`;
  return rows.map((row) => ({
    refundSeq: Number(row.refund_seq),
    refundId: String(row.refund_id),
    giftOrderId: String(row.gift_order_id),
    senderId: String(row.sender_id),
    bucket: Number(row.bucket),
    seq: Number(row.seq),
    anchorId: String(row.anchor_id),
    totalCoins: Number(row.total_coins),
    sentAtMs: row.sent_at.getTime(),
    traceId: String(row.trace_id),
  }));
}
