import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { GiftsToSettle, SeqRange } from "@/server/rules/settle-gifts";

/** Gifts that are split alike, with where they stand and when they were sent. */
export interface GiftGroup extends GiftsToSettle {
  firstSeq: number;
  /** `sentAtMs` is that of the newest. */
  oldestSentAtMs: number;
}

/**
 * Paid gifts within the given range of each bucket, summed up where they are split alike: by anchor, coins and the
 * stretch of time between two of the ascending instants in which they were sent. The sums travel, not the gifts.
 */
export async function groupGifts(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
  instantsMs: readonly number[],
): Promise<GiftGroup[]> {
  const list = [...ranges];
  const instants = instantsMs.map((ms) => new Date(ms).toISOString());
  const rows = await db.sql<
    {
      bucket: number;
      anchor_id: string;
      total_coins: string;
      gifts: string;
      first_seq: string;
      oldest_ms: string;
      newest_ms: string;
    }[]
  >`
    SELECT g.bucket, g.anchor_id, g.total_coins, count(*) AS gifts, min(g.seq) AS first_seq,
      (extract(epoch FROM min(g.sent_at)) * 1000)::bigint AS oldest_ms,
      (extract(epoch FROM max(g.sent_at)) * 1000)::bigint AS newest_ms
    FROM unnest(
      ${arrayLiteral(list.map(([bucket]) => bucket))}::smallint[],
      ${arrayLiteral(list.map(([, r]) => r.fromSeq))}::bigint[],
      ${arrayLiteral(list.map(([, r]) => r.toSeq))}::bigint[]) AS c (bucket, from_seq, to_seq)
    CROSS JOIN LATERAL (
      SELECT bucket, seq, anchor_id, total_coins, sent_at FROM gift_records
      WHERE bucket = c.bucket AND seq BETWEEN c.from_seq AND c.to_seq
    ) g
    GROUP BY g.bucket, g.anchor_id, g.total_coins, width_bucket(g.sent_at, ${arrayLiteral(instants)}::timestamptz[])`;
  return rows.map((row) => ({
    bucket: row.bucket,
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
    gifts: Number(row.gifts),
    firstSeq: Number(row.first_seq),
    oldestSentAtMs: Number(row.oldest_ms),
    sentAtMs: Number(row.newest_ms),
  }));
}

/** The first number of a range under which there is no gift; null when there is none missing. */
export async function findMissingSeq(db: LiveDb, bucket: number, range: SeqRange): Promise<number | null> {
  const [row] = await db.sql<{ seq: string | null }[]>`
    SELECT min(n) AS seq FROM generate_series(${range.fromSeq}::bigint, ${range.toSeq}::bigint) AS n
    WHERE NOT EXISTS (SELECT 1 FROM gift_records WHERE bucket = ${bucket} AND seq = n)`;
  return row?.seq == null ? null : Number(row.seq);
}

/** One paid gift, as settlement sees it. */
export interface SettledGift extends GiftsToSettle {
  seq: number;
}

/** Paid gifts of a bucket within a range, in order of their numbers. */
export async function listGiftsInRange(
  db: LiveDb,
  bucket: number,
  { fromSeq, toSeq }: SeqRange,
): Promise<SettledGift[]> {
  const rows = await db.sql<{ seq: string; anchor_id: string; total_coins: string; sent_ms: string }[]>`
    SELECT seq, anchor_id, total_coins, (extract(epoch FROM sent_at) * 1000)::bigint AS sent_ms FROM gift_records
    WHERE bucket = ${bucket} AND seq BETWEEN ${fromSeq} AND ${toSeq} ORDER BY seq`;
  return rows.map((row) => ({
    bucket,
    seq: Number(row.seq),
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
    gifts: 1,
    sentAtMs: Number(row.sent_ms),
  }));
}

/** A gift of one line, for whoever looks where its sums come from. */
export interface GiftOfLine {
  seq: number;
  giftOrderId: string;
  senderId: string;
  totalCoins: number;
  sentAtMs: number;
  traceId: string;
  refunded: boolean;
}

/** Gifts that an anchor got within a range of a bucket's numbers, in their order, from `afterSeq` on. */
export async function listGiftsOfLine(
  db: LiveDb,
  line: SeqRange & { bucket: number; anchorId: string },
  afterSeq: number,
  limit: number,
): Promise<GiftOfLine[]> {
  const rows = await db.sql<
    {
      seq: string;
      gift_order_id: string;
      sender_id: string;
      total_coins: string;
      sent_ms: string;
      trace_id: string;
      refunded: boolean;
    }[]
  >`
    SELECT r.seq, r.gift_order_id, r.sender_id, r.total_coins, r.trace_id,
      (extract(epoch FROM r.sent_at) * 1000)::bigint AS sent_ms, f.refund_seq IS NOT NULL AS refunded
    FROM gift_records r
    LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    WHERE r.bucket = ${line.bucket} AND r.seq BETWEEN ${line.fromSeq} AND ${line.toSeq}
      AND r.seq > ${afterSeq} AND r.anchor_id = ${line.anchorId}
    ORDER BY r.seq LIMIT ${limit}`;
  return rows.map((row) => ({
    seq: Number(row.seq),
    giftOrderId: row.gift_order_id,
    senderId: row.sender_id,
    totalCoins: Number(row.total_coins),
    sentAtMs: Number(row.sent_ms),
    traceId: row.trace_id,
    refunded: row.refunded,
  }));
}

/** The newest number of each bucket that has given any out. */
export async function readLastSeqs(db: LiveDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM gift_buckets`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}
