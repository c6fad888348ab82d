import type { Readable } from "node:stream";
import type postgres from "postgres";
import type { LiveDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction, onSnapshot } from "@/db/transaction";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { countNumbers, planBatches } from "@/domain/rules/plan-settlement";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { markOfGift } from "../ledger/gift-feed";
import { systemAccountId } from "../ledger/system-accounts";
import { PERSON_FACTS_LOCK } from "./person-facts";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Where the gifts of ranges end, and what this database's clock said before any of them was read. */
export interface GiftRead {
  clockMs: number;
  lastGifts: ReadonlyMap<number, string>;
}

/** So many gifts are by so many people that all of them are read, instead of each by themselves. */
const PEOPLE_SCANNED_FROM = 200_000;
/** What one batch may sort and hash in before it goes to the disk. */
const WORK_MEMORY = "128MB";

/**
 * Gifts within ranges, by hour, anchor, viewer and the genders in force when each was sent, handed out as PostgreSQL copies
 * rows into the finance database's `staged_cells`, so that they are never looked at here. What people say of themselves afterwards holds from after
 * `clockMs`; gifts that were sent after it are for the caller to leave out.
 */
export async function copyGiftCells(
  db: LiveDb,
  ranges: ReadonlyMap<number, SeqRange>,
  take: (rows: Readable) => Promise<void>,
): Promise<GiftRead> {
  // Whoever is saying something has said it when the lock is free; whoever says something later says it from later on.
  const clockMs = await inTransaction(db.sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock_shared(${PERSON_FACTS_LOCK})`;
    const [clock] = await tx<{ ms: number }[]>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
    return clock?.ms ?? 0;
  });
  return await onSnapshot(db.sql, async (tx) => {
    await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
    await take(await tx.unsafe(copyText(ranges)).readable());
    const marks = await tx<{ bucket: number; mark: string }[]>`
      SELECT r.bucket, ${markOfGift(tx)} AS mark FROM ${rangeRows(tx, ranges)}
      JOIN gift_records r ON r.bucket = c.bucket AND r.seq = c.to_seq`;
    return { clockMs, lastGifts: new Map(marks.map(({ bucket, mark }) => [bucket, mark])) };
  });
}

/**
 * A copy takes no parameters: numbers alone are written into it. Most people have said one thing or nothing, and most hours
 * have one answer: only what a change falls into is read a second time, gift by gift.
 */
function copyText(ranges: ReadonlyMap<number, SeqRange>): string {
  const rows = [...ranges].map(
    ([bucket, { fromSeq, toSeq }]) => `${bucket}::smallint, ${fromSeq}::bigint, ${toSeq}::bigint`,
  );
  const gifts = `(VALUES (${rows.join("), (")})) AS c (bucket, from_seq, to_seq)
    JOIN gift_records r ON r.bucket = c.bucket AND r.seq BETWEEN c.from_seq AND c.to_seq`;
  const hour = "date_bin('1 hour', r.sent_at, 'epoch')";
  const local = `(extract(epoch FROM hour)::bigint / 3600 + ${CALENDAR_UTC_OFFSET_MINUTES / 60})`;
  const sums = "count(*) AS gifts, sum(r.total_coins)::bigint AS coins, max(r.sent_at) AS last_at";
  const said = (row: string, at: string) =>
    `CASE WHEN ${row}.valid_from <= ${at} THEN ${row}.gender ELSE 'unsaid' END`;
  const changes = (row: string) =>
    `coalesce(${row}.facts > 1 AND ${row}.last_from > first_at OR ${row}.valid_from > first_at AND ${row}.valid_from <= last_at, false)`;
  const latest = `(SELECT gender FROM person_facts f WHERE f.user_id = p.user_id ORDER BY valid_from DESC LIMIT 1)`;
  const whom =
    countNumbers(ranges) > PEOPLE_SCANNED_FROM
      ? ""
      : "WHERE user_id IN (SELECT sender_id FROM cells UNION SELECT anchor_id FROM cells)";
  const exact = (user: string) => `coalesce((SELECT gender FROM person_facts f
    WHERE f.user_id = ${user} AND f.valid_from <= r.sent_at ORDER BY valid_from DESC LIMIT 1), 'unsaid')`;
  return `COPY (
    WITH cells AS MATERIALIZED (
      SELECT ${hour} AS hour, r.anchor_id, r.sender_id, ${sums}, min(r.sent_at) AS first_at FROM ${gifts} GROUP BY 1, 2, 3
    ), people AS MATERIALIZED (
      SELECT user_id, count(*) AS facts, min(valid_from) AS valid_from, max(valid_from) AS last_from,
        CASE WHEN count(*) = 1 THEN min(gender) ELSE ${latest} END AS gender
      FROM person_facts p ${whom} GROUP BY user_id
    ), said AS MATERIALIZED (
      SELECT hour, anchor_id, sender_id, gifts, coins, last_at, ${said("a", "first_at")} AS anchor_gender,
        ${said("v", "first_at")} AS viewer_gender, ${changes("a")} OR ${changes("v")} AS is_mixed
      FROM cells LEFT JOIN people a ON a.user_id = anchor_id LEFT JOIN people v ON v.user_id = sender_id
    ), mixed AS (
      SELECT s.hour, r.anchor_id, r.sender_id, ${exact("r.anchor_id")} AS anchor_gender,
        ${exact("r.sender_id")} AS viewer_gender, ${sums}
      FROM ${gifts} JOIN said s ON s.is_mixed AND s.hour = ${hour} AND s.anchor_id = r.anchor_id AND s.sender_id = r.sender_id
      WHERE EXISTS (SELECT 1 FROM said WHERE is_mixed) GROUP BY 1, 2, 3, 4, 5
    )
    SELECT '1970-01-01'::date + (${local} / 24)::int, (${local} % 24)::smallint, anchor_id, sender_id,
      anchor_gender, viewer_gender, gifts, coins, gifts, last_at
    FROM (
      SELECT hour, anchor_id, sender_id, anchor_gender, viewer_gender, gifts, coins, last_at FROM said WHERE NOT is_mixed
      UNION ALL SELECT hour, anchor_id, sender_id, anchor_gender, viewer_gender, gifts, coins, last_at FROM mixed
    ) AS all_cells
  ) TO STDOUT (FORMAT binary)`;
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
  takes_off: boolean;
  columns: string[];
}

/** `facts` selects `sender_id, anchor_id, total_coins, sent_at, sign`. Each person is looked up once, not once a gift. */
async function readCells(sql: Sql, facts: Fragment): Promise<GiftCells> {
  const [row] = await sql<CellsRow[]>`
    WITH facts AS MATERIALIZED (${facts}),
    periods AS MATERIALIZED (
      SELECT user_id, gender, valid_from,
        coalesce(lead(valid_from) OVER (PARTITION BY user_id ORDER BY valid_from), 'infinity') AS valid_to
      FROM person_facts
      WHERE user_id IN (SELECT sender_id FROM facts UNION SELECT anchor_id FROM facts)
    ),
    cells AS (
      SELECT date_bin('1 hour', f.sent_at, 'epoch') AS hour, f.anchor_id, f.sender_id,
        coalesce(a.gender, 'unsaid') AS anchor_gender, coalesce(v.gender, 'unsaid') AS viewer_gender,
        sum(f.sign)::bigint AS gifts, sum(f.sign * f.total_coins)::bigint AS coins, count(*) AS facts
      FROM facts f
      LEFT JOIN periods a ON a.user_id = f.anchor_id AND f.sent_at >= a.valid_from AND f.sent_at < a.valid_to
      LEFT JOIN periods v ON v.user_id = f.sender_id AND f.sent_at >= v.valid_from AND f.sent_at < v.valid_to
      GROUP BY 1, 2, 3, 4, 5
    ),
    local AS (
      SELECT *, (hour AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute' AS at FROM cells
    )
    SELECT count(*)::int AS cells, coalesce(sum(facts), 0) AS gifts, coalesce(bool_or(gifts < 0), false) AS takes_off,
      ARRAY[coalesce(array_agg(at::date)::text, '{}'), coalesce(array_agg(extract(hour FROM at)::int)::text, '{}'),
        coalesce(array_agg(anchor_id)::text, '{}'), coalesce(array_agg(sender_id)::text, '{}'),
        coalesce(array_agg(anchor_gender)::text, '{}'), coalesce(array_agg(viewer_gender)::text, '{}'),
        coalesce(array_agg(gifts)::text, '{}'), coalesce(array_agg(coins)::text, '{}'),
        coalesce(array_agg(facts)::text, '{}')] AS columns
    FROM local`;
  if (!row) throw new Error("Nothing was counted.");
  const [days, hours, anchorIds, viewerIds, anchorGenders, viewerGenders, gifts, coins, ofFacts] =
    row.columns as [string, string, string, string, string, string, string, string, string];
  return {
    facts: Number(row.gifts),
    cells: row.cells,
    takesOff: row.takes_off,
    columns: {
      days,
      hours,
      anchorIds,
      viewerIds,
      anchorGenders,
      viewerGenders,
      gifts,
      coins,
      facts: ofFacts,
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
