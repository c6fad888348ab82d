import { desc, lt } from "drizzle-orm";
import type { FinanceDb, Sql } from "@/db/client";
import { settlementRuns } from "@/db/finance/schema";

/** A stretch of work of one worker; `id` is null until its first batch commits. */
export interface SettlementRun {
  id: number | null;
  node: string;
  startedAtMs: number;
  /** Age of the oldest gift when it began. */
  lagMs: number;
}

/** Adds a batch to its run, in the transaction that settles it: the runs always add up to the lines. Returns the run's id. */
export async function addToRun(
  tx: Sql,
  run: SettlementRun,
  batch: { gifts: number; lines: number; grossFen: number; anchorFen: number },
): Promise<number> {
  if (run.id !== null) {
    await tx`
      UPDATE settlement_runs SET ended_at = now(), batches = batches + 1, gifts = gifts + ${batch.gifts},
        lines = lines + ${batch.lines}, gross_fen = gross_fen + ${batch.grossFen},
        anchor_fen = anchor_fen + ${batch.anchorFen}
      WHERE id = ${run.id}`;
    return run.id;
  }
  const [row] = await tx<{ id: string }[]>`
    INSERT INTO settlement_runs (node, started_at, ended_at, batches, gifts, lines, gross_fen, anchor_fen, lag_ms)
    VALUES (${run.node}, ${new Date(run.startedAtMs)}, greatest(now(), ${new Date(run.startedAtMs)}), 1, ${batch.gifts},
      ${batch.lines}, ${batch.grossFen}, ${batch.anchorFen}, ${run.lagMs})
    RETURNING id`;
  if (!row) throw new Error("A settlement run was not recorded.");
  return Number(row.id);
}

/** Notes on a run that it met an error; a run that settled nothing is recorded for it. */
export async function noteRunError(db: FinanceDb, run: SettlementRun, error: string): Promise<number> {
  if (run.id !== null) {
    await db.sql`UPDATE settlement_runs SET error = ${error}, ended_at = now() WHERE id = ${run.id}`;
    return run.id;
  }
  const [row] = await db.sql<{ id: string }[]>`
    INSERT INTO settlement_runs (node, started_at, ended_at, batches, gifts, lines, gross_fen, anchor_fen, lag_ms, error)
    VALUES (${run.node}, ${new Date(run.startedAtMs)}, now(), 0, 0, 0, 0, 0, ${run.lagMs}, ${error}) RETURNING id`;
  return Number(row?.id);
}

/** Runs, newest first, below an id. */
export async function listSettlementRuns(db: FinanceDb, input: { belowId: number | null; limit: number }) {
  return await db.orm
    .select()
    .from(settlementRuns)
    .where(input.belowId === null ? undefined : lt(settlementRuns.id, input.belowId))
    .orderBy(desc(settlementRuns.id))
    .limit(input.limit);
}
