import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { simulatorRuns, simulatorSamples } from "@/db/live/schema";
import { arrayLiteral } from "@/db/pg-array";
import type { SimulatorReport, SimulatorSample } from "@/domain/contracts/simulator";

export type SimulatorRunRow = typeof simulatorRuns.$inferSelect;

/** False where one waits or runs already; the same id again is the same run. */
export async function orderRun(
  sql: Sql,
  wanted: Pick<SimulatorRunRow, "runId" | "population" | "giftsPerSecond" | "minutes" | "sockets" | "seed">,
): Promise<boolean> {
  const { runId, population, giftsPerSecond, minutes, sockets, seed } = wanted;
  const { count } = await sql`
    INSERT INTO simulator_runs (run_id, population, status, gifts_per_second, minutes, sockets, seed)
    VALUES (${runId}, ${population}, 'ordered', ${giftsPerSecond}, ${minutes}, ${sockets}, ${seed})
    ON CONFLICT DO NOTHING`;
  if (count > 0) return true;
  const known = await sql`SELECT 1 FROM simulator_runs WHERE run_id = ${runId}`;
  return known.length > 0;
}

export async function findRun(db: LiveDb, runId: string): Promise<SimulatorRunRow | undefined> {
  const [row] = await db.orm.select().from(simulatorRuns).where(eq(simulatorRuns.runId, runId));
  return row;
}

/** The latest runs, newest first. */
export async function listRuns(db: LiveDb, limit: number): Promise<SimulatorRunRow[]> {
  return await db.orm.select().from(simulatorRuns).orderBy(desc(simulatorRuns.orderedAt)).limit(limit);
}

export async function beginRun(db: LiveDb, runId: string): Promise<boolean> {
  const rows = await db.orm
    .update(simulatorRuns)
    .set({ status: "running", begunAt: sql`now()` })
    .where(and(eq(simulatorRuns.runId, runId), eq(simulatorRuns.status, "ordered")))
    .returning({ id: simulatorRuns.runId });
  return rows.length > 0;
}

export async function endRun(
  db: LiveDb,
  runId: string,
  end: { status: "done" | "stopped" | "broken"; fault?: string; report?: SimulatorReport },
): Promise<void> {
  await db.orm
    .update(simulatorRuns)
    .set({ ...end, phase: null, endedAt: sql`now()` })
    .where(and(eq(simulatorRuns.runId, runId), inArray(simulatorRuns.status, ["ordered", "running"])));
}

/** Says what it is doing, and answers what it should do now. */
export async function reportPhase(
  db: LiveDb,
  runId: string,
  phase: string,
): Promise<{ giftsPerSecond: number; isStopAsked: boolean }> {
  const [row] = await db.orm
    .update(simulatorRuns)
    .set({ phase })
    .where(eq(simulatorRuns.runId, runId))
    .returning({ giftsPerSecond: simulatorRuns.giftsPerSecond, stopAskedAt: simulatorRuns.stopAskedAt });
  if (!row) throw new Error("The run is gone.");
  return { giftsPerSecond: row.giftsPerSecond, isStopAsked: row.stopAskedAt !== null };
}

/** Runs that nobody carries out any more, because their process ended. */
export async function breakRunning(db: LiveDb, fault: string): Promise<number> {
  const rows = await db.orm
    .update(simulatorRuns)
    .set({ status: "broken", fault, phase: null, endedAt: sql`now()` })
    .where(eq(simulatorRuns.status, "running"))
    .returning({ id: simulatorRuns.runId });
  return rows.length;
}

/** What a run that waits or runs was to send until now; undefined where there is none of that id. */
export async function changeRate(
  sql: Sql,
  runId: string,
  giftsPerSecond: number,
): Promise<number | undefined> {
  const [row] = await sql<{ before: number }[]>`
    UPDATE simulator_runs r SET gifts_per_second = ${giftsPerSecond}
    FROM (SELECT run_id, gifts_per_second AS before FROM simulator_runs
      WHERE run_id = ${runId} AND status IN ('ordered', 'running') FOR UPDATE) b
    WHERE r.run_id = b.run_id RETURNING b.before`;
  return row?.before;
}

/** Asks whatever waits or runs to stop. Its id, or undefined where nothing does. */
export async function askToStop(sql: Sql): Promise<string | undefined> {
  const [row] = await sql<{ run_id: string }[]>`
    UPDATE simulator_runs SET stop_asked_at = coalesce(stop_asked_at, now())
    WHERE status IN ('ordered', 'running') RETURNING run_id`;
  return row?.run_id;
}

export async function addSample(
  db: LiveDb,
  runId: string,
  number: number,
  sample: SimulatorSample,
): Promise<void> {
  await db.orm.insert(simulatorSamples).values({ runId, number, sample });
}

/** Samples after a number, in order. */
export async function listSamples(
  db: LiveDb,
  { runId, after, limit }: { runId: string; after: number; limit: number },
): Promise<{ number: number; sample: SimulatorSample }[]> {
  const rows = await db.orm
    .select({ number: simulatorSamples.number, sample: simulatorSamples.sample })
    .from(simulatorSamples)
    .where(and(eq(simulatorSamples.runId, runId), gt(simulatorSamples.number, after)))
    .orderBy(asc(simulatorSamples.number))
    .limit(limit);
  return rows.map(({ number, sample }) => ({ number, sample: sample as SimulatorSample }));
}

/** How many of these orders were debited more than once. */
export async function countPaidTwice(db: LiveDb, giftOrderIds: readonly string[]): Promise<number> {
  const [row] = await db.sql<{ twice: number }[]>`
    SELECT count(*)::int AS twice FROM (
      SELECT biz_id FROM trades WHERE biz_id = ANY(${arrayLiteral(giftOrderIds)}::uuid[]) AND trade_type = 'gift'
      GROUP BY biz_id HAVING count(*) > 1) t`;
  return row?.twice ?? 0;
}

/** The processes of PostgreSQL that serve this server's databases. */
export async function listServerPids(db: LiveDb): Promise<number[]> {
  const rows = await db.sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity`;
  return rows.map(({ pid }) => pid);
}
