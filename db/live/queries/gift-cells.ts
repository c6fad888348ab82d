import type postgres from "postgres";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { markOfGift } from "../feed-marks";
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
  return await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    await tx`SELECT pg_advisory_xact_lock_shared(${PERSON_FACTS_LOCK})`;
    const [clock] = await tx<{ ms: number }[]>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
    const list = [...ranges.values()];
    const ofRanges = tx`unnest(${arrayLiteral([...ranges.keys()])}::smallint[],
      ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
      ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[]) AS c (bucket, from_seq, to_seq)`;
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

/** What of a time has not been counted, on one snapshot. */
export interface Tail extends GiftCells {
  /** When the snapshot was taken. */
  at: Date;
}

/**
 * Gifts and refunds beyond cursors, within a time, in cells. Null when more than `giftsMax` wait: then the answer is what
 * was counted, and says so.
 */
export async function readTailCells(
  db: LiveDb,
  input: {
    cursors: ReadonlyMap<number, number>;
    refundSeq: number;
    from: Date;
    to: Date;
    giftsMax: number;
  },
): Promise<Tail | null> {
  const { cursors, refundSeq, from, to, giftsMax } = input;
  return await db.sql.begin("isolation level repeatable read read only", async (transaction) => {
    const tx = transaction as unknown as Sql;
    const ofCursors = tx`unnest(${arrayLiteral([...cursors.keys()])}::smallint[],
      ${arrayLiteral([...cursors.values()])}::bigint[]) AS c (bucket, seq)`;
    const [waits] = await tx<{ gifts: string; at: Date }[]>`
      SELECT coalesce(sum(greatest(0, b.last_seq - c.seq)), 0) AS gifts, now() AS at
      FROM gift_buckets b JOIN ${ofCursors} USING (bucket)`;
    if (!waits || Number(waits.gifts) > giftsMax) return null;
    const cells = await readCells(
      tx,
      tx`SELECT r.sender_id, r.anchor_id, r.total_coins, r.sent_at, 1 AS sign FROM ${ofCursors}
        JOIN gift_records r ON r.bucket = c.bucket AND r.seq > c.seq WHERE r.sent_at >= ${from} AND r.sent_at < ${to}
        UNION ALL
        SELECT sender_id, anchor_id, total_coins, sent_at, -1 FROM gift_refunds
        WHERE refund_seq > ${refundSeq} AND sent_at >= ${from} AND sent_at < ${to}`,
    );
    return { ...cells, at: waits.at };
  });
}

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
    SELECT (SELECT coalesce(sum(balance_coins), 0) FROM ledger_accounts WHERE kind = 'gift_clearing')
        - tail.coins + refunded.coins AS coins,
      ${[...cursors.values()].reduce((sum, seq) => sum + seq, 0) - refundSeq}::bigint AS gifts
    FROM tail, refunded`;
  return { gifts: BigInt(row?.gifts ?? 0), coins: BigInt(row?.coins ?? 0) };
}
