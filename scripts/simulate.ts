import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isMainThread } from "node:worker_threads";
import { v7 as uuidv7 } from "uuid";
import { findPopulation, orderPopulation, orderRemoval } from "@/db/live/queries/simulated-populations";
import { askToStop, findRun, listSamples, orderRun } from "@/db/live/queries/simulator-runs";
import { GIFT_P99_MS_MAX, type SimulatorReport } from "@/domain/contracts/simulator";
import { env } from "@/platform/settings/env";
import type { Resources } from "@/server/services/context";
import { openResources } from "@/workers/lib/open-resources";
import { BEHAVIOUR } from "@/workers/simulator/behaviour";
import { carryOutOrders } from "@/workers/simulator/carry-out-orders";
import { compareReports, findLimit, type Verdict } from "@/workers/simulator/judge-run";
import { countSockets } from "@/workers/simulator/open-sockets";
import { runSocketsThread } from "@/workers/simulator/sockets-thread";
import { formatReport, formatSample } from "./lib/format-simulation";

const POLL_MS = 500;
const PREPARING_PRINTED_MS = 2_000;
const LOWEST_RATE = 50;
const FOUND_WITHIN = 0.05;

const USAGE = `npm run simulate -- [--anchors 100] [--viewers 300000] [--guests-of-them 0.3] [--gifts 500] [--minutes 10]
  [--sockets N] [--seed 1] [--report file.json] [--compare earlier.json]
  --find-limit   search for the highest rate at which gift.send answers 99 % within ${GIFT_P99_MS_MAX} ms, up to --gifts
  --prepare-only make the crowd and stop there        --remove   remove the crowd`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      anchors: { type: "string", default: "100" },
      viewers: { type: "string", default: "300000" },
      "guests-of-them": { type: "string", default: "0.3" },
      gifts: { type: "string", default: "500" },
      minutes: { type: "string", default: "10" },
      sockets: { type: "string" },
      seed: { type: "string", default: "1" },
      report: { type: "string" },
      compare: { type: "string" },
      "find-limit": { type: "boolean", default: false },
      "prepare-only": { type: "boolean", default: false },
      remove: { type: "boolean", default: false },
    },
    args: process.argv.slice(2),
  });
  const number = (name: string, text: string) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number.\n${USAGE}`);
    return value;
  };
  const people = number("viewers", values.viewers);
  const guests = Math.round(people * Math.min(0.9, number("guests-of-them", values["guests-of-them"])));
  return {
    size: { anchors: number("anchors", values.anchors), viewers: people - guests, guests },
    gifts: number("gifts", values.gifts),
    minutes: number("minutes", values.minutes),
    sockets: values.sockets === undefined ? null : number("sockets", values.sockets),
    seed: number("seed", values.seed),
    reportFile: values.report,
    compareFile: values.compare,
    isSearch: values["find-limit"],
    isPrepareOnly: values["prepare-only"],
    isRemoval: values.remove,
  };
}
type Options = ReturnType<typeof readOptions>;

/** `npm run simulate`: exits 0 after a valid run that lost nothing, 1 after any other, 2 when it could not be done. */
async function main(): Promise<number> {
  env("simulate");
  const options = readOptions();
  const { resources, close } = await openResources("simulate", { statementTimeoutMs: 120_000 });
  resources.log.level = "warn";
  process.on("SIGINT", () => {
    console.log("Stopping; once more ends at once.");
    process.once("SIGINT", () => process.exit(130));
    void askToStop(resources.live.sql);
  });
  try {
    if (options.isRemoval) return await remove(resources);
    await prepare(resources, options);
    if (options.isPrepareOnly) return 0;
    if (options.isSearch) return await search(resources, options);
    const report = await run(resources, options, options.gifts, options.minutes);
    return isGood(report) ? 0 : 1;
  } finally {
    await close();
  }
}

/** Does what is ordered, or waits while the simulator of a running product does it. */
async function untilDone(resources: Resources, isDone: () => Promise<boolean>): Promise<void> {
  let isCarrying = true;
  let fault: Error | undefined;
  void (async () => {
    while (isCarrying) {
      await carryOutOrders(resources, { bundleUrl: import.meta.url });
      await delay(POLL_MS);
    }
  })().catch((error: unknown) => {
    fault = error instanceof Error ? error : new Error(String(error));
  });
  while (!(await isDone())) {
    if (fault !== undefined) throw fault;
    await delay(POLL_MS);
  }
  isCarrying = false;
}

async function prepare(resources: Resources, { size, seed }: Options): Promise<void> {
  const { live } = resources;
  const present = await findPopulation(live);
  if (present?.status === "ready") {
    const same = (["anchors", "viewers", "guests"] as const).every((kind) => present[kind] === size[kind]);
    if (!same || present.seed !== seed)
      throw new Error("There is another crowd; remove it first: npm run simulate -- --remove");
    console.log(`The crowd is there: ${present.people} people.`);
    return;
  }
  if (present?.status === "broken")
    throw new Error("There is a broken crowd; remove it first: npm run simulate -- --remove");
  const startedMs = performance.now();
  await orderPopulation(live.sql, { behaviourVersion: BEHAVIOUR.version, seed, ...size });
  await untilPopulation(resources, ["ready", "broken"], "made");
  console.log(`The crowd was made in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s.`);
}

async function remove(resources: Resources): Promise<number> {
  const present = await findPopulation(resources.live);
  if (!present || present.status === "removed") {
    console.log("There is no crowd.");
    return 0;
  }
  await orderRemoval(resources.live.sql);
  await untilPopulation(resources, ["removed", "broken"], "left");
  console.log("The crowd is gone. What the books say of it stays.");
  return 0;
}

async function untilPopulation(resources: Resources, ends: readonly string[], word: string): Promise<void> {
  let printedMs = 0;
  await untilDone(resources, async () => {
    const now = await findPopulation(resources.live);
    if (!now || ends.includes(now.status)) {
      if (now?.status === "broken") throw new Error(now.fault ?? "The crowd is broken.");
      return true;
    }
    if (performance.now() - printedMs > PREPARING_PRINTED_MS) {
      printedMs = performance.now();
      console.log(`${now.people} of ${now.anchors + now.viewers + now.guests} people ${word}`);
    }
    return false;
  });
}

async function run(
  resources: Resources,
  options: Options,
  giftsPerSecond: number,
  minutes: number,
): Promise<SimulatorReport> {
  const { live } = resources;
  const population = await findPopulation(live);
  const runId = uuidv7();
  const { seed, sockets, reportFile, compareFile } = options;
  const order = { runId, population: population?.id ?? 0, giftsPerSecond, minutes, sockets, seed };
  if (!(await orderRun(live.sql, order))) throw new Error("A run waits or goes on already.");
  const { sockets: socketCount, because } = countSockets(sockets);
  console.log(
    `${socketCount} of the people who are in have a WebSocket (${because}); all others come by HTTP only.`,
  );
  let [last, phase] = [-1, ""];
  let report: SimulatorReport | undefined;
  await untilDone(resources, async () => {
    const row = await findRun(live, runId);
    if (row?.phase && row.phase !== phase) console.log(`… ${row.phase}`);
    phase = row?.phase ?? phase;
    for (const { number, sample } of await listSamples(live, { runId, after: last, limit: 100 })) {
      last = number;
      console.log(formatSample(sample));
    }
    if (row?.status === "broken") throw new Error(row.fault ?? "The run broke.");
    report = (row?.report as SimulatorReport | null) ?? undefined;
    return row?.status === "done" || row?.status === "stopped";
  });
  if (!report) throw new Error("There is no report.");
  console.log(formatReport(report));
  if (compareFile)
    for (const line of compareReports(
      report,
      JSON.parse(readFileSync(compareFile, "utf8")) as SimulatorReport,
    ))
      console.log(`  ${line}`);
  if (reportFile) writeFileSync(reportFile, JSON.stringify(report, null, 2));
  return report;
}

/** Whether nothing speaks against what a run shows. */
function isGood(report: SimulatorReport): boolean {
  const { invalid, lost, twice, brokenInvariants, analyticsDifferences } = report;
  const faults = [invalid, brokenInvariants ?? [], analyticsDifferences ?? []];
  return lost === 0 && twice === 0 && faults.every((list) => list.length === 0);
}

async function search(resources: Resources, options: Options): Promise<number> {
  let full: string | null = null;
  const tryRate = async (rate: number): Promise<Verdict> => {
    console.log(`\nTrying ${rate} gifts a second`);
    const report = await run(resources, options, rate, options.minutes);
    if (report.invalid.length > 0) return "invalid";
    const { accepted, intended } = report.gifts;
    const isFast = (report.answered?.p99Ms ?? 0) <= GIFT_P99_MS_MAX;
    // A refusal is an answer that came in time, and no gift.
    if (isGood(report) && isFast && accepted >= intended * 0.99) return "good";
    full = report.fullResource;
    return "bad";
  };
  const range = { low: LOWEST_RATE, high: options.gifts, within: FOUND_WITHIN };
  const found: number[] = [];
  for (let turn = 1; turn <= 3; turn++) {
    const { rate, endedBy } = await findLimit(range, tryRate);
    found.push(rate);
    console.log(`\nSearch ${turn} of 3: ${rate} gifts a second (${endedBy})`);
    if (endedBy === "invalid") break;
  }
  const spread = (Math.max(...found) - Math.min(...found)) / Math.max(...found);
  console.log(
    `The highest rate at p99 ≤ ${GIFT_P99_MS_MAX} ms: ${found.join(", ")} gifts a second, ${Math.round(spread * 100)} % apart; ` +
      `full beyond it: ${full ?? "nothing that was looked at"}.`,
  );
  return found.length === 3 && spread <= 0.15 ? 0 : 1;
}

if (isMainThread) {
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(
        `The simulation could not be done: ${error instanceof Error ? error.message : String(error)}`,
      );
      process.exit(2);
    },
  );
} else runSocketsThread();
