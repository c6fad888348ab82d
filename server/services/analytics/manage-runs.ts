import { z } from "zod";
import { listRuns, type RunRow, readClock, requestRun } from "@/db/finance/queries/analytics-job";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type {
  AnalyticsRun,
  AnalyticsRuns,
  AnalyticsRunsInput,
  RunAnalyticsInput,
  SchedulePolicy,
  SetScheduleInput,
} from "@/domain/contracts/analytics";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const PAGE_ROWS = 20;
const Place = z.object({ id: z.number().int().positive() });

/** Runs of the job, newest first, how often the clock starts one, and when the next is due. Throws INVALID_INPUT. */
export async function getAnalyticsRuns(
  { finance }: SignedInCtx,
  input: AnalyticsRunsInput,
): Promise<AnalyticsRuns> {
  const limit = input?.limit ?? PAGE_ROWS;
  const belowId = decodeCursor(Place, input?.cursor)?.id ?? null;
  const [rows, schedule, clock] = await Promise.all([
    listRuns(finance, { belowId, limit: limit + 1 }),
    readPolicy(finance.sql, "analytics-schedule"),
    readClock(finance),
  ]);
  const items = rows.slice(0, limit).map(toRun);
  const last = rows.length > limit ? items.at(-1) : undefined;
  const nextAtMs = clock.lastAt ? clock.lastAt.getTime() + schedule.everyMinutes * 60_000 : Date.now();
  return {
    items,
    nextCursor: last ? encodeCursor({ id: Number(last.runId) }) : null,
    schedule,
    nextAt: clock.isOpen ? null : new Date(nextAtMs).toISOString(),
  };
}

/** Has the job run now, or says which run goes on. */
export async function requestAnalyticsRun(
  ctx: SignedInCtx,
  input: RunAnalyticsInput,
): Promise<{ runId: string }> {
  const { session, traceId } = ctx;
  const by = { actorId: session.userId, reason: input?.reason ?? null, traceId };
  return { runId: String(await requestRun(ctx.finance, by)) };
}

/** From the worker's next look on, without a restart. */
export async function setAnalyticsSchedule(
  ctx: SignedInCtx,
  input: SetScheduleInput,
): Promise<SchedulePolicy> {
  const { reason, ...schedule } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.finance.sql, (tx) => writePolicy(tx, "analytics-schedule", schedule, by));
  return schedule;
}

function toRun(row: RunRow): AnalyticsRun {
  const rows = Number(row.rows);
  const tookMs = row.started_at && row.ended_at ? row.ended_at.getTime() - row.started_at.getTime() : null;
  return {
    runId: row.id,
    status: row.status,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    node: row.node,
    takeovers: row.takeovers,
    rows,
    waiting: Number(row.waiting),
    rowsPerSecond: tookMs === null ? null : Math.round((rows * 1_000) / Math.max(1, tookMs)),
    cursorsBefore: row.cursors_before,
    cursorsAfter: row.cursors_after,
    checksum: row.checksum,
    checksumOk: row.checksum_ok,
    cutoffs: row.cutoffs as AnalyticsRun["cutoffs"],
    error: row.error,
  };
}
