import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { FEN_PER_COIN, SHARE_BPS_MAX } from "@/domain/rules/money";
import type { BucketRead } from "@/domain/rules/plan-settlement";
import type { BatchLines, BatchRange, GiftToSettle, SeqRange } from "@/domain/rules/settle-gifts";
import type { SharePeriod, SharePeriods } from "@/domain/rules/share";
import { giftsWithin, lastGiftsOf, markOfGift } from "../ledger/gift-feed";

/** What the gifts within ranges come to, their lines by anchor and share, and between which times they were sent. */
export interface SummedGifts extends BatchLines {
  oldestSentAtMs: number;
  newestSentAtMs: number;
}

/**
 * Paid gifts within the given range of each bucket, each split by the share in force when it was sent and rounded down
 * by itself, summed up by anchor and share over all of the ranges. The same rule as `settleGifts`, where the gifts are:
 * only sums travel. Null when there is none.
 */
export async function sumGifts(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
  shares: SharePeriods,
): Promise<SummedGifts | null> {
  const { own, platform } = shares;
  // They cover all time without a hole: the last that begins before a gift is in force, found without a join.
  const ascending = platform.toReversed();
  const [row] = await db.sql<
    (Record<"gifts" | "coins" | "anchor_fen" | "oldest_ms" | "newest_ms", string> & {
      lines: number;
      last_gifts: Record<string, string>;
      columns: [anchorIds: string, shareBps: string, gifts: string, coins: string, anchorFen: string];
    })[]
  >`
    SELECT count(*)::int AS lines, sum(gifts) AS gifts, sum(coins) AS coins, sum(anchor_fen) AS anchor_fen,
      (extract(epoch FROM min(oldest)) * 1000)::bigint AS oldest_ms,
      (extract(epoch FROM max(newest)) * 1000)::bigint AS newest_ms,
      ARRAY[array_agg(anchor_id)::text, array_agg(share_bps)::text, array_agg(gifts)::text, array_agg(coins)::text,
        array_agg(anchor_fen)::text] AS columns,
      (SELECT json_object_agg(r.bucket, ${markOfGift(db.sql)}) FROM ${lastGiftsOf(db.sql, ranges)}) AS last_gifts
    FROM (
      SELECT anchor_id, share_bps, count(*) AS gifts, sum(total_coins)::bigint AS coins,
        sum(total_coins * ${FEN_PER_COIN}::int * share_bps / ${SHARE_BPS_MAX}::int)::bigint AS anchor_fen,
        min(sent_at) AS oldest, max(sent_at) AS newest
      FROM (
        SELECT r.anchor_id, r.total_coins, r.sent_at,
          coalesce(o.share_bps, (${bpsOf(ascending)}::int[])[width_bucket(r.sent_at, ${fromTimes(ascending)}::timestamptz[])]) AS share_bps
        FROM ${giftsWithin(db.sql, ranges)}
        LEFT JOIN unnest(
          ${arrayLiteral(own.map((period) => period.anchorId))}::uuid[], ${fromTimes(own)}::timestamptz[],
          ${toTimes(own)}::timestamptz[], ${bpsOf(own)}::int[]) AS o (anchor_id, from_at, to_at, share_bps)
          ON o.anchor_id = r.anchor_id AND r.sent_at >= o.from_at AND r.sent_at < o.to_at
      ) shared
      GROUP BY anchor_id, share_bps
    ) line`;
  if (!row || row.lines === 0) return null;
  const [anchorIds, shareBps, gifts, coins, anchorFen] = row.columns;
  return {
    lines: row.lines,
    gifts: Number(row.gifts),
    grossFen: Number(row.coins) * FEN_PER_COIN,
    anchorFen: Number(row.anchor_fen),
    columns: { anchorIds, shareBps, gifts, coins, anchorFen },
    lastGifts: new Map(Object.entries(row.last_gifts ?? {}).map(([bucket, mark]) => [Number(bucket), mark])),
    oldestSentAtMs: Number(row.oldest_ms),
    newestSentAtMs: Number(row.newest_ms),
  };
}

