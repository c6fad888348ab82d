import { endRun, removeOldRuns, saveCheck, startRun } from "@/db/finance/queries/reconciliation";
import { CHECKS } from "@/domain/contracts/reconciliation";
import { gauge } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import { raiseAlarm } from "../alarm/raise-alarm";
import { checkInvariants } from "../audit/check-invariants";
import type { Resources } from "../context";

/** Runs that found nothing are kept this long. */
const KEPT_MS = 30 * 24 * 3_600_000;

const found = gauge(
  "downpour_reconciliation_differences",
  "Differences that the latest reconciliation found",
);

/**
 * Compares both databases, the queue and the caches, and writes down what it found: a run, whose checks appear one by
 * one as they are done, and a row for each difference. Throws what kept a check from looking, after all others have
 * looked and what they found has raised its alarm; the run says so too.
 *
 * @returns the run and how many differences there are.
 */
export async function reconcile(
  resources: Pick<Resources, "live" | "finance" | "redis" | "log">,
  request: {
    requestedBy?: string;
    traceId?: string;
    signal?: AbortSignal;
    /** Told after each check how many of all are done. */
    report?: (done: number, all: number) => void;
  } = {},
): Promise<{ runId: number; differences: number }> {
  const { finance, log } = resources;
  const traceId = request.traceId ?? newTraceId();
  const runId = await startRun(finance, {
    requestedBy: request.requestedBy ?? null,
    traceId,
    startedAt: sharedNow(),
  });
  const differing = new Map<string, number>();
  let done = 0;
  try {
    await checkInvariants(resources, {
      signal: request.signal,
      onChecked: async ({ key, compared, differences, tookMs, breaches }) => {
        done += 1;
        request.report?.(done, CHECKS.length);
        if (differences > 0) differing.set(key, differences);
        await saveCheck(finance, runId, { key, compared, differences, tookMs }, breaches);
        for (const breach of breaches)
          log.error({ check: key, ...breach, traceId }, "the books do not agree");
      },
    });
    const differences = await sayWhatDiffers(resources, { runId, traceId, differing });
    const status = differences === 0 ? "clean" : "differences";
    await endRun(finance, runId, { status, error: null, endedAt: sharedNow() });
    await removeOldRuns(finance, new Date(sharedNowMs() - KEPT_MS));
    return { runId, differences };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await endRun(finance, runId, { status: "failed", error: reason, endedAt: sharedNow() });
    // What the other checks found is not less wrong because one of them could not look.
    await sayWhatDiffers(resources, { runId, traceId, differing });
    throw error;
  }
}

/** Raises the alarm where anything differs. Returns how many differences there are. */
async function sayWhatDiffers(
  resources: Pick<Resources, "live" | "log">,
  { runId, traceId, differing }: { runId: number; traceId: string; differing: ReadonlyMap<string, number> },
): Promise<number> {
  const differences = [...differing.values()].reduce((sum, one) => sum + one, 0);
  found.set(differences);
  if (differences > 0) {
    await raiseAlarm(resources, {
      kind: "books.differ",
      subject: "platform:books",
      facts: { runId, differences, checks: [...differing.keys()] },
      traceId,
    });
  }
  return differences;
}
