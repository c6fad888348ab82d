import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { findWallet } from "@/db/live/queries/wallets";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { claimStreamKey } from "@/platform/redis/keys";
import { BucketLeases } from "@/server/queue/bucket-leases";
import type { StreamEntry } from "@/server/queue/bucket-queue";
import { claimQueue } from "@/server/queue/queues";
import { creditClaims } from "@/server/services/rain/credit-claims";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { claimEntry, openRain, type TestRain } from "@/server/testing/rains";
import { BucketLane, type LaneOptions, type Processed } from "./bucket-lane";

const BUCKET = 7;
type Process = LaneOptions<RainClaimEntry>["process"];
type Entries = readonly StreamEntry<RainClaimEntry>[];

let harness: MoneyHarness;
let rain: TestRain;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  rain = await openRain(harness.resources, { budgetCoins: 5_000, packetCount: 200 });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A worker of one lane that holds what it can get. */
async function startWorker(
  process: Process,
): Promise<{ lane: BucketLane<RainClaimEntry>; leases: BucketLeases }> {
  const { resources } = harness;
  const blocking = await harness.openRedis({ blocking: true });
  const leases = new BucketLeases({
    redis: resources.redis,
    queue: claimQueue.name,
    holder: randomUUID(),
    isBusy: (bucket) => lane.isBusy(bucket),
  });
  await leases.tick();
  const lane = new BucketLane({
    queue: claimQueue,
    resources,
    blocking,
    leases,
    index: 0,
    lanes: 1,
    process,
  });
  const running = lane.run();
  stops.push(async () => {
    lane.stop();
    await running;
    await leases.releaseAll();
  });
  return { lane, leases };
}
const add = async (claim: RainClaimEntry, bucket = BUCKET) =>
  (await harness.resources.redis.xadd(claimStreamKey(bucket), "*", "g", JSON.stringify(claim))) as string;
const waiting = async () => (await claimQueue.findWaiting(harness.resources.redis, ALL_BUCKETS)).length;
const done = () => expect.poll(waiting, { timeout: 10_000, interval: 20 }).toBe(0);
const idsOf = (entries: Entries) => entries.map(({ id }) => id);
const processed = (announce = () => Promise.resolve(), held: Processed<RainClaimEntry>["held"] = []) => ({
  announce,
  held,
});

it("reads again what could not be posted or announced, and only then takes it out", async () => {
  const reads: string[][] = [];
  const first = await add(claimEntry(rain, 0, randomUUID()));
  let second = "";
  await startWorker(async (entries) => {
    reads.push(idsOf(entries));
    if (reads.length === 1) throw new Error("the database is away");
    if (reads.length === 2) {
      second = await add(claimEntry(rain, 1, randomUUID()));
      return processed(() => Promise.reject(new Error("Redis is away")));
    }
    expect(await waiting()).toBe(1);
    return processed();
  });
  await done();
  expect(reads[0]).toEqual([first]);
  expect(reads[1]).toEqual([first]);
  expect(reads.slice(2).flat()).toEqual(expect.arrayContaining([first, second]));
});

it("finds what was left behind below the place up to which it has read", async () => {
  const seen: string[] = [];
  await startWorker(async (entries) => {
    seen.push(...idsOf(entries));
    return processed();
  });
  await add(claimEntry(rain, 0, randomUUID()));
  await done();
  // A queue that was begun anew under a clock that went back.
  await harness.resources.redis.del(claimStreamKey(BUCKET));
  const claim = JSON.stringify(claimEntry(rain, 1, randomUUID()));
  await harness.resources.redis.xadd(claimStreamKey(BUCKET), "1-1", "g", claim);
  await done();
  expect(seen.at(-1)).toBe("1-1");
});

it("ends what is under way, and takes out nothing that it has not announced", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let posted = 0;
  const { lane } = await startWorker(async (entries) => {
    posted += entries.length;
    return processed(() => held);
  });
  await add(claimEntry(rain, 0, randomUUID()));
  await expect.poll(() => posted, { interval: 10 }).toBe(1);
  lane.stop();
  expect(lane.isBusy(BUCKET)).toBe(true);
  expect(await waiting()).toBe(1);
  release();
  await done();
});

it("credits every packet once while workers come, go and fail", async () => {
  const { resources } = harness;
  const claims = rain.amounts.map((_, index) => claimEntry(rain, index, randomUUID()));
  let calls = 0;
  const process: Process = async (entries) => {
    calls += 1;
    await creditClaims(resources, entries);
    // Every third time it dies after the commit, every fifth time before it could announce.
    if (calls % 3 === 0) throw new Error("gone");
    return processed(calls % 5 === 0 ? () => Promise.reject(new Error("gone")) : undefined);
  };
  const one = await startWorker(process);
  for (const [i, claim] of claims.slice(0, 100).entries()) await add(claim, i % ALL_BUCKETS.length);
  const two = await startWorker(process);
  for (const [i, claim] of claims.slice(100).entries()) {
    await add(claim, i % ALL_BUCKETS.length);
    if (i % 10 === 0) await Promise.all([one.leases.tick(), two.leases.tick()]);
  }
  one.lane.stop();
  await one.leases.releaseAll();
  await two.leases.tick();
  await expect
    .poll(
      async () => {
        await two.leases.tick();
        return await waiting();
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBe(0);
  for (const { userId, coins } of claims)
    expect((await findWallet(resources.live, userId))?.balanceCoins).toBe(coins);
  const [row] = await resources.live
    .sql`SELECT status, claimed_count FROM rains WHERE rain_id = ${rain.rainId}`;
  expect(row).toEqual({ status: "ending", claimed_count: 200 });
});
