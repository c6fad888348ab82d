import { and, desc, eq, inArray, lt, ne, notExists, sql } from "drizzle-orm";
import type { FinanceDb } from "@/db/client";
import { reconciliationDifferences, reconciliationRuns } from "@/db/finance/schema";
import type { CheckKey, CheckReport, Difference } from "@/domain/contracts/reconciliation";

export type RunRow = typeof reconciliationRuns.$inferSelect;

/** Rows of one run that a page shows at most: more than all checks together ever keep. */
const DIFFERENCES_SHOWN = 1_000;

/** Begins a run. One that is still said to go on has died: no two ever go on at once. */
export async function startRun(
  db: FinanceDb,
  facts: { requestedBy: string | null; traceId: string; startedAt: Date },
): Promise<number> {
  return await db.orm.transaction(async (tx) => {
    await tx
      .update(reconciliationRuns)
      .set({ status: "failed", error: "The process ended.", endedAt: facts.startedAt })
      .where(eq(reconciliationRuns.status, "running"));
    const [row] = await tx
      .insert(reconciliationRuns)
      .values({ ...facts, status: "running" })
      .returning({ id: reconciliationRuns.id });
    if (!row) throw new Error("A run was not written.");
    return row.id;
  });
}

/** What one check found, as soon as it is done. */
export async function saveCheck(
  db: FinanceDb,
  runId: number,
  report: CheckReport,
  differences: readonly Difference[],
): Promise<void> {
  await db.orm.transaction(async (tx) => {
    if (differences.length > 0) {
      await tx
        .insert(reconciliationDifferences)
        .values(differences.map((difference) => ({ ...difference, runId, check: report.key })));
    }
    await tx
      .update(reconciliationRuns)
      .set({
        checks: sql`${reconciliationRuns.checks} || ${JSON.stringify([report])}::text::jsonb`,
        differences: sql`${reconciliationRuns.differences} + ${differences.length}`,
      })
      .where(eq(reconciliationRuns.id, runId));
  });
}

export async function endRun(
  db: FinanceDb,
  runId: number,
  end: { status: RunRow["status"]; error: string | null; endedAt: Date },
): Promise<void> {
  await db.orm.update(reconciliationRuns).set(end).where(eq(reconciliationRuns.id, runId));
}

/** Runs that found nothing are kept until `before`; those that found something stay. */
export async function removeOldRuns(db: FinanceDb, before: Date): Promise<void> {
  const kept = db.orm
    .select({ one: sql`1` })
    .from(reconciliationDifferences)
    .where(eq(reconciliationDifferences.runId, reconciliationRuns.id));
  await db.orm
    .delete(reconciliationRuns)
    .where(
      and(
        lt(reconciliationRuns.startedAt, before),
        inArray(reconciliationRuns.status, ["clean", "failed"]),
        notExists(kept),
      ),
    );
}

/** The run that goes on now. */
export async function findRunning(db: FinanceDb): Promise<RunRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(reconciliationRuns)
    .where(eq(reconciliationRuns.status, "running"))
    .orderBy(desc(reconciliationRuns.id))
    .limit(1);
  return row;
}

export async function findRun(db: FinanceDb, runId: number): Promise<RunRow | undefined> {
  const [row] = await db.orm.select().from(reconciliationRuns).where(eq(reconciliationRuns.id, runId));
  return row;
}

/** Ended runs, newest first. */
export async function listEndedRuns(db: FinanceDb, limit: number): Promise<RunRow[]> {
  return await db.orm
    .select()
    .from(reconciliationRuns)
    .where(ne(reconciliationRuns.status, "running"))
    .orderBy(desc(reconciliationRuns.id))
    .limit(limit);
}

export async function listDifferences(
  db: FinanceDb,
  runId: number,
): Promise<(Difference & { check: CheckKey })[]> {
  const rows = await db.orm
    .select()
    .from(reconciliationDifferences)
    .where(eq(reconciliationDifferences.runId, runId))
    .orderBy(reconciliationDifferences.id)
    .limit(DIFFERENCES_SHOWN);
  return rows.map(({ check, subject, expected, actual, facts }) => ({
    check: check as CheckKey,
    subject,
    expected,
    actual,
    facts: facts as Difference["facts"],
  }));
}
