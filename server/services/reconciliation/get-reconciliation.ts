import {
  findRun,
  findRunning,
  listDifferences,
  listEndedRuns,
  type RunRow,
} from "@/db/finance/queries/reconciliation";
import { BizError } from "@/domain/contracts/errors";
import type { CheckReport, ReconciliationRun, ReconciliationView } from "@/domain/contracts/reconciliation";
import type { ReconciliationInput } from "@/domain/contracts/reconciliation-input";
import type { SignedInCtx } from "../context";

const HISTORY_RUNS = 30;

/** A reconciliation with all its differences, the one that goes on now, and the latest ones. Throws NOT_FOUND. */
export async function getReconciliation(
  ctx: SignedInCtx,
  input: ReconciliationInput,
): Promise<ReconciliationView> {
  const [running, history] = await Promise.all([
    findRunning(ctx.finance),
    listEndedRuns(ctx.finance, HISTORY_RUNS),
  ]);
  const run = input?.runId ? await findRun(ctx.finance, Number(input.runId)) : history[0];
  if (input?.runId && !run) throw new BizError("NOT_FOUND", { field: "runId" });
  return {
    run: run ? toRun(run) : null,
    running: running ? toRun(running) : null,
    differences: run ? await listDifferences(ctx.finance, run.id) : [],
    history: history.map(toRun),
  };
}

export function toRun(row: RunRow): ReconciliationRun {
  return {
    runId: String(row.id),
    status: row.status,
    differences: row.differences,
    checks: row.checks as CheckReport[],
    error: row.error,
    requestedBy: row.requestedBy,
    traceId: row.traceId,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
