import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ALL_BUCKETS, BUCKET_COUNT } from "@/domain/rules/bucket";
import { bucketLeaseKey, type QueueName, queueWorkersKey } from "@/platform/redis/keys";
import { type MoneyHarness, startMoneyHarness } from "../testing/money-harness";
import { BucketLeases } from "./bucket-leases";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness(1);
});
afterAll(() => harness?.close());
const redis = () => harness.resources.redis;
beforeEach(async () => {
  await redis().flushdb();
});

const leases = (
  holder: string,
  isBusy: (bucket: number) => boolean = () => false,
  queue: QueueName = "gifts",
) => new BucketLeases({ redis: redis(), queue, holder, isBusy });
/** Who holds each bucket, as Redis says. */
async function holders(): Promise<Map<string, number>> {
  const names = await redis().mget(ALL_BUCKETS.map((bucket) => bucketLeaseKey("gifts", bucket)));
  const counts = new Map<string, number>();
  for (const name of names) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
/** What a holder that stopped without a word leaves behind, once its time is over. */
async function dieAndExpire(name: string) {
  for (const bucket of ALL_BUCKETS) {
    if ((await redis().get(bucketLeaseKey("gifts", bucket))) === name)
      await redis().del(bucketLeaseKey("gifts", bucket));
  }
  await redis().zrem(queueWorkersKey("gifts"), name);
}

it("gives all buckets to one worker, with an end to each lease", async () => {
  const one = leases("one");
  await one.tick();
  expect(one.held.size).toBe(BUCKET_COUNT);
  for (const bucket of ALL_BUCKETS) {
    const ttl = await redis().pttl(bucketLeaseKey("gifts", bucket));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(5_000);
  }
});

it("shares them fairly as workers come, no bucket held by two or by nobody", async () => {
  const [one, two, three] = [leases("one"), leases("two"), leases("three")];
  const workers = [one];
  await one.tick();
  for (const next of [two, three]) {
    workers.push(next);
    // One round makes room, the next takes it.
    for (let round = 0; round < 3; round++) for (const worker of workers) await worker.tick();
    const held = workers.map((worker) => worker.held.size);
    expect(held.reduce((sum, n) => sum + n, 0)).toBe(BUCKET_COUNT);
    expect(Math.max(...held)).toBeLessThanOrEqual(Math.ceil(BUCKET_COUNT / workers.length));
    expect(new Set(workers.flatMap((worker) => [...worker.held.keys()])).size).toBe(BUCKET_COUNT);
    expect([...(await holders()).values()].reduce((sum, n) => sum + n, 0)).toBe(BUCKET_COUNT);
  }
});

it("never gives a bucket to two that start at the same moment", async () => {
  const workers = ["a", "b", "c", "d"].map((name) => leases(name));
  await Promise.all(workers.map((worker) => worker.tick()));
  const all = workers.flatMap((worker) => [...worker.held.keys()]);
  expect(new Set(all).size).toBe(all.length);
});

it("takes the buckets of one that died", async () => {
  const [one, two] = [leases("one"), leases("two")];
  for (let round = 0; round < 3; round++) for (const worker of [one, two]) await worker.tick();
  expect(two.held.size).toBe(BUCKET_COUNT / 2);
  await dieAndExpire("one");
  await two.tick();
  expect(two.held.size).toBe(BUCKET_COUNT);
  expect(await holders()).toEqual(new Map([["two", BUCKET_COUNT]]));
});

it("drops what passed to another while it slept, and takes nothing away from it", async () => {
  const [sleeper, other] = [leases("sleeper"), leases("other")];
  await sleeper.tick();
  await dieAndExpire("sleeper");
  await other.tick();
  expect(other.held.size).toBe(BUCKET_COUNT);
  await sleeper.tick();
  expect(sleeper.held.size).toBe(0);
  expect(await holders()).toEqual(new Map([["other", BUCKET_COUNT]]));
});

it("gives everything back at once when it stops, but only what is its own", async () => {
  const [one, two] = [leases("one"), leases("two")];
  await one.tick();
  await redis().set(bucketLeaseKey("gifts", 7), "two");
  await one.releaseAll();
  expect(one.held.size).toBe(0);
  expect(await holders()).toEqual(new Map([["two", 1]]));
  await redis().del(bucketLeaseKey("gifts", 7));
  await two.tick();
  expect(two.held.size).toBe(BUCKET_COUNT);
});

it("hands a bucket over only when nothing of it is under way", async () => {
  const busy = new Set(ALL_BUCKETS);
  const [one, two] = [leases("one", (bucket) => busy.has(bucket)), leases("two")];
  await one.tick();
  for (let round = 0; round < 3; round++) for (const worker of [one, two]) await worker.tick();
  // The first no longer reads half of them, and still nobody else does.
  expect(one.held.size).toBe(BUCKET_COUNT / 2);
  expect(two.held.size).toBe(0);
  busy.clear();
  for (let round = 0; round < 2; round++) for (const worker of [one, two]) await worker.tick();
  expect(two.held.size).toBe(BUCKET_COUNT / 2);
});

it("counts a new tenure when a bucket comes back, because somebody else may have read it", async () => {
  const [sleeper, other] = [leases("sleeper"), leases("other")];
  await sleeper.tick();
  const before = sleeper.held.get(7);
  await dieAndExpire("sleeper");
  await other.tick();
  await dieAndExpire("other");
  await sleeper.tick();
  await sleeper.tick();
  expect(sleeper.held.get(7)).toBeGreaterThan(before ?? 0);
});

it("leases each queue by itself", async () => {
  const [gifts, claims] = [leases("one"), leases("one", () => false, "claims")];
  await Promise.all([gifts.tick(), claims.tick()]);
  expect([gifts.held.size, claims.held.size]).toEqual([BUCKET_COUNT, BUCKET_COUNT]);
  await gifts.releaseAll();
  await claims.tick();
  expect(claims.held.size).toBe(BUCKET_COUNT);
});
