import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
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

/** Undefined where there is a crowd already. */
export async function orderPopulation(
  db: LiveDb,
  {
    behaviourVersion,
    seed,
    anchors,
    viewers,
    guests,
  }: Pick<SimulatedPopulation, "behaviourVersion" | "seed" | "anchors" | "viewers" | "guests">,
): Promise<SimulatedPopulation | undefined> {
  const [row] = await db.orm
    .insert(simulatedPopulations)
    .values({ behaviourVersion, seed, anchors, viewers, guests, status: "ordered" })
    .onConflictDoNothing()
    .returning();
  return row;
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
