import type { FinanceDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

/** A worker's hold on the job: what it writes, it writes under this fence or not at all. */
export interface JobHold {
  /** Null while what waits is counted between two runs. */
  runId: number | null;
  fence: number;
}

/** Somebody else has taken the job over; what this worker wanted to write was not written. */
export class LostHoldError extends Error {
  constructor() {
    super("Another worker has taken the analytics job over.");
  }
}

/**
 * Takes the job where nobody holds it and there is something to do: a run that was asked for, one whose worker is gone,
 * or the clock's next one. Null where there is nothing. Times are this database's.
 */
export async function takeJob(
  db: FinanceDb,
  input: { holder: string; leaseMs: number; everyMs: number },
): Promise<JobHold | null> {
  const { holder, leaseMs, everyMs } = input;
  return await inTransaction(db.sql, async (tx) => {
    if (!(await lockFreeJob(tx))) return null;
    const runId = (await findOpenRun(tx)) ?? (await beginDueRun(tx, everyMs));
    if (runId === null) return null;
    const fence = await raiseFence(tx, holder, leaseMs);
    await tx`
      UPDATE analytics_runs SET status = 'running', node = ${holder}, error = NULL,
        takeovers = takeovers + (started_at IS NOT NULL AND node IS DISTINCT FROM ${holder})::int,
        started_at = coalesce(started_at, clock_timestamp()), cursors_before = coalesce(cursors_before, ${cursorsJson(tx)})
      WHERE id = ${runId}`;
    return { runId, fence };
  });
}

/** Takes the job between two runs, where nobody holds it and no run is open. */
export async function takeJobBetweenRuns(
  db: FinanceDb,
  { holder, leaseMs }: { holder: string; leaseMs: number },
): Promise<JobHold | null> {
  return await inTransaction(db.sql, async (tx) => {
    if (!(await lockFreeJob(tx)) || (await findOpenRun(tx)) !== null) return null;
    return { runId: null, fence: await raiseFence(tx, holder, leaseMs) };
  });
}

async function lockFreeJob(tx: Sql): Promise<boolean> {
  const rows = await tx`
    SELECT id FROM analytics_job WHERE lease_until <= clock_timestamp() FOR UPDATE SKIP LOCKED`;
  return rows.length > 0;
}

async function raiseFence(tx: Sql, holder: string, leaseMs: number): Promise<number> {
  const [job] = await tx<{ fence: string }[]>`
    UPDATE analytics_job SET fence = fence + 1, holder = ${holder},
      lease_until = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond' RETURNING fence`;
  return Number(job?.fence);
}

async function findOpenRun(tx: Sql): Promise<number | null> {
  const [run] = await tx<{ id: string }[]>`
    SELECT id FROM analytics_runs WHERE status IN ('requested', 'running')`;
  return run ? Number(run.id) : null;
}

/** The clock's next run, where its time has come. Runs that were asked for do not move it. */
async function beginDueRun(tx: Sql, everyMs: number): Promise<number | null> {
  const [run] = await tx<{ id: string }[]>`
    INSERT INTO analytics_runs (status) SELECT 'requested' WHERE NOT EXISTS (
      SELECT 1 FROM analytics_runs WHERE requested_by IS NULL
        AND created_at > clock_timestamp() - ${everyMs}::bigint * interval '1 millisecond')
    RETURNING id`;
  return run ? Number(run.id) : null;
}

const cursorsJson = (tx: Sql) => tx`
  (SELECT jsonb_object_agg(bucket::text, last_seq) FROM analytics_cursors)
    || (SELECT jsonb_build_object('refunds', last_seq) FROM analytics_refund_cursor)`;

/** Locks the job for a transaction that writes under this fence, and lengthens the lease. Throws LostHoldError. */
export async function lockHold(tx: Sql, hold: JobHold, leaseMs: number): Promise<void> {
  const rows = await tx`
    UPDATE analytics_job SET lease_until = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'
    WHERE fence = ${hold.fence} RETURNING id`;
  if (rows.length === 0) throw new LostHoldError();
}

/** How much waits, for the progress that is shown. */
export async function noteWaiting(db: FinanceDb, hold: JobHold, waiting: number): Promise<void> {
  await db.sql`
    UPDATE analytics_runs SET waiting = greatest(waiting, rows + ${waiting}::bigint)
    WHERE id = ${hold.runId} AND EXISTS (SELECT 1 FROM analytics_job WHERE fence = ${hold.fence})`;
}

/** Everything that was paid before a time is counted. */
export async function noteCountedTo(db: FinanceDb, hold: JobHold, at: Date): Promise<void> {
  await db.sql`UPDATE analytics_job SET counted_to = ${at} WHERE fence = ${hold.fence}`;
}

/** Lets go of the job; a run stays open and says why, and whoever looks next goes on with it. */
export async function letGo(db: FinanceDb, hold: JobHold, error: string | null): Promise<void> {
  await inTransaction(db.sql, async (tx) => {
    await lockHold(tx, hold, 0);
    await tx`UPDATE analytics_runs SET error = ${error} WHERE id = ${hold.runId}`;
  });
}

export interface Checksum {
  gifts: string;
  coins: string;
  ledgerGifts: string;
  ledgerCoins: string;
  pairGifts: string;
  pairCoins: string;
  dayGifts: string;
  dayCoins: string;
}

/** Ends a run and lets go of the job, in the caller's transaction, which holds the fence. */
export async function endRun(
  tx: Sql,
  hold: JobHold,
  end: { checksum: Checksum; isOk: boolean; cutoffs: object; error: string | null },
): Promise<void> {
  await tx`
    UPDATE analytics_runs SET status = ${end.isOk ? "done" : "differs"}, ended_at = clock_timestamp(),
      cursors_after = ${cursorsJson(tx)}, checksum = ${JSON.stringify(end.checksum)}::text::jsonb,
      checksum_ok = ${end.isOk}, cutoffs = ${JSON.stringify(end.cutoffs)}::text::jsonb, error = ${end.error}
    WHERE id = ${hold.runId}`;
  await tx`UPDATE analytics_job SET holder = NULL, lease_until = 'epoch'`;
}

/**
 * Asks for a run as soon as a worker looks; one that is open already is that run. Written down with who asked, in one
 * transaction.
 */
export async function requestRun(
  db: FinanceDb,
  by: { actorId: string; reason: string | null; traceId: string },
): Promise<number> {
  return await inTransaction(db.sql, async (tx) => {
    await tx`
      INSERT INTO analytics_runs (status, requested_by) VALUES ('requested', ${by.actorId})
      ON CONFLICT ((true)) WHERE status IN ('requested', 'running') DO NOTHING`;
    const runId = await findOpenRun(tx);
    if (runId === null) throw new Error("A run was not written.");
    await insertOperatorAction(tx, { ...by, action: "analytics.run", subject: `analytics-run:${runId}` });
    return runId;
  });
}

export interface RunRow {
  id: string;
  status: "requested" | "running" | "done" | "differs";
  requested_by: string | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  node: string | null;
  takeovers: number;
  rows: string;
  waiting: string;
  cursors_before: Record<string, number> | null;
  cursors_after: Record<string, number> | null;
  checksum: Checksum | null;
  checksum_ok: boolean | null;
  cutoffs: object | null;
  error: string | null;
}

/** When the clock's last run was begun, and whether any run is open. */
export async function readClock(db: FinanceDb): Promise<{ lastAt: Date | null; isOpen: boolean }> {
  const [row] = await db.sql<{ last_at: Date | null; is_open: boolean }[]>`
    SELECT (SELECT max(created_at) FROM analytics_runs WHERE requested_by IS NULL) AS last_at,
      EXISTS (SELECT 1 FROM analytics_runs WHERE status IN ('requested', 'running')) AS is_open`;
  return { lastAt: row?.last_at ?? null, isOpen: row?.is_open ?? false };
}

/** Runs, newest first, below an id. */
export async function listRuns(
  db: FinanceDb,
  input: { belowId: number | null; limit: number },
): Promise<RunRow[]> {
  return await db.sql<RunRow[]>`
    SELECT * FROM analytics_runs WHERE ${input.belowId}::bigint IS NULL OR id < ${input.belowId}::bigint
    ORDER BY id DESC LIMIT ${input.limit}`;
}
