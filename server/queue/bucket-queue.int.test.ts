import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RedisClient } from "@/platform/redis/client";
import { giftStreamKey } from "@/platform/redis/keys";
import { giftEntry, type MoneyHarness, startMoneyHarness, userInBucket } from "../testing/money-harness";
import { FROM_THE_START } from "./bucket-queue";
import { giftQueue } from "./queues";

let harness: MoneyHarness;
let blocking: RedisClient;
beforeAll(async () => {
  harness = await startMoneyHarness(1);
  blocking = await harness.openRedis({ blocking: true });
});
afterAll(() => harness?.close());

const redis = () => harness.resources.redis;
let buckets = 0;
/** A bucket no other test has used. */
async function newBucket(): Promise<number> {
  const bucket = buckets++;
  await redis().del(giftStreamKey(bucket));
  return bucket;
}
async function add(bucket: number, raw?: string): Promise<string> {
  const { bucket: _, ...entry } = giftEntry(userInBucket(bucket));
  return (await redis().xadd(giftStreamKey(bucket), "*", "g", raw ?? JSON.stringify(entry))) as string;
}
const read = (bucket: number, after = FROM_THE_START, countMax = 100) =>
  giftQueue.readEntries(blocking, new Map([[bucket, after]]), countMax);
const idsOf = (entries: readonly { id: string }[]) => entries.map((entry) => entry.id);
const storedIds = async (bucket: number) =>
  (await redis().xrange(giftStreamKey(bucket), "-", "+")).map(([id]) => id);
const lagOf = async (bucket: number, nowMs = Date.now()) =>
  (await giftQueue.readLag(redis(), [bucket], nowMs))[0];

describe("reading", () => {
  it("goes on after its position, and gives a new reader everything that is not acknowledged", async () => {
    const bucket = await newBucket();
    const ids = [await add(bucket), await add(bucket), await add(bucket)];
    const first = await read(bucket, FROM_THE_START, 2);
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(idsOf(await read(bucket, ids[1]))).toEqual(ids.slice(2));
    await giftQueue.acknowledge(redis(), bucket, ids.slice(0, 1));
    // Another one, that took the bucket over, begins at the start.
    expect(idsOf(await read(bucket))).toEqual(ids.slice(1));
  });

  it("reads several buckets in one go, each from its own place", async () => {
    const [one, two] = [await newBucket(), await newBucket()];
    const first = await add(one);
    await add(two);
    const third = await add(two);
    const entries = await giftQueue.readEntries(
      blocking,
      new Map([
        [one, FROM_THE_START],
        [two, (await storedIds(two))[0] ?? ""],
      ]),
      10,
    );
    expect(entries.map(({ bucket, id }) => [bucket, id])).toEqual([
      [one, first],
      [two, third],
    ]);
  });

  it("answers with nothing after a while when nothing comes", async () => {
    expect(await read(await newBucket())).toEqual([]);
  });

  it.each(["not json", "{}", '{"giftOrderId":7}', "null"])(
    "gives an entry that is no gift with the reason: %s",
    async (raw) => {
      const bucket = await newBucket();
      await add(bucket, raw);
      const [entry] = await read(bucket);
      expect(entry).toMatchObject({ item: null, raw });
      expect(entry?.problem).toBeTruthy();
    },
  );
});

describe("acknowledging", () => {
  it("takes out just what was named, in any order, and never what came after", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 1_000 }),
        async (isAcknowledged, rotation) => {
          const bucket = 60;
          await redis().del(giftStreamKey(bucket));
          const ids: string[] = [];
          for (const _ of isAcknowledged) ids.push(await add(bucket));
          const turn = rotation % ids.length;
          const inSomeOrder = [...ids.slice(turn), ...ids.slice(0, turn)];
          const done = inSomeOrder.filter((id) => isAcknowledged[ids.indexOf(id)]);
          for (let i = 0; i < done.length; i += 3)
            await giftQueue.acknowledge(redis(), bucket, done.slice(i, i + 3));
          const late = await add(bucket);
          expect(await storedIds(bucket)).toEqual([...ids.filter((_, i) => !isAcknowledged[i]), late]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is harmless a second time, with nothing, and on a queue that was begun anew", async () => {
    const bucket = await newBucket();
    const id = await add(bucket);
    await giftQueue.acknowledge(redis(), bucket, []);
    await giftQueue.acknowledge(redis(), bucket, [id]);
    await giftQueue.acknowledge(redis(), bucket, [id]);
    await redis().del(giftStreamKey(bucket));
    await redis().xadd(giftStreamKey(bucket), "1-1", "g", "{}");
    await giftQueue.acknowledge(redis(), bucket, [id]);
    expect(await storedIds(bucket)).toEqual(["1-1"]);
  });

  it("leaves a bucket without anything waiting", async () => {
    const [one, two] = [await newBucket(), await newBucket()];
    const id = await add(one);
    expect(await giftQueue.findWaiting(redis(), [one, two])).toEqual([one]);
    await giftQueue.acknowledge(redis(), one, [id]);
    expect(await giftQueue.findWaiting(redis(), [one, two])).toEqual([]);
  });
});

describe("the lag", () => {
  it("counts what is not acknowledged, read or not, and the age of the oldest", async () => {
    const bucket = await newBucket();
    expect(await lagOf(bucket)).toEqual({ bucket, waiting: 0, oldestMs: 0 });
    const ids = [await add(bucket), await add(bucket), await add(bucket)];
    const addedMs = Number((ids[0] as string).split("-")[0]);
    expect(await lagOf(bucket, addedMs + 500)).toMatchObject({ waiting: 3, oldestMs: 500 });
    await read(bucket);
    expect(await lagOf(bucket, addedMs + 700)).toMatchObject({ waiting: 3, oldestMs: 700 });
    await giftQueue.acknowledge(redis(), bucket, ids.slice(0, 2));
    expect(await lagOf(bucket)).toMatchObject({ waiting: 1 });
    await giftQueue.acknowledge(redis(), bucket, ids.slice(2));
    expect(await lagOf(bucket)).toMatchObject({ waiting: 0, oldestMs: 0 });
  });
});
