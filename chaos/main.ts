import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { toTable } from "./lib/outcome-table";
import { runScenario } from "./lib/run-scenario";
import type { Outcome, Scenario } from "./lib/scenario";
import { startUnwellRig, type UnwellRig } from "./lib/unwell-rig";
import { SCENARIOS } from "./scenarios";

/**
 * `npm run chaos [-- name,name…]`: makes the stores of a built Downpour unwell in each of the ways there are, or in those whose
 * names begin as told, and prints what came of it. Exits 1 when something is not as it should be.
 */
const REPORT = ".data/chaos/report.md";

async function main(): Promise<number> {
  const wanted = process.argv.slice(2).flatMap((names) => names.split(",").filter(Boolean));
  const chosen = SCENARIOS.filter(
    ({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
  );
  if (chosen.length === 0)
    throw new Error(
      `No fault "${wanted.join(", ")}"; there are: ${SCENARIOS.map(({ name }) => name).join(", ")}.`,
    );
  const outcomes: Outcome[] = [];
  let rig: UnwellRig | undefined;
  try {
    for (const scenario of chosen) {
      console.log(
        `${scenario.name}: ${scenario.fault} …  (load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores)`,
      );
      rig ??= await startUnwellRig();
      const outcome = await run(rig, scenario);
      outcomes.push(outcome);
      for (const problem of outcome.problems) console.log(`  ✗ ${problem}`);
      console.log(
        `  ${outcome.problems.length === 0 ? "✓ holds" : "✗ does not hold"}: ${outcome.clientsSaw}`,
      );
      // What one scenario leaves behind must not be found by the next.
      if (outcome.problems.length > 0 || scenario.spoilsStack) {
        if (outcome.problems.length > 0) console.log(rig.stack.describe());
        await rig.close();
        rig = undefined;
      }
    }
  } finally {
    await rig?.close();
  }
  const table = toTable(outcomes);
  console.log(`\n${table}`);
  mkdirSync(".data/chaos", { recursive: true });
  writeFileSync(REPORT, `${table}\n`);
  return outcomes.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

async function run(rig: UnwellRig, scenario: Scenario): Promise<Outcome> {
  try {
    return await runScenario(rig, scenario);
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      scenario,
      clientsSaw: "–",
      recoveryMs: null,
      operations: 0,
      lost: 0,
      doubled: 0,
      problems: [problem],
    };
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
