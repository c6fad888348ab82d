import { noteRunError, type SettlementRun } from "@/db/finance/queries/settlement-runs";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { requireKnownDatabases } from "../restore/watch-databases";
import { beginRun, settleNewGifts } from "./settle-gifts";
import { takeBackRefunds } from "./take-back-refunds";

/** Under steady traffic a run ends after this long, so that the list of runs is a line a minute. */
const RUN_MS_MAX = 60_000;
const REFUNDS_AT_ONCE = 500;

/** What one worker is at: the run that its rounds are added to. */
export interface SettlementStretch {
  node: string;
  run: SettlementRun;
}

export function startStretch(node: string): SettlementStretch {
  return { node, run: beginRun(node) };
}

/**
 * One round of a settlement worker: settles what was paid, then takes back what was refunded. A run lasts from the first
 * round that settled something to the next one that settled nothing, a minute at most; an error is noted in it.
 *
 * @returns whether more is waiting.
 */
export async function settleAndTakeBack(
  resources: Pick<Resources, "live" | "finance" | "push" | "log">,
  stretch: SettlementStretch,
  limitPerBucket: number,
): Promise<boolean> {
  requireKnownDatabases(resources.live);
  const isOver = stretch.run.id === null || sharedNowMs() - stretch.run.startedAtMs > RUN_MS_MAX;
  if (isOver) stretch.run = beginRun(stretch.node);
  const { run } = stretch;
  try {
    const settled = await settleNewGifts(resources, limitPerBucket, run);
    const takenBack = await takeBackRefunds(resources, REFUNDS_AT_ONCE);
    if (settled.settledGifts === 0) stretch.run = beginRun(stretch.node);
    return settled.more || takenBack.more;
  } catch (error) {
    // Where the finance database itself is away nothing can be noted; the log has it.
    run.id = await noteRunError(resources.finance, run, String(error)).catch(() => run.id);
    throw error;
  }
}
