import type { Sql } from "@/db/client";
import { findPopulation, orderPopulation, orderRemoval } from "@/db/live/queries/simulated-populations";
import { askToStop, changeRate, orderRun } from "@/db/live/queries/simulator-runs";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import {
  SIMULATED_BEHAVIOUR_VERSION,
  type SimulatorPrepareInput,
  type SimulatorRateInput,
  type SimulatorStartInput,
  type SimulatorStopInput,
} from "@/domain/contracts/simulator";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { requireDemo } from "./require-demo";

const SEED = 1;

interface Steered {
  action: string;
  subject: string;
  before?: object;
  after?: object;
}

/** What the worker `simulator` shall do, and who wanted it, in one transaction. */
async function steer(ctx: SignedInCtx, reason: string, order: (tx: Sql) => Promise<Steered>): Promise<void> {
  requireDemo(ctx);
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, async (tx) => {
    await insertOperatorAction(tx, { ...by, ...(await order(tx)) });
  });
}

/** Has a crowd made. Throws SIMULATOR_BUSY where there is one, NOT_FOUND where nobody simulates. */
export async function prepareSimulator(ctx: SignedInCtx, input: SimulatorPrepareInput): Promise<object> {
  const { reason, anchors, viewers, guests, seed = SEED } = input;
  const wanted = { anchors, viewers, guests, seed };
  await steer(ctx, reason, async (tx) => {
    if (!(await orderPopulation(tx, { ...wanted, behaviourVersion: SIMULATED_BEHAVIOUR_VERSION })))
      throw new BizError("SIMULATOR_BUSY");
    return { action: "simulator.prepare", subject: "simulator:crowd", after: wanted };
  });
  return {};
}

/** Has the crowd removed. Throws NOT_FOUND where there is none, SIMULATOR_BUSY while a run goes on. */
export async function removeSimulated(ctx: SignedInCtx, { reason }: SimulatorStopInput): Promise<object> {
  await steer(ctx, reason, async (tx) => {
    const id = await orderRemoval(tx);
    if (id === undefined) throw new BizError("NOT_FOUND");
    return { action: "simulator.remove", subject: `simulator:${id}` };
  });
  return {};
}

/** Has the crowd come. Throws SIMULATOR_BUSY where one waits or runs, NOT_FOUND where there is no crowd. */
export async function startSimulator(
  ctx: SignedInCtx,
  input: SimulatorStartInput,
): Promise<{ runId: string }> {
  const { reason, runId, giftsPerSecond, minutes, sockets = null, seed = SEED } = input;
  const crowd = await findPopulation(ctx.live);
  const plan = { giftsPerSecond, minutes, sockets, seed };
  await steer(ctx, reason, async (tx) => {
    if (crowd?.status !== "ready") throw new BizError("NOT_FOUND", { reason: "crowd" });
    if (!(await orderRun(tx, { runId, population: crowd.id, ...plan }))) throw new BizError("SIMULATOR_BUSY");
    return { action: "simulator.start", subject: `simulator-run:${runId}`, after: plan };
  });
  return { runId };
}

/** From the run's next look on, two seconds later. Throws NOT_FOUND where it does not run. */
export async function setSimulatorRate(
  ctx: SignedInCtx,
  { runId, giftsPerSecond, reason }: SimulatorRateInput,
): Promise<object> {
  await steer(ctx, reason, async (tx) => {
    const before = await changeRate(tx, runId, giftsPerSecond);
    if (before === undefined) throw new BizError("NOT_FOUND", { field: "runId" });
    const [was, is] = [{ giftsPerSecond: before }, { giftsPerSecond }];
    return { action: "simulator.setRate", subject: `simulator-run:${runId}`, before: was, after: is };
  });
  return {};
}

/** Ends a run early: what was sent is looked up and reported all the same. Throws NOT_FOUND where none goes on. */
export async function stopSimulator(ctx: SignedInCtx, { reason }: SimulatorStopInput): Promise<object> {
  await steer(ctx, reason, async (tx) => {
    const runId = await askToStop(tx);
    if (runId === undefined) throw new BizError("NOT_FOUND");
    return { action: "simulator.stop", subject: `simulator-run:${runId}` };
  });
  return {};
}
