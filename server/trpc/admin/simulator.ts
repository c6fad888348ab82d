import {
  SimulatorPrepareInput,
  SimulatorRateInput,
  SimulatorStartInput,
  SimulatorStatusInput,
  SimulatorStopInput,
} from "@/domain/contracts/simulator";
import { getSimulatorStatus } from "../../services/simulator/get-status";
import {
  prepareSimulator,
  removeSimulated,
  setSimulatorRate,
  startSimulator,
  stopSimulator,
} from "../../services/simulator/steer-simulator";
import { contract } from "../contract";
import { operator, operatorAlone } from "../init";

export const adminSimulator = {
  status: operator
    .input(contract(SimulatorStatusInput))
    .query(({ ctx, input }) => getSimulatorStatus(ctx, input)),
  prepare: operatorAlone
    .input(contract(SimulatorPrepareInput))
    .mutation(({ ctx, input }) => prepareSimulator(ctx, input)),
  start: operatorAlone
    .input(contract(SimulatorStartInput))
    .mutation(({ ctx, input }) => startSimulator(ctx, input)),
  setRate: operatorAlone
    .input(contract(SimulatorRateInput))
    .mutation(({ ctx, input }) => setSimulatorRate(ctx, input)),
  stop: operatorAlone
    .input(contract(SimulatorStopInput))
    .mutation(({ ctx, input }) => stopSimulator(ctx, input)),
  remove: operatorAlone
    .input(contract(SimulatorStopInput))
    .mutation(({ ctx, input }) => removeSimulated(ctx, input)),
};
