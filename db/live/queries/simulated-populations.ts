import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { simulatedPopulations } from "@/db/live/schema";

export type SimulatedPopulation = typeof simulatedPopulations.$inferSelect;
type Status = SimulatedPopulation["status"];

/** The crowd that is there, or is being made or removed; the last one that was removed where there is none. */
export async function findPopulation(db: LiveDb): Promise<SimulatedPopulation | undefined> {
  const [row] = await db.orm
    .select()
    .from(simulatedPopulations)
    .orderBy(desc(ne(simulatedPopulations.status, "removed")), desc(simulatedPopulations.id))
    .limit(1);
  return row;
}

/** Orders a crowd. False where there is one already. */
export async function orderPopulation(
  sql: Sql,
  wanted: Pick<SimulatedPopulation, "behaviourVersion" | "seed" | "anchors" | "viewers" | "guests">,
): Promise<boolean> {
  const { count } = await sql`
    INSERT INTO simulated_populations (status, behaviour_version, seed, anchors, viewers, guests)
    VALUES ('ordered', ${wanted.behaviourVersion}, ${wanted.seed}, ${wanted.anchors}, ${wanted.viewers}, ${wanted.guests})
    ON CONFLICT DO NOTHING`;
  return count > 0;
}

/** Orders that the crowd goes. Its number, or undefined where none is there that is not going already. */
export async function orderRemoval(sql: Sql): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    UPDATE simulated_populations SET status = 'removal_ordered', fault = NULL
    WHERE status IN ('ordered', 'ready', 'broken', 'removing') RETURNING id`;
  return row?.id;
}

/** Moves a crowd on from one of some states. False when it is in another one. */
export async function movePopulation(
  db: LiveDb,
  id: number,
  { from, to, fault = null }: { from: readonly Status[]; to: Status; fault?: string | null },
): Promise<boolean> {
  const isBegun = to === "preparing" || to === "removing";
  const isEnded = to === "ready" || to === "removed" || to === "broken";
  const rows = await db.orm
    .update(simulatedPopulations)
    .set({
      status: to,
      fault,
      ...(isBegun ? { begunAt: sql`now()`, endedAt: null } : {}),
      ...(isEnded ? { endedAt: sql`now()` } : {}),
    })
    .where(and(eq(simulatedPopulations.id, id), inArray(simulatedPopulations.status, [...from])))
    .returning({ id: simulatedPopulations.id });
  return rows.length > 0;
}

/** How many of its people are there. */
export async function countPopulation(db: LiveDb, id: number, people: number): Promise<void> {
  await db.orm.update(simulatedPopulations).set({ people }).where(eq(simulatedPopulations.id, id));
}
