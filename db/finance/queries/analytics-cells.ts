import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { CursorPlace } from "@/domain/rules/feed-agreement";
import type { CellColumns, GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { type JobHold, LostHoldError, lockHold } from "./analytics-job";

/** Where gifts are counted: what is answered from, or beside it while all is counted anew. */
export interface CountTables {
  cursors: string;
  refundCursor: string;
  giftHour: string;
  giftPairHour: string;
  viewerDay: string;
}
export const COUNTED: CountTables = {
  cursors: "analytics_cursors",
  refundCursor: "analytics_refund_cursor",
  giftHour: "gift_hour",
  giftPairHour: "gift_pair_hour",
  viewerDay: "viewer_day",
};
export const RECOUNT: CountTables = {
  cursors: "recount_cursors",
  refundCursor: "recount_refund_cursor",
  giftHour: "recount_gift_hour",
  giftPairHour: "recount_gift_pair_hour",
  viewerDay: "recount_viewer_day",
};

/** Who counts, and where. Without a hold the cursors alone keep two from counting the same. */
export interface Counter {
  tables: CountTables;
  hold: JobHold | null;
  leaseMs: number;
}

/** How far everything is counted. */
export interface AnalyticsPlaces {
  buckets: ReadonlyMap<number, CursorPlace>;
  refunds: CursorPlace;
}

export async function readAnalyticsPlaces({ sql }: { sql: Sql }, tables = COUNTED): Promise<AnalyticsPlaces> {
  const rows = await sql<{ bucket: number | null; last_seq: string; mark: string | null }[]>`
    SELECT bucket, last_seq, last_gift AS mark FROM ${sql(tables.cursors)}
    UNION ALL SELECT NULL, last_seq, last_refund FROM ${sql(tables.refundCursor)}`;
  const buckets = new Map<number, CursorPlace>();
  let refunds: CursorPlace = { seq: 0, mark: null };
  for (const { bucket, last_seq, mark } of rows) {
    const place = { seq: Number(last_seq), mark };
    if (bucket === null) refunds = place;
    else buckets.set(bucket, place);
  }
  return { buckets, refunds };
}

/**
 * Adds gifts to the tables and moves their cursors, in one transaction under the fence. Throws LostHoldError, and changes
 * nothing, where somebody else has taken the job or counted them.
 *
 * Lock order: the job, cursors by bucket, the tables by key, the run.
 */
export async function addGifts(
  db: FinanceDb,
  counter: Counter,
  input: {
    cells: GiftCells;
    ranges: ReadonlyMap<number, SeqRange>;
    lastGifts: ReadonlyMap<number, string>;
  },
): Promise<void> {
  const { cells, ranges, lastGifts } = input;
  const buckets = [...ranges.keys()];
  const list = [...ranges.values()];
  await inTransaction(db.sql, async (tx) => {
    await lockCounter(tx, counter);
    const moved = await tx`
      UPDATE ${tx(counter.tables.cursors)} c SET last_seq = r.to_seq, last_gift = r.mark
      FROM unnest(${arrayLiteral(buckets)}::smallint[], ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
        ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[],
        ${arrayLiteral(buckets.map((bucket) => lastGifts.get(bucket) ?? null))}::text[]) AS r (bucket, from_seq, to_seq, mark)
      WHERE c.bucket = r.bucket AND c.last_seq = r.from_seq - 1 RETURNING c.bucket`;
    if (moved.length !== ranges.size) throw new LostHoldError();
    await addCells(tx, counter, cells);
  });
}

/** The same of refunds, whose cells are below zero. */
export async function addRefunds(
  db: FinanceDb,
  counter: Counter,
  input: { cells: GiftCells; range: SeqRange; lastRefund: string },
): Promise<void> {
  const { cells, range, lastRefund } = input;
  await inTransaction(db.sql, async (tx) => {
    await lockCounter(tx, counter);
    const moved = await tx`
      UPDATE ${tx(counter.tables.refundCursor)} SET last_seq = ${range.toSeq}, last_refund = ${lastRefund}
      WHERE last_seq = ${range.fromSeq - 1} RETURNING id`;
    if (moved.length === 0) throw new LostHoldError();
    await addCells(tx, counter, cells);
  });
}

async function lockCounter(tx: Sql, { hold, leaseMs }: Counter): Promise<void> {
  if (hold) await lockHold(tx, hold, leaseMs);
}

/** Cells as rows `(hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, day, first_at, last_at)`. */
export const cellRows = (sql: Sql, columns: CellColumns) => sql`
  (SELECT to_timestamp(c.hour) AS hour, c.anchor_id, c.viewer_id, c.anchor_gender, c.viewer_gender, c.gifts, c.coins, c.day,
    to_timestamp(c.first_ms / 1000.0) AS first_at, to_timestamp(c.last_ms / 1000.0) AS last_at
  FROM unnest(${columns.hours}::bigint[], ${columns.anchorIds}::uuid[], ${columns.viewerIds}::uuid[],
    ${columns.anchorGenders}::text[], ${columns.viewerGenders}::text[], ${columns.gifts}::bigint[],
    ${columns.coins}::bigint[], ${columns.days}::date[], ${columns.firstMs}::bigint[], ${columns.lastMs}::bigint[])
    AS c (hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, day, first_ms, last_ms))`;

async function addCells(tx: Sql, { tables, hold }: Counter, cells: GiftCells): Promise<void> {
  const rows = cellRows(tx, cells.columns);
  await tx`
    INSERT INTO ${tx(tables.giftHour)} AS t (hour, anchor_id, anchor_gender, viewer_gender, gifts, coins, gross_fen)
    SELECT hour, anchor_id, anchor_gender, viewer_gender, sum(gifts), sum(coins), sum(coins) * ${FEN_PER_COIN}::int
    FROM ${rows} AS c GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hour, anchor_id, anchor_gender, viewer_gender) DO UPDATE SET gifts = t.gifts + excluded.gifts,
      coins = t.coins + excluded.coins, gross_fen = t.gross_fen + excluded.gross_fen`;
  await tx`
    INSERT INTO ${tx(tables.giftPairHour)} AS t (hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins)
    SELECT hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins FROM ${rows} AS c
    ON CONFLICT (hour, anchor_id, viewer_id, anchor_gender, viewer_gender) DO UPDATE SET
      gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins`;
  await tx`
    INSERT INTO ${tx(tables.viewerDay)} AS t (day, viewer_id, gifts, coins, first_at, last_at)
    SELECT day, viewer_id, sum(gifts), sum(coins), min(first_at), max(last_at) FROM ${rows} AS c
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (day, viewer_id) DO UPDATE SET gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins,
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)`;
  if (hold?.runId) await tx`UPDATE analytics_runs SET rows = rows + ${cells.facts} WHERE id = ${hold.runId}`;
}

export interface TableSum {
  gifts: bigint;
  coins: bigint;
}

/** What each of the tables comes to. */
export async function readCountedSums({
  sql,
}: {
  sql: Sql;
}): Promise<Record<"hours" | "pairs" | "days", TableSum>> {
  const rows = await sql<{ name: "hours" | "pairs" | "days"; gifts: string; coins: string }[]>`
    SELECT 'hours' AS name, coalesce(sum(gifts), 0) AS gifts, coalesce(sum(coins), 0) AS coins FROM gift_hour
    UNION ALL SELECT 'pairs', coalesce(sum(gifts), 0), coalesce(sum(coins), 0) FROM gift_pair_hour
    UNION ALL SELECT 'days', coalesce(sum(gifts), 0), coalesce(sum(coins), 0) FROM viewer_day`;
  const of = (name: string): TableSum => {
    const row = rows.find((one) => one.name === name);
    return { gifts: BigInt(row?.gifts ?? 0), coins: BigInt(row?.coins ?? 0) };
  };
  return { hours: of("hours"), pairs: of("pairs"), days: of("days") };
}

/**
 * Forgets all that was counted, so that it is counted anew: it follows from what the live database has. For a live
 * database that was put back. Takes the job from whoever holds it.
 */
export async function forgetCounted(db: FinanceDb): Promise<void> {
  await inTransaction(db.sql, async (tx) => {
    await tx`
      UPDATE analytics_job SET fence = fence + 1, holder = NULL, lease_until = 'epoch', counted_to = NULL`;
    for (const tables of [COUNTED, RECOUNT]) await emptyTables(tx, tables);
    // Counted anew as soon as somebody runs, not at the clock's next turn.
    await tx`
      INSERT INTO analytics_runs (status) VALUES ('requested')
      ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING`;
  });
}

export async function emptyTables(tx: Sql, tables: CountTables): Promise<void> {
  for (const table of [tables.giftHour, tables.giftPairHour, tables.viewerDay])
    await tx`DELETE FROM ${tx(table)}`;
  await tx`UPDATE ${tx(tables.cursors)} SET last_seq = 0, last_gift = NULL`;
  await tx`UPDATE ${tx(tables.refundCursor)} SET last_seq = 0, last_refund = NULL`;
}
