import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RedisClient } from "../redis/client";
import { giftDeadLetterKey, giftStreamKey } from "../redis/keys";
import { giftEntry, type MoneyHarness, startMoneyHarness, userInBucket } from "../testing/money-harness";
import {
  acknowledge,
  addDeadLetter,
  ensureGroups,
  readLag,
  readNew,
  readUnacknowledged,
} from "./gift-stream";

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
  await ensureGroups(redis(), [bucket]);
  return bucket;
}
async function add(bucket: number, raw?: string): Promise<string> {
  const { bucket: _, ...entry } = giftEntry(userInBucket(bucket));
  return (await redis().xadd(giftStreamKey(bucket), "*", "g", raw ?? JSON.stringify(entry))) as string;
}
/** Ids as Redis orders them: by time, then by number within a millisecond. */
const byId = (a: string, b: string) => {
  const [aMs = 0, aNumber = 0] = a.split("-").map(Number);
  const [bMs = 0, bNumber = 0] = b.split("-").map(Number);
  return aMs - bMs || aNumber - bNumber;
};
const storedIds = async (bucket: number) =>
  (await redis().xrange(giftStreamKey(bucket), "-", "+")).map(([id]) => id);
const lagOf = async (bucket: number, nowMs = Date.now()) => (await readLag(redis(), [bucket], nowMs))[0];

describe("reading", () => {
  it("hands an entry out once, and again as unacknowledged until it is acknowledged", async () => {
    const bucket = await newBucket();
    const ids = [await add(bucket), await add(bucket)];
    const first = await readNew(blocking, [bucket], 10);
    expect(first.map((e) => e.id)).toEqual(ids);
    expect(first.every((e) => e.gift !== null)).toBe(true);
    const again = await readUnacknowledged(redis(), bucket, "0", 10);
    expect(again).toEqual(first);
    expect(await readUnacknowledged(redis(), bucket, ids[0] as string, 10)).toHaveLength(1);
    await acknowledge(redis(), bucket, ids);
    expect(await readUnacknowledged(redis(), bucket, "0", 10)).toEqual([]);
  });

  it.each([
    ["not JSON", "{"],
    ["not a gift", JSON.stringify({ giftOrderId: randomUUID() })],
    ["nothing", ""],
    ["a price below zero", JSON.stringify({ ...giftEntry(randomUUID()), priceCoins: -5 })],
    ["a count that is no whole number", JSON.stringify({ ...giftEntry(randomUUID()), count: 1.5 })],
  ])("gives an entry that is %s with its problem", async (_, raw) => {
    const bucket = await newBucket();
    await add(bucket, raw);
    const [entry] = await readNew(blocking, [bucket], 10);
    expect(entry).toMatchObject({ bucket, raw, gift: null });
    expect(entry?.problem).toBeTruthy();
  });

  it("gives an entry that was deleted under its reader as one without a gift", async () => {
    const bucket = await newBucket();
    const id = await add(bucket);
    await readNew(blocking, [bucket], 10);
    await redis().xdel(giftStreamKey(bucket), id);
    expect(await readUnacknowledged(redis(), bucket, "0", 10)).toMatchObject([{ id, gift: null }]);
  });
});

describe("acknowledging", () => {
  it("never cuts what is undelivered or unacknowledged, in any order of acknowledgement", async () => {
    const step = fc.oneof(
      fc.constant({ do: "add" as const }),
      fc.record({ do: fc.constant("read" as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({
        do: fc.constant("ack" as const),
        picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      }),
    );
    const bucket = await newBucket();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        await redis().del(giftStreamKey(bucket));
        await ensureGroups(redis(), [bucket]);
        const undelivered: string[] = [];
        const open: string[] = [];
        let newestAcked: string | undefined;
        for (const s of steps) {
          if (s.do === "add") undelivered.push(await add(bucket));
          else if (s.do === "read") {
            if (undelivered.length === 0) continue;
            const entries = await readNew(blocking, [bucket], s.count);
            const expected = undelivered.splice(0, s.count);
            expect(entries.map((e) => e.id)).toEqual(expected);
            open.push(...expected);
          } else {
            const ids = [...new Set(s.picks.map((n) => open[n % Math.max(1, open.length)]))];
            const known = ids.filter((id) => id !== undefined).sort(byId);
            await acknowledge(redis(), bucket, known);
            for (const id of known) open.splice(open.indexOf(id), 1);
            newestAcked = known.at(-1) ?? newestAcked;
          }
          const stored = await storedIds(bucket);
          for (const id of [...open, ...undelivered]) expect(stored).toContain(id);
          // What is left above is bounded: all below the oldest open entry is gone.
          const oldestOpen = [...open].sort(byId)[0];
          if (s.do === "ack" && oldestOpen) expect(stored[0]).toBe(oldestOpen);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leaves a queue that was begun anew alone, though its ids are lower than those acknowledged", async () => {
    const bucket = await newBucket();
    const key = giftStreamKey(bucket);
    await add(bucket);
    const [old] = await readNew(blocking, [bucket], 10);
    await redis().del(key);
    await ensureGroups(redis(), [bucket]);
    // The clock of the Redis that took over is behind.
    await redis().xadd(key, "5-0", "g", "{}");
    await acknowledge(redis(), bucket, [old?.id as string]);
    expect(await storedIds(bucket)).toEqual(["5-0"]);
  });
});

describe("the lag", () => {
  it("counts what is undelivered and what is unacknowledged, and the age of the oldest", async () => {
    const bucket = await newBucket();
    expect(await lagOf(bucket)).toEqual({ bucket, waiting: 0, oldestMs: 0, deadLetters: 0 });
    const ids = [await add(bucket), await add(bucket), await add(bucket)];
    const addedMs = Number((ids[0] as string).split("-")[0]);
    expect(await lagOf(bucket, addedMs + 500)).toMatchObject({ waiting: 3, oldestMs: 500 });
    await readNew(blocking, [bucket], 2);
    expect(await lagOf(bucket, addedMs + 700)).toMatchObject({ waiting: 3, oldestMs: 700 });
    await acknowledge(redis(), bucket, ids.slice(0, 2));
    expect(await lagOf(bucket)).toMatchObject({ waiting: 1 });
    await readNew(blocking, [bucket], 2);
    await acknowledge(redis(), bucket, ids.slice(2));
    expect(await lagOf(bucket)).toMatchObject({ waiting: 0, oldestMs: 0 });
  });

  it("counts all of a queue that nobody has ever read", async () => {
    const bucket = await newBucket();
    await redis().del(giftStreamKey(bucket));
    const id = await add(bucket);
    await add(bucket);
    const nowMs = Number(id.split("-")[0]) + 40_000;
    expect(await lagOf(bucket, nowMs)).toMatchObject({ waiting: 2, oldestMs: 40_000 });
  });

  it("counts dead letters, which keep their reason and what was queued", async () => {
    const bucket = await newBucket();
    const id = await add(bucket, "broken");
    const [entry] = await readNew(blocking, [bucket], 10);
    if (!entry) throw new Error("an entry");
    await addDeadLetter(redis(), entry, "x".repeat(900));
    expect(await lagOf(bucket)).toMatchObject({ deadLetters: 1 });
    const [[, fields] = []] = await redis().xrange(giftDeadLetterKey(bucket), "-", "+");
    expect(fields).toEqual(["entryId", id, "reason", "x".repeat(500), "g", "broken"]);
  });
});
