import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { CursorPlace } from "@/domain/rules/feed-agreement";
import type { CellColumns, GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { type JobHold, LostHoldError, lockHold } from "./analytics-job";

/** How far everything is counted. */
export interface AnalyticsPlaces {
  buckets: ReadonlyMap<number, CursorPlace>;
  refunds: CursorPlace;
}

export async function readAnalyticsPlaces({ sql }: { sql: Sql }): Promise<AnalyticsPlaces> {
  const rows = await sql<{ bucket: number | null; last_seq: string; mark: string | null }[]>`
    SELECT bucket, last_seq, last_gift AS mark FROM analytics_cursors
    UNION ALL SELECT NULL, last_seq, last_refund FROM analytics_refund_cursor`;
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
  hold: JobHold,
  input: {
    cells: GiftCells;
    ranges: ReadonlyMap<number, SeqRange>;
    lastGifts: ReadonlyMap<number, string>;
    leaseMs: number;
  },
): Promise<void> {
  const { cells, ranges, lastGifts } = input;
  const buckets = [...ranges.keys()];
  const list = [...ranges.values()];
  await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    await lockHold(tx, hold, input.leaseMs);
    const moved = await tx`
      UPDATE analytics_cursors c SET last_seq = r.to_seq, last_gift = r.mark
      FROM unnest(${arrayLiteral(buckets)}::smallint[], ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
        ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[],
        ${arrayLiteral(buckets.map((bucket) => lastGifts.get(bucket) ?? null))}::text[]) AS r (bucket, from_seq, to_seq, mark)
      WHERE c.bucket = r.bucket AND c.last_seq = r.from_seq - 1 RETURNING c.bucket`;
    if (moved.length !== ranges.size) throw new LostHoldError();
    await addCells(tx, hold, cells);
  });
}

/** The same of refunds, whose cells are below zero. */
export async function addRefunds(
  db: FinanceDb,
  hold: JobHold,
  input: { cells: GiftCells; range: SeqRange; lastRefund: string; leaseMs: number },
): Promise<void> {
  const { cells, range, lastRefund } = input;
  await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    await lockHold(tx, hold, input.leaseMs);
    const moved = await tx`
      UPDATE analytics_refund_cursor SET last_seq = ${range.toSeq}, last_refund = ${lastRefund}
      WHERE last_seq = ${range.fromSeq - 1} RETURNING id`;
    if (moved.length === 0) throw new LostHoldError();
    await addCells(tx, hold, cells);
  });
}

/** Cells as rows `(hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, day, first_at, last_at)`. */
export const cellRows = (sql: Sql, columns: CellColumns) => sql`
  (SELECT to_timestamp(c.hour) AS hour, c.anchor_id, c.viewer_id, c.anchor_gender, c.viewer_gender, c.gifts, c.coins, c.day,
    to_timestamp(c.first_ms / 1000.0) AS first_at, to_timestamp(c.last_ms / 1000.0) AS last_at
  FROM unnest(${columns.hours}::bigint[], ${columns.anchorIds}::uuid[], ${columns.viewerIds}::uuid[],
    ${columns.anchorGenders}::text[], ${columns.viewerGenders}::text[], ${columns.gifts}::bigint[],
    ${columns.coins}::bigint[], ${columns.days}::date[], ${columns.firstMs}::bigint[], ${columns.lastMs}::bigint[])
    AS c (hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, day, first_ms, last_ms))`;

async function addCells(tx: Sql, hold: JobHold, cells: GiftCells): Promise<void> {
  const rows = cellRows(tx, cells.columns);
  await tx`
    INSERT INTO gift_hour AS t (hour, anchor_id, anchor_gender, viewer_gender, gifts, coins, gross_fen)
    SELECT hour, anchor_id, anchor_gender, viewer_gender, sum(gifts), sum(coins), sum(coins) * ${FEN_PER_COIN}::int
    FROM ${rows} AS c GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hour, anchor_id, anchor_gender, viewer_gender) DO UPDATE SET gifts = t.gifts + excluded.gifts,
      coins = t.coins + excluded.coins, gross_fen = t.gross_fen + excluded.gross_fen`;
  await tx`
    INSERT INTO gift_pair_hour AS t (hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins)
    SELECT hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins FROM ${rows} AS c
    ON CONFLICT (hour, anchor_id, viewer_id, anchor_gender, viewer_gender) DO UPDATE SET
      gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins`;
  await tx`
    INSERT INTO viewer_day AS t (day, viewer_id, gifts, coins, first_at, last_at)
    SELECT day, viewer_id, sum(gifts), sum(coins), min(first_at), max(last_at) FROM ${rows} AS c
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (day, viewer_id) DO UPDATE SET gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins,
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)`;
  await tx`UPDATE analytics_runs SET rows = rows + ${cells.facts} WHERE id = ${hold.runId}`;
}

export interface CountedSums {
  gifts: bigint;
  coins: bigint;
  viewerGifts: bigint;
  viewerCoins: bigint;
}

/** What the tables come to. */
export async function readCountedSums({ sql }: { sql: Sql }): Promise<CountedSums> {
  const [row] = await sql<Record<"gifts" | "coins" | "viewer_gifts" | "viewer_coins", string>[]>`
    SELECT h.*, v.* FROM
      (SELECT coalesce(sum(gifts), 0) AS gifts, coalesce(sum(coins), 0) AS coins FROM gift_hour) AS h,
      (SELECT coalesce(sum(gifts), 0) AS viewer_gifts, coalesce(sum(coins), 0) AS viewer_coins FROM viewer_day) AS v`;
  if (!row) throw new Error("Nothing was summed up.");
  return {
    gifts: BigInt(row.gifts),
    coins: BigInt(row.coins),
    viewerGifts: BigInt(row.viewer_gifts),
    viewerCoins: BigInt(row.viewer_coins),
  };
}

/**
 * Forgets all that was counted, so that it is counted anew: it follows from what the live database has. For a live
 * database that was put back. Takes the job from whoever holds it.
 */
export async function forgetCounted(db: FinanceDb): Promise<void> {
  await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    await tx`UPDATE analytics_job SET fence = fence + 1, holder = NULL, lease_until = 'epoch'`;
    await tx`DELETE FROM gift_hour`;
    await tx`DELETE FROM gift_pair_hour`;
    await tx`DELETE FROM viewer_day`;
    await tx`UPDATE analytics_cursors SET last_seq = 0, last_gift = NULL`;
    await tx`UPDATE analytics_refund_cursor SET last_seq = 0, last_refund = NULL`;
    // Counted anew as soon as somebody runs, not at the clock's next turn.
    await tx`
      INSERT INTO analytics_runs (status) VALUES ('requested')
      ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING`;
  });
}