/** How many gifts each bucket has within its range, and the first that was sent after a time; buckets without are left out. */
export async function countGifts(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
  clockMs: number,
): Promise<Map<number, BucketRead & { newestSentAtMs: number }>> {
  const rows = await db.sql<
    { bucket: number; gifts: string; newest_ms: string; first_later_seq: string | null }[]
  >`
    SELECT r.bucket, count(*) AS gifts, (extract(epoch FROM max(r.sent_at)) * 1000)::bigint AS newest_ms,
      min(r.seq) FILTER (WHERE r.sent_at > ${new Date(clockMs)}) AS first_later_seq
    FROM ${giftsWithin(db.sql, ranges)}
    GROUP BY r.bucket`;
  return new Map(
    rows.map((row) => [
      row.bucket,
      {
        gifts: Number(row.gifts),
        firstLaterSeq: row.first_later_seq === null ? null : Number(row.first_later_seq),
        newestSentAtMs: Number(row.newest_ms),
      },
    ]),
  );
}

const toTime = (ms: number) =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : ms > 0 ? "infinity" : "-infinity";
const fromTimes = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => toTime(p.fromMs)));
const toTimes = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => toTime(p.toMs)));
const bpsOf = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => p.shareBps));

/** One paid gift, as settlement saw it. */
export interface SettledGift extends GiftToSettle {
  batchId: number;
}

/** `c (batch_id, bucket, from_seq, to_seq)` */
function unnestBatchRanges({ sql }: LiveDb, ranges: readonly BatchRange[]) {
  return sql`unnest(
    ${arrayLiteral(ranges.map((range) => range.batchId))}::bigint[],
    ${arrayLiteral(ranges.map((range) => range.bucket))}::smallint[],
    ${arrayLiteral(ranges.map((range) => range.fromSeq))}::bigint[],
    ${arrayLiteral(ranges.map((range) => range.toSeq))}::bigint[]) AS c (batch_id, bucket, from_seq, to_seq)`;
}

/** Paid gifts within the ranges of batches, to one anchor or to all. */
export async function listGiftsOfBatches(
  db: LiveDb,
  ranges: readonly BatchRange[],
  anchorId: string | null = null,
): Promise<SettledGift[]> {
  const rows = await db.sql<{ batch_id: string; anchor_id: string; total_coins: string; sent_ms: string }[]>`
    SELECT c.batch_id, g.anchor_id, g.total_coins, (extract(epoch FROM g.sent_at) * 1000)::bigint AS sent_ms
    FROM ${unnestBatchRanges(db, ranges)}
    CROSS JOIN LATERAL (
      SELECT anchor_id, total_coins, sent_at FROM gift_records
      WHERE bucket = c.bucket AND seq BETWEEN c.from_seq AND c.to_seq
        AND (${anchorId}::uuid IS NULL OR anchor_id = ${anchorId}::uuid)
    ) g`;
  return rows.map((row) => ({
    batchId: Number(row.batch_id),
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
    sentAtMs: Number(row.sent_ms),
  }));
}

/** A gift of one line, for whoever looks where its sums come from. */
export interface GiftOfLine {
  bucket: number;
  seq: number;
  giftOrderId: string;
  senderId: string;
  totalCoins: number;
  sentAtMs: number;
  traceId: string;
  refunded: boolean;
}

/** Gifts that an anchor got within a batch, in order of buckets and numbers, after the one that `after` names. */
export async function listGiftsOfLine(
  db: LiveDb,
  line: { ranges: readonly BatchRange[]; anchorId: string },
  after: { bucket: number; seq: number },
  limit: number,
): Promise<GiftOfLine[]> {
  const rows = await db.sql<
    {
      bucket: number;
      seq: string;
      gift_order_id: string;
      sender_id: string;
      total_coins: string;
      sent_ms: string;
      trace_id: string;
      refunded: boolean;
    }[]
  >`
    SELECT r.bucket, r.seq, r.gift_order_id, r.sender_id, r.total_coins, r.trace_id,
      (extract(epoch FROM r.sent_at) * 1000)::bigint AS sent_ms, f.refund_seq IS NOT NULL AS refunded
    FROM ${unnestBatchRanges(db, line.ranges)}
    JOIN gift_records r ON r.bucket = c.bucket AND r.seq BETWEEN c.from_seq AND c.to_seq
    LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
    WHERE r.anchor_id = ${line.anchorId} AND (r.bucket, r.seq) > (${after.bucket}::int, ${after.seq}::bigint)
    ORDER BY r.bucket, r.seq LIMIT ${limit}`;
  return rows.map((row) => ({
    bucket: row.bucket,
    seq: Number(row.seq),
    giftOrderId: row.gift_order_id,
    senderId: row.sender_id,
    totalCoins: Number(row.total_coins),
    sentAtMs: Number(row.sent_ms),
    traceId: row.trace_id,
    refunded: row.refunded,
  }));
}
