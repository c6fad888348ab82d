import type postgres from "postgres";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { BUCKET_COUNT } from "@/domain/rules/bucket";
import type { FeedPlace } from "@/domain/rules/feed-agreement";
import type { RefundToReverse } from "@/domain/rules/reverse-gifts";
import type { SeqRange } from "@/domain/rules/settle-gifts";

// Paid gifts by their buckets' gapless numbers, and refunds by theirs. Numbers become visible in order, so that whoever
// keeps a cursor (settlement, boards, analytics) reads each once.

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * What names the gift of a record `r` beyond doubt: another one never has its id, its sender and the moment in which it
 * was posted, not even the same order posted again after a restore.
 */
export const markOfGift = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe(
    "r.gift_order_id || '/' || r.sender_id || '/' || (extract(epoch FROM r.created_at) * 1000)::bigint",
  );

/** The same of a refund `f`. */
export const markOfRefund = (sql: Pick<Sql, "unsafe">) =>
  sql.unsafe("f.refund_id || '/' || (extract(epoch FROM f.created_at) * 1000)::bigint");

/** Gifts `r` of ranges `c (bucket, from_seq, to_seq)`, to select from. */
export const giftsWithin = (sql: Sql, ranges: ReadonlyMap<number, SeqRange>): Fragment =>
  sql`${unnestRanges(sql, ranges)} JOIN gift_records r ON r.bucket = c.bucket AND r.seq BETWEEN c.from_seq AND c.to_seq`;

/** The last gift `r` of each range. */
export const lastGiftsOf = (sql: Sql, ranges: ReadonlyMap<number, SeqRange>): Fragment =>
  sql`${unnestRanges(sql, ranges)} JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.to_seq`;

/** The next gifts after the cursor `c (bucket, last_seq)` that the statement has beside it. */
export const nextGifts = (sql: Sql, limit: number): Fragment =>
  sql`SELECT * FROM gift_records WHERE bucket = c.bucket AND seq > c.last_seq ORDER BY seq LIMIT ${limit}`;

function unnestRanges(sql: Sql, ranges: ReadonlyMap<number, SeqRange>): Fragment {
  const list = [...ranges.values()];
  return sql`unnest(
    ${arrayLiteral([...ranges.keys()])}::smallint[], ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
    ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[]) AS c (bucket, from_seq, to_seq)`;
}

/** The newest number of every bucket as one array, in the order of buckets; 0 where none was given out. */
export const lastSeqsArray = (sql: Sql): Fragment => sql`
  (SELECT array_agg(coalesce(g.last_seq, 0) ORDER BY n) FROM generate_series(0, ${BUCKET_COUNT - 1}::int) n
    LEFT JOIN gift_buckets g ON g.bucket = n)`;

/** The newest number of each bucket that has given any out. */
export async function readLastSeqs(db: LiveDb): Promise<Map<number, number>> {
  const rows = await db.sql<
    { bucket: number; last_seq: string }[]
  >`SELECT bucket, last_seq FROM gift_buckets`;
  return new Map(rows.map((row) => [row.bucket, Number(row.last_seq)]));
}

/** The first number of a range under which there is no gift; null when there is none missing. */
export async function findMissingSeq(db: LiveDb, bucket: number, range: SeqRange): Promise<number | null> {
  const [row] = await db.sql<{ seq: string | null }[]>`
    SELECT min(n) AS seq FROM generate_series(${range.fromSeq}::bigint, ${range.toSeq}::bigint) AS n
    WHERE NOT EXISTS (SELECT 1 FROM gift_records WHERE bucket = ${bucket} AND seq = n)`;
  return row?.seq == null ? null : Number(row.seq);
}

/** How far each bucket has given out numbers, and the gift that stands under the given one; one snapshot. */
export async function readGiftFeed(
  db: LiveDb,
  seqs: ReadonlyMap<number, number>,
): Promise<Map<number, FeedPlace>> {
  const rows = await db.sql<{ bucket: number; last_seq: string; mark: string | null }[]>`
    SELECT b.bucket, b.last_seq, ${markOfGift(db.sql)} AS mark FROM gift_buckets b
    LEFT JOIN unnest(${arrayLiteral([...seqs.keys()])}::smallint[], ${arrayLiteral([...seqs.values()])}::bigint[])
      AS c (bucket, seq) ON c.bucket = b.bucket
    LEFT JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.seq`;
  return new Map(rows.map(({ bucket, last_seq, mark }) => [bucket, { lastSeq: Number(last_seq), mark }]));
}

/** The same of refunds. */
export async function readRefundFeed(db: LiveDb, seq: number): Promise<FeedPlace> {
  const [row] = await db.sql<{ last_seq: string; mark: string | null }[]>`
    SELECT c.last_seq, ${markOfRefund(db.sql)} AS mark FROM refund_counter c
    LEFT JOIN gift_refunds f ON f.refund_seq = ${seq}`;
  return { lastSeq: Number(row?.last_seq ?? 0), mark: row?.mark ?? null };
}

/** The number of the newest refund; 0 before there is any. */
export async function readLastRefundSeq(db: LiveDb): Promise<number> {
  const [row] = await db.sql<{ last_seq: string }[]>`SELECT last_seq FROM refund_counter`;
  return Number(row?.last_seq ?? 0);
}

/** Refunds after a number, in order. */
export async function listRefundsAfter(
  db: LiveDb,
  afterSeq: number,
  limit: number,
): Promise<RefundToReverse[]> {
  const rows = await db.sql<
    (Record<"refund_seq" | "refund_id" | "gift_order_id" | "sender_id" | "seq" | "anchor_id", string> &
      Record<"total_coins" | "sent_ms" | "trace_id" | "mark", string> & { bucket: number })[]
  >`
    SELECT refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, total_coins, trace_id,
      (extract(epoch FROM sent_at) * 1000)::bigint AS sent_ms, ${markOfRefund(db.sql)} AS mark
    FROM gift_refunds f WHERE refund_seq > ${afterSeq} ORDER BY refund_seq LIMIT ${limit}`;
  return rows.map((row) => ({
    refundSeq: Number(row.refund_seq),
    refundId: row.refund_id,
    giftOrderId: row.gift_order_id,
    senderId: row.sender_id,
    bucket: row.bucket,
    seq: Number(row.seq),
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
    sentAtMs: Number(row.sent_ms),
    traceId: row.trace_id,
    mark: row.mark,
  }));
}
