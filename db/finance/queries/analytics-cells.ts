import type { Writable } from "node:stream";
import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { CursorPlace } from "@/domain/rules/feed-agreement";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { countNumbers } from "@/domain/rules/plan-settlement";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { addNumberedCells, numberPeople, openStage, readStage, stageCells } from "./add-cells";
import { type JobHold, LostHoldError, lockHold } from "./analytics-job";
import { COUNTED, type CountTables, RECOUNT } from "./count-tables";

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

/** The gifts of a batch are not all there, or not all of them were sent before the clock was read: nothing was added. */
export class UnsureBatchError extends Error {
  constructor(readonly clockMs: number) {
    super("A number is missing, or a gift was sent in the future.");
  }
}

/** Copies the cells of gifts into what it is given. */
export type CopyGifts = (
  into: () => Promise<Writable>,
) => Promise<{ clockMs: number; lastGifts: ReadonlyMap<number, string> }>;

/**
 * Adds gifts to the tables and moves their cursors, in one transaction under the fence. Throws LostHoldError, and changes
 * nothing, where somebody else has taken the job or counted them, and UnsureBatchError. What is added is copied at once and
 * waits in the transaction for `turn`, so that the next batch is read while this one is added.
 *
 * Lock order: the job, people by id, cursors by bucket, the tables by key, the run.
 */
export async function addGifts(
  db: FinanceDb,
  counter: Counter,
  input: { ranges: ReadonlyMap<number, SeqRange>; copy: CopyGifts; turn: Promise<void> },
): Promise<void> {
  const { ranges, copy, turn } = input;
  const buckets = [...ranges.keys()];
  const list = [...ranges.values()];
  await inTransaction(db.sql, async (tx) => {
    await openStage(tx);
    const { facts, lastGifts } = await whileNothingIsLocked(tx, async () => {
      const copied = await copy(() => tx.unsafe(COPY_INTO_STAGE).writable());
      const staged = await readStage(tx);
      const isWhole = staged.facts === countNumbers(ranges) && staged.newestSentAtMs <= copied.clockMs;
      if (!isWhole) throw new UnsureBatchError(copied.clockMs);
      await turn;
      return { ...staged, ...copied };
    });
    await lockCounter(tx, counter);
    await numberPeople(tx);
    const moved = await tx`
      UPDATE ${tx(counter.tables.cursors)} c SET last_seq = r.to_seq, last_gift = r.mark
      FROM unnest(${arrayLiteral(buckets)}::smallint[], ${arrayLiteral(list.map((range) => range.fromSeq))}::bigint[],
        ${arrayLiteral(list.map((range) => range.toSeq))}::bigint[],
        ${arrayLiteral(buckets.map((bucket) => lastGifts.get(bucket) ?? null))}::text[]) AS r (bucket, from_seq, to_seq, mark)
      WHERE c.bucket = r.bucket AND c.last_seq = r.from_seq - 1 RETURNING c.bucket`;
    if (moved.length !== ranges.size) throw new LostHoldError();
    await addNumberedCells(tx, counter.tables, false);
    await noteRows(tx, counter, facts);
    // It may have taken longer than the lease.
    await lockCounter(tx, counter);
  });
}

const COPY_INTO_STAGE = `COPY staged_cells FROM STDIN (FORMAT binary)`;

/** The same of refunds, whose cells are below zero. */
export async function addRefunds(
  db: FinanceDb,
  counter: Counter,
  input: { cells: GiftCells; range: SeqRange; lastRefund: string },
): Promise<void> {
  const { cells, range, lastRefund } = input;
  await inTransaction(db.sql, async (tx) => {
    await openStage(tx);
    await stageCells(tx, cells.columns);
    await lockCounter(tx, counter);
    await numberPeople(tx);
    const moved = await tx`
      UPDATE ${tx(counter.tables.refundCursor)} SET last_seq = ${range.toSeq}, last_refund = ${lastRefund}
      WHERE last_seq = ${range.fromSeq - 1} RETURNING id`;
    if (moved.length === 0) throw new LostHoldError();
    await addNumberedCells(tx, counter.tables, true);
    await noteRows(tx, counter, cells.facts);
  });
}

/** A transaction that has locked nothing yet may stand still for longer than one that has: others read and add meanwhile. */
async function whileNothingIsLocked<T>(tx: Sql, work: () => Promise<T>): Promise<T> {
  const setLimit = (to: string) =>
    tx<{ before: string }[]>`
      SELECT current_setting('idle_in_transaction_session_timeout') AS before,
        set_config('idle_in_transaction_session_timeout', ${to}, true)`;
  const [limit] = await setLimit("0");
  const result = await work();
  await setLimit(limit?.before ?? "0");
  return result;
}

/** Nobody else writes the tables until the transaction ends. */
async function lockCounter(tx: Sql, { hold, leaseMs, tables }: Counter): Promise<void> {
  if (hold) await lockHold(tx, hold, leaseMs);
  else await tx`SELECT 1 FROM ${tx(tables.refundCursor)} FOR UPDATE`;
}

async function noteRows(tx: Sql, { hold }: Counter, facts: number): Promise<void> {
  if (hold?.runId) await tx`UPDATE analytics_runs SET rows = rows + ${facts} WHERE id = ${hold.runId}`;
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
    SELECT 'hours' AS name, coalesce(sum(gifts), 0) AS gifts, coalesce(sum(coins), 0) AS coins FROM gift_hour_viewers
    UNION ALL SELECT 'pairs', coalesce(sum(gifts), 0), coalesce(sum(coins), 0) FROM gift_pair_day
    UNION ALL SELECT 'days', coalesce(sum(gifts), 0), coalesce(sum(coins), 0) FROM gift_day_viewers`;
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
    await markAllDays(tx);
    // Counted anew as soon as somebody runs, not at the clock's next turn.
    await tx`
      INSERT INTO analytics_runs (status) VALUES ('requested')
      ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING`;
  });
}

/** Nothing that was made of any day's gifts is believed any more. */
export async function markAllDays(tx: Sql): Promise<void> {
  await tx`
    INSERT INTO analytics_days (day, mark)
    SELECT day, gen_random_uuid() FROM (SELECT day FROM gift_pair_day UNION SELECT day FROM analytics_days) AS d ORDER BY day
    ON CONFLICT (day) DO UPDATE SET mark = excluded.mark`;
}

export async function emptyTables(tx: Sql, tables: CountTables): Promise<void> {
  for (const table of [tables.pairs, tables.hours, tables.days]) await tx`DELETE FROM ${tx(table)}`;
  await tx`UPDATE ${tx(tables.cursors)} SET last_seq = 0, last_gift = NULL`;
  await tx`UPDATE ${tx(tables.refundCursor)} SET last_seq = 0, last_refund = NULL`;
}
