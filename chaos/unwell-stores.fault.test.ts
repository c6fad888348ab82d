import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { runScenario } from "./lib/run-scenario";
import { startUnwellRig, type UnwellRig } from "./lib/unwell-rig";
import { SCENARIOS } from "./scenarios";

/**
 * Stores that live and are unwell: the short and telling ones of `npm run chaos`, one after the other on one stack. What
 * every client was told is compared with both databases.
 */
const TELLING = ["right-revoked", "silence-web-redis", "silence-debit-live"];
/** Long enough that everything notices. */
const FAULT_MS = 8_000;

let rig: UnwellRig;
beforeAll(async () => {
  rig = await startUnwellRig();
});
afterAll(() => rig?.close());
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

it.each(SCENARIOS.filter(({ name }) => TELLING.includes(name)))(
  "$fault: nothing is lost, doubled or unexplained, and no person is needed",
  async (scenario) => {
    const outcome = await runScenario(rig, { ...scenario, faultMs: FAULT_MS });
    expect(outcome.problems).toEqual([]);
    expect(outcome.operations).toBeGreaterThan(100);
  },
);
