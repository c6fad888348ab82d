import {
  findPopulation,
  movePopulation,
  type SimulatedPopulation,
} from "@/db/live/queries/simulated-populations";
import { whileNobodySimulates } from "@/db/live/queries/simulator-lock";
import { beginRun, breakRunning, endRun, listRuns } from "@/db/live/queries/simulator-runs";
import type { Resources } from "@/server/services/context";
import { preparePopulation } from "./prepare-population";
import { removePopulation } from "./remove-population";
import { runSimulation } from "./run-simulation";

const ENDED = "the process that did it ended";
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Does what was ordered: makes a crowd, removes it, carries a run out. Any number of processes may call it; one of them does it,
 * and what one left behind when it was killed is called broken, or gone on with, by the next.
 */
export async function carryOutOrders(
  resources: Resources,
  { bundleUrl, ending }: { bundleUrl: string; ending?: AbortSignal },
): Promise<void> {
  const { live, log } = resources;
  const [population, [run]] = await Promise.all([findPopulation(live), listRuns(live, 1)]);
  const waits = [population?.status, run?.status];
  if (!waits.some((status) => status !== undefined && OPEN.has(status))) return;
  await whileNobodySimulates(live, async () => {
    await breakRunning(live, ENDED);
    if (population) await carryOutPopulation(resources, population, ending);
    const [current, [latest]] = await Promise.all([findPopulation(live), listRuns(live, 1)]);
    if (latest?.status !== "ordered") return;
    if (current?.status !== "ready" || current.id !== latest.population) {
      await endRun(live, latest.runId, { status: "broken", fault: "there is no crowd" });
      return;
    }
    if (!(await beginRun(live, latest.runId))) return;
    try {
      const onSample = () => ending?.throwIfAborted();
      const parts = { run: latest, population: current, bundleUrl, onSample };
      const report = await runSimulation(resources, parts);
      const [after] = await listRuns(live, 1);
      await endRun(live, latest.runId, { status: after?.stopAskedAt ? "stopped" : "done", report });
    } catch (error) {
      log.error({ err: error }, "a run of the simulator broke");
      await endRun(live, latest.runId, { status: "broken", fault: reasonOf(error) });
    }
  });
}

/** Where there is something to do, or something that somebody may have left behind. */
const OPEN = new Set<string>(["ordered", "preparing", "removal_ordered", "removing", "running"]);

async function carryOutPopulation(
  resources: Resources,
  population: SimulatedPopulation,
  ending: AbortSignal | undefined,
): Promise<void> {
  const { live, log } = resources;
  const { id } = population;
  await movePopulation(live, id, { from: ["preparing"], to: "broken", fault: ENDED });
  const onProgress = () => ending?.throwIfAborted();
  try {
    if (population.status === "ordered") await preparePopulation(resources, population, { onProgress });
    if (["removal_ordered", "removing"].includes(population.status))
      await removePopulation(resources, population, onProgress);
  } catch (error) {
    log.error({ err: error }, "a crowd could not be made or removed");
    await movePopulation(live, id, {
      from: ["preparing", "removing"],
      to: "broken",
      fault: reasonOf(error),
    });
  }
}
