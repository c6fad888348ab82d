import { findPopulation } from "@/db/live/queries/simulated-populations";
import { listRuns, listSamples, type SimulatorRunRow } from "@/db/live/queries/simulator-runs";
import type {
  SimulatorReport,
  SimulatorRun,
  SimulatorStatus,
  SimulatorStatusInput,
} from "@/domain/contracts/simulator";
import type { SignedInCtx } from "../context";
import { requireDemo } from "./require-demo";

const RUNS_SHOWN = 5;
/** Half an hour of samples; who looks longer asks for what came since. */
const SAMPLES_MAX = 900;

/** The crowd, the latest runs, and what one of them looked like so far. Throws NOT_FOUND where nobody simulates. */
export async function getSimulatorStatus(
  ctx: SignedInCtx,
  input: SimulatorStatusInput,
): Promise<SimulatorStatus> {
  requireDemo(ctx);
  const { live } = ctx;
  const [population, runs] = await Promise.all([findPopulation(live), listRuns(live, RUNS_SHOWN)]);
  const { runId, after = -1 } = input ?? {};
  return {
    crowd: population
      ? {
          status: population.status,
          seed: population.seed,
          anchors: population.anchors,
          viewers: population.viewers,
          guests: population.guests,
          people: population.people,
          fault: population.fault,
          begunAt: population.begunAt?.toISOString() ?? null,
          endedAt: population.endedAt?.toISOString() ?? null,
        }
      : null,
    runs: runs.map(toRun),
    samples: runId ? await listSamples(live, { runId, after, limit: SAMPLES_MAX }) : [],
  };
}

const toRun = (row: SimulatorRunRow): SimulatorRun => ({
  runId: row.runId,
  status: row.status,
  giftsPerSecond: row.giftsPerSecond,
  minutes: row.minutes,
  phase: row.phase,
  isStopAsked: row.stopAskedAt !== null,
  fault: row.fault,
  orderedAt: row.orderedAt.toISOString(),
  begunAt: row.begunAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  report: row.report as SimulatorReport | null,
});
