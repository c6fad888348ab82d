import type postgres from "postgres";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction, onSnapshot } from "@/db/transaction";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { planBatches } from "@/domain/rules/plan-settlement";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { markOfGift } from "../ledger/gift-feed";
import { systemAccountId } from "../ledger/system-accounts";
import { PERSON_FACTS_LOCK } from "./person-facts";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

export interface CountedCells extends GiftCells {
  /** This database's time before anything was read. */
  clockMs: number;
  newestSentAtMs: number;
  lastGifts: ReadonlyMap<number, string>;
}

/**
 * Gifts within ranges, by hour, anchor, viewer and the genders in force when each was sent. While it reads nobody says
 * anything new about themselves; gifts that were sent after `clockMs` are for the caller to leave out.
 */
export async function readGiftCells(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
): Promise<CountedCells> {
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock_shared(${PERSON_FACTS_LOCK})`;
    const [clock] = await tx<{ ms: number }[]>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
    const ofRanges = rangeRows(tx, ranges);
    const cells = await readCells(
      tx,
      tx`SELECT r.sender_id, r.anchor_id, r.total_coins, r.sent_at, 1 AS sign FROM ${ofRanges}
        JOIN gift_records r ON r.bucket = c.bucket AND r.seq BETWEEN c.from_seq AND c.to_seq`,
    );
    const marks = await tx<{ bucket: number; mark: string }[]>`
      SELECT r.bucket, ${markOfGift(tx)} AS mark FROM ${ofRanges}
      JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.to_seq`;
    return {
      ...cells,
      clockMs: clock?.ms ?? 0,
      lastGifts: new Map(marks.map(({ bucket, mark }) => [bucket, mark])),
    };
  });
}

/** Refunds of a range of their numbers, as cells below zero under the hours of their gifts. */
export async function readRefundCells(db: LiveDb, range: SeqRange): Promise<GiftCells> {
  return await readCells(
    db.sql,
    db.sql`SELECT sender_id, anchor_id, total_coins, sent_at, -1 AS sign FROM gift_refunds
      WHERE refund_seq BETWEEN ${range.fromSeq} AND ${range.toSeq}`,
  );
}

/** What has not been counted, read piece by piece on one snapshot. */
export interface TailInput {
  cursors: ReadonlyMap<number, number>;
  refundSeq: number;
  from: Date;
  to: Date;
  anchorIds: readonly string[] | null;
  giftsMax: number;
  /** Takes the cells of a piece; the next is read when it is done. */
  take(cells: GiftCells): Promise<void>;
}

/** Gifts of one piece: bounds memory, whatever waits. */
const PIECE_GIFTS = 20_000;

/**
 * Gifts and refunds beyond cursors, within a time, in cells. Returns when the snapshot was taken; null, and hands out
 * nothing, when more than `giftsMax` wait.
 */
export async function readTail(db: LiveDb, input: TailInput): Promise<Date | null> {
  const { cursors, refundSeq, from, to, anchorIds, giftsMax, take } = input;
  return await onSnapshot(db.sql, async (tx) => {
    const buckets = await tx<{ bucket: number; last_seq: string; at: Date }[]>`
      SELECT bucket, last_seq, now() AS at FROM gift_buckets`;
    const at = buckets[0]?.at ?? new Date(0);
    const places = new Map(cursors);
    const lastSeqs = new Map(buckets.map(({ bucket, last_seq }) => [bucket, Number(last_seq)]));
    const [refunds] = await tx<{ last_seq: string }[]>`SELECT last_seq FROM refund_counter`;
    const lastRefund = Number(refunds?.last_seq ?? 0);
    const waits = [...places].reduce(
      (sum, [bucket, seq]) => sum + Math.max(0, (lastSeqs.get(bucket) ?? 0) - seq),
      Math.max(0, lastRefund - refundSeq),
    );
    if (waits > giftsMax) return null;
    const isMeant = tx`sent_at >= ${from} AND sent_at < ${to}
      AND (${anchorIds === null} OR anchor_id = ANY(${arrayLiteral(anchorIds ?? [])}::uuid[]))`;
    for (;;) {
      const [ranges] = planBatches(places, lastSeqs, PIECE_GIFTS, PIECE_GIFTS);
      if (!ranges) break;
      await take(
        await readCells(
          tx,
          tx`SELECT r.sender_id, r.anchor_id, r.total_coins, r.sent_at, 1 AS sign FROM ${rangeRows(tx, ranges)}
            JOIN gift_records r ON r.bucket = c.bucket AND r.seq BETWEEN c.from_seq AND c.to_seq WHERE ${isMeant}`,
        ),
      );
      for (const [bucket, { toSeq }] of ranges) places.set(bucket, toSeq);
    }
    for (let seq = refundSeq; seq < lastRefund; seq += PIECE_GIFTS) {
      await take(
        await readCells(
          tx,
          tx`SELECT sender_id, anchor_id, total_coins, sent_at, -1 AS sign FROM gift_refunds
            WHERE refund_seq > ${seq} AND refund_seq <= ${seq + PIECE_GIFTS} AND ${isMeant}`,
        ),
      );
    }
    return at;
  });
}

/** Ranges as rows `c (bucket, from_seq, to_seq)`. */
const rangeRows = (tx: Sql, ranges: ReadonlyMap<number, SeqRange>) => {
  const list = [...ranges.values()];
  return tx`unnest(${arrayLiteral([...ranges.keys()])}::smallint[],
    ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
    ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[]) AS c (bucket, from_seq, to_seq)`;
};

interface CellsRow {
  cells: number;
  gifts: string;
  newest_ms: string | null;
  columns: string[];
}

/** `facts` selects `sender_id, anchor_id, total_coins, sent_at, sign`. Each person is looked up once, not once a gift. */
async function readCells(sql: Sql, facts: Fragment): Promise<GiftCells & { newestSentAtMs: number }> {
  const [row] = await sql<CellsRow[]>`
    WITH facts AS MATERIALIZED (${facts}),
    periods AS MATERIALIZED (
      SELECT user_id, gender, valid_from,
        coalesce(lead(valid_from) OVER (PARTITION BY user_id ORDER BY valid_from), 'infinity') AS valid_to
      FROM person_facts
      WHERE user_id IN (SELECT sender_id FROM facts UNION SELECT anchor_id FROM facts)
    ),
    cells AS (
      SELECT date_trunc('hour', f.sent_at, 'UTC') AS hour, f.anchor_id, f.sender_id,
        coalesce(a.gender, 'unsaid') AS anchor_gender, coalesce(v.gender, 'unsaid') AS viewer_gender,
        sum(f.sign)::bigint AS gifts, sum(f.sign * f.total_coins)::bigint AS coins, count(*) AS facts,
        min(f.sent_at) AS first_at, max(f.sent_at) AS last_at
      FROM facts f
      LEFT JOIN periods a ON a.user_id = f.anchor_id AND f.sent_at >= a.valid_from AND f.sent_at < a.valid_to
      LEFT JOIN periods v ON v.user_id = f.sender_id AND f.sent_at >= v.valid_from AND f.sent_at < v.valid_to
      GROUP BY 1, 2, 3, 4, 5
    )
    SELECT count(*)::int AS cells, coalesce(sum(facts), 0) AS gifts,
      (extract(epoch FROM max(last_at)) * 1000)::bigint AS newest_ms,
      ARRAY[coalesce(array_agg(extract(epoch FROM hour)::bigint)::text, '{}'), coalesce(array_agg(anchor_id)::text, '{}'),
        coalesce(array_agg(sender_id)::text, '{}'), coalesce(array_agg(anchor_gender)::text, '{}'),
        coalesce(array_agg(viewer_gender)::text, '{}'), coalesce(array_agg(gifts)::text, '{}'),
        coalesce(array_agg(coins)::text, '{}'),
        coalesce(array_agg(((hour AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date)::text, '{}'),
        coalesce(array_agg((extract(epoch FROM first_at) * 1000)::bigint)::text, '{}'),
        coalesce(array_agg((extract(epoch FROM last_at) * 1000)::bigint)::text, '{}')] AS columns
    FROM cells`;
  if (!row) throw new Error("Nothing was counted.");
  const [hours, anchorIds, viewerIds, anchorGenders, viewerGenders, gifts, coins, days, firstMs, lastMs] =
    row.columns as [string, string, string, string, string, string, string, string, string, string];
  return {
    facts: Number(row.gifts),
    cells: row.cells,
    newestSentAtMs: Number(row.newest_ms ?? 0),
    columns: {
      hours,
      anchorIds,
      viewerIds,
      anchorGenders,
      viewerGenders,
      gifts,
      coins,
      days,
      firstMs,
      lastMs,
    },
  };
}

/** One a bucket, found by their ids: there are as many accounts as people. */
const CLEARING_ACCOUNTS = ALL_BUCKETS.map((bucket) => systemAccountId("gift_clearing", bucket));

/**
 * What the ledger says was given up to cursors, refunds taken off: all that stands on the clearing accounts, without what
 * came after the cursors. Costs what came after them, however much there was before.
 */
export async function readLedgerSums(
  db: LiveDb,
  cursors: ReadonlyMap<number, number>,
  refundSeq: number,
): Promise<{ gifts: bigint; coins: bigint }> {
  const [row] = await db.sql<{ gifts: string; coins: string }[]>`
    WITH tail AS (
      SELECT coalesce(sum(r.total_coins), 0) AS coins
      FROM unnest(${arrayLiteral([...cursors.keys()])}::smallint[], ${arrayLiteral([...cursors.values()])}::bigint[]) AS c (bucket, seq)
      JOIN gift_records r ON r.bucket = c.bucket AND r.seq > c.seq
    ), refunded AS (
      SELECT coalesce(sum(total_coins), 0) AS coins FROM gift_refunds WHERE refund_seq > ${refundSeq}
    )
    SELECT (SELECT coalesce(sum(balance_coins), 0) FROM ledger_accounts WHERE id = ANY(${arrayLiteral(CLEARING_ACCOUNTS)}::uuid[]))
        - tail.coins + refunded.coins AS coins,
      ${[...cursors.values()].reduce((sum, seq) => sum + seq, 0) - refundSeq}::bigint AS gifts
    FROM tail, refunded`;
  return { gifts: BigInt(row?.gifts ?? 0), coins: BigInt(row?.coins ?? 0) };
}
