import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { FEN_PER_COIN, SHARE_BPS_MAX } from "@/server/rules/money";
import type { BucketLines, GiftToSettle, SeqRange } from "@/server/rules/settle-gifts";
import type { SharePeriod, SharePeriods } from "@/server/rules/share";

/** What the gifts within a range of a bucket come to, their lines by anchor and share, and where they stand. */
export interface SummedGifts extends Omit<BucketLines, keyof SeqRange> {
  oldestSentAtMs: number;
  newestSentAtMs: number;
  /** Of those that were sent after the time given. */
  firstLaterSeq: number | null;
}

/**
 * Paid gifts within the given range of each bucket, each split by the share in force when it was sent and rounded down
 * by itself, summed up by anchor and share. The same rule as `settleGifts`, where the gifts are: only sums travel.
 */
export async function sumGifts(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
  shares: SharePeriods,
  clockMs: number,
): Promise<SummedGifts[]> {
  const list = [...ranges];
  const { own, platform } = shares;
  // They cover all time without a hole: the last that begins before a gift is in force, found without a join.
  const ascending = platform.toReversed();
  const rows = await db.sql<
    (Record<"gifts" | "coins" | "anchor_fen" | "oldest_ms" | "newest_ms", string> & {
      bucket: number;
      lines: number;
      first_later_seq: string | null;
      columns: [anchorIds: string, shareBps: string, gifts: string, coins: string, anchorFen: string];
    })[]
  >`
    SELECT bucket, count(*)::int AS lines, sum(gifts) AS gifts, sum(coins) AS coins, sum(anchor_fen) AS anchor_fen,
      (extract(epoch FROM min(oldest)) * 1000)::bigint AS oldest_ms,
      (extract(epoch FROM max(newest)) * 1000)::bigint AS newest_ms, min(first_later_seq) AS first_later_seq,
      ARRAY[array_agg(anchor_id)::text, array_agg(share_bps)::text, array_agg(gifts)::text, array_agg(coins)::text,
        array_agg(anchor_fen)::text] AS columns
    FROM (
      SELECT bucket, anchor_id, share_bps, count(*) AS gifts, sum(total_coins)::bigint AS coins,
        sum(total_coins * ${FEN_PER_COIN}::int * share_bps / ${SHARE_BPS_MAX}::int)::bigint AS anchor_fen,
        min(sent_at) AS oldest, max(sent_at) AS newest,
        min(seq) FILTER (WHERE sent_at > ${new Date(clockMs)}) AS first_later_seq
      FROM (
        SELECT g.bucket, g.seq, g.anchor_id, g.total_coins, g.sent_at, 
          coalesce(o.share_bps, (${bpsOf(ascending)}::int[])[width_bucket(g.sent_at, ${fromTimes(ascending)}::timestamptz[])]) AS share_bps
        FROM unnest(
          ${arrayLiteral(list.map(([bucket]) => bucket))}::smallint[],
          ${arrayLiteral(list.map(([, r]) => r.fromSeq))}::bigint[],
          ${arrayLiteral(list.map(([, r]) => r.toSeq))}::bigint[]) AS c (bucket, from_seq, to_seq)
        CROSS JOIN LATERAL (
          SELECT bucket, seq, anchor_id, total_coins, sent_at FROM gift_records
          WHERE bucket = c.bucket AND seq BETWEEN c.from_seq AND c.to_seq
        ) g
        LEFT JOIN unnest(
          ${arrayLiteral(own.map((period) => period.anchorId))}::uuid[], ${fromTimes(own)}::timestamptz[],
          ${toTimes(own)}::timestamptz[], ${bpsOf(own)}::int[]) AS o (anchor_id, from_at, to_at, share_bps)
          ON o.anchor_id = g.anchor_id AND g.sent_at >= o.from_at AND g.sent_at < o.to_at
      ) shared
      GROUP BY bucket, anchor_id, share_bps
    ) line
    GROUP BY bucket`;
  return rows.map((row) => {
    const [anchorIds, shareBps, gifts, coins, anchorFen] = row.columns;
    return {
      bucket: row.bucket,
      lines: row.lines,
      gifts: Number(row.gifts),
      grossFen: Number(row.coins) * FEN_PER_COIN,
      anchorFen: Number(row.anchor_fen),
      columns: { anchorIds, shareBps, gifts, coins, anchorFen },
      oldestSentAtMs: Number(row.oldest_ms),
      newestSentAtMs: Number(row.newest_ms),
      firstLaterSeq: row.first_later_seq === null ? null : Number(row.first_later_seq),
    };
  });
}

const toTime = (ms: number) =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : ms > 0 ? "infinity" : "-infinity";
const fromTimes = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => toTime(p.fromMs)));
const toTimes = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => toTime(p.toMs)));
const bpsOf = (periods: readonly SharePeriod[]) => arrayLiteral(periods.map((p) => p.shareBps));

/** The first number of a range under which there is no gift; null when there is none missing. */
export async function findMissingSeq(db: LiveDb, bucket: number, range: SeqRange): Promise<number | null> {
  const [row] = await db.sql<{ seq: string | null }[]>`
    SELECT min(n) AS seq FROM generate_series(${range.fromSeq}::bigint, ${range.toSeq}::bigint) AS n
    WHERE NOT EXISTS (SELECT 1 FROM gift_records WHERE bucket = ${bucket} AND seq = n)`;
  return row?.seq == null ? null : Number(row.seq);
}

/** One paid gift, as settlement sees it. */
export interface SettledGift extends GiftToSettle {
  seq: number;
}

/** Paid gifts of a bucket within a range, to one anchor or to all, in order of their numbers. */
export async function listGiftsInRange(
  db: LiveDb,
  bucket: number,
  { fromSeq, toSeq }: SeqRange,
  anchorId: string | null = null,
): Promise<SettledGift[]> {
  const rows = await db.sql<{ seq: string; anchor_id: string; total_coins: string; sent_ms: string }[]>`
    SELECT seq, anchor_id, total_coins, (extract(epoch FROM sent_at) * 1000)::bigint AS sent_ms FROM gift_records
    WHERE bucket = ${bucket} AND seq BETWEEN ${fromSeq} AND ${toSeq}
      AND (${anchorId}::uuid IS NULL OR anchor_id = ${anchorId}::uuid)
    ORDER BY seq`;
  return rows.map((row) => ({
    bucket,
    seq: Number(row.seq),
    anchorId: row.anchor_id,
    totalCoins: Number(row.total_coins),
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
