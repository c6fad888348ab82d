import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import { findPopulation, orderPopulation, orderRemoval } from "@/db/live/queries/simulated-populations";
import { findRun, listSamples, orderRun } from "@/db/live/queries/simulator-runs";
import { SIMULATED_BEHAVIOUR_VERSION, type SimulatorReport } from "@/domain/contracts/simulator";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { type Stack, startStack } from "@/stack/stack";
import { seedDemo } from "../scripts/seed-demo";
import { waitUntil } from "./lib/rig";

/** `kill -9` of the simulator while its crowd gives: the product is unharmed, and what it made can be removed. */
let stack: Stack;
let live: LiveDb;
let finance: FinanceDb;
let redis: RedisClient;

const SIZE = { anchors: 2, viewers: 60, guests: 20 };
const STEP_MS_MAX = 120_000;
const TEST_MS_MAX = 400_000;

beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: "warn" } });
  const pool = { poolMax: 2, applicationName: "chaos" };
  live = openLiveDb(stack.liveUrl, pool);
  finance = openFinanceDb(stack.financeUrl, pool);
  redis = openRedis(stack.redis.url, createLog("chaos"), { name: "chaos" });
  await waitForRedis(redis, 5_000);
  await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
  for (const name of ["push-gateway", "web", "gift-debit", "packet-credit", "settlement"] as const)
    await stack.start(name);
});
afterAll(async () => {
  redis?.disconnect();
  await Promise.all([live?.close(), finance?.close()]);
  await stack?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(stack.describe()));
});

async function order(minutes: number): Promise<string> {
  const runId = randomUUID();
  const population = (await findPopulation(live))?.id ?? 0;
  const plan = { giftsPerSecond: 10, minutes, sockets: 5, seed: 1 };
  expect(await orderRun(live.sql, { runId, population, ...plan })).toBe(true);
  return runId;
}

const becomes = (status: string) =>
  waitUntil(
    `the crowd is ${status}`,
    async () => (await findPopulation(live))?.status === status,
    STEP_MS_MAX,
  );

const ends = (runId: string, status: string) =>
  waitUntil(`the run is ${status}`, async () => (await findRun(live, runId))?.status === status, STEP_MS_MAX);

async function listBroken(): Promise<string[]> {
  const results = await checkInvariants({ live, finance, redis });
  return results.filter(({ breaches }) => breaches.length > 0).map(({ name }) => name);
}

it(
  "leaves a run that is called broken, books that hold, and a crowd that comes again and can be removed",
  async () => {
    const first = await stack.start("simulator");
    await orderPopulation(live.sql, { behaviourVersion: SIMULATED_BEHAVIOUR_VERSION, seed: 1, ...SIZE });
    await becomes("ready");
    const killed = await order(10);
    await waitUntil(
      "gifts are paid",
      async () => {
        const samples = await listSamples(live, { runId: killed, after: -1, limit: 100 });
        return (samples.at(-1)?.sample.gifts.paid ?? 0) > 0;
      },
      STEP_MS_MAX,
    );
    await first.kill9();

    await stack.start("simulator");
    await ends(killed, "broken");
    const again = await order(0.1);
    await ends(again, "done");
    const report = (await findRun(live, again))?.report as SimulatorReport;
    expect(report).toMatchObject({ lost: 0, twice: 0, brokenInvariants: [] });
    expect(report.gifts.paid).toBeGreaterThan(0);
    expect(report.gifts.paid).toBe(report.gifts.accepted);

    expect(await orderRemoval(live.sql)).toBeDefined();
    await becomes("removed");
    const [left] = await live.sql<{ people: number; sessions: number }[]>`
      SELECT (SELECT count(*) FROM users WHERE id::text LIKE '51a70000-%' AND role <> 'anchor')::int AS people,
        (SELECT count(*) FROM auth_sessions WHERE user_id::text LIKE '51a70000-%')::int AS sessions`;
    expect(left).toEqual({ people: 0, sessions: 0 });
    expect(await listBroken()).toEqual([]);
  },
  TEST_MS_MAX,
);
