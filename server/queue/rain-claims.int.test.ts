import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { RainClaimEntry } from "@/domain/contracts/rain";
import { bucketsOfRain, shardCountFor } from "@/domain/rules/rain-shards";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { claimStreamKey, rainLoadingKey, rainPacketsKey, rainStateKey } from "@/platform/redis/keys";
import { type ClaimResult, claimPacket } from "./rain-claims";
import { closeShards, loadShards, openShards } from "./rain-shards";

let testRedis: TestRedis;
let redis: RedisClient;
/** A second connection, as another web process has. */
let other: RedisClient;

beforeAll(async () => {
  testRedis = await createTestRedis();
  const log = createLog("rain-test");
  redis = openRedis(testRedis.redisUrl, log, { name: "rain-test" });
  other = openRedis(testRedis.redisUrl, log, { name: "rain-test-2" });
  await Promise.all([waitForRedis(redis, 5_000), waitForRedis(other, 5_000)]);
});
afterAll(async () => {
  redis?.disconnect();
  other?.disconnect();
  await testRedis?.drop();
});
beforeEach(() => redis.flushdb());

const HOUR_MS = 3_600_000;
type Rain = { rainId: string; roomId: string; shardCount: number; claimsPerViewer: number };

async function makeRain(amounts: readonly number[], over: Partial<Rain> = {}): Promise<Rain> {
  const rain = {
    rainId: randomUUID(),
    roomId: randomUUID(),
    shardCount: shardCountFor(amounts.length),
    claimsPerViewer: 1,
    ...over,
  };
  await loadShards(redis, rain, amounts, "loader", async () => {});
  return rain;
}
const claim = (
  rain: Rain,
  userId: string,
  claimId: string = randomUUID(),
  options: { gone?: boolean; client?: RedisClient; roomId?: string } = {},
) =>
  claimPacket(
    options.client ?? redis,
    {
      rainId: rain.rainId,
      shardCount: rain.shardCount,
      roomId: options.roomId ?? rain.roomId,
      userId,
      claimId,
      traceId: "t".repeat(32),
      claimedAt: new Date().toISOString(),
    },
    undefined,
    options.gone ?? false,
  );
const wonBy = (results: readonly ClaimResult[]) => results.filter((result) => result.kind === "won");
async function queued(rain: Rain): Promise<RainClaimEntry[]> {
  const streams = await Promise.all(
    bucketsOfRain(rain.rainId, rain.shardCount).map((bucket) =>
      redis.xrange(claimStreamKey(bucket), "-", "+"),
    ),
  );
  return streams.flat().map(([, fields]) => RainClaimEntry.parse(JSON.parse(fields[1] ?? "")));
}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("claiming", () => {
  it.each([
    ["one shard", 100, 1],
    ["eight shards", 1_000, 1],
    ["several packets a viewer", 1_000, 3],
  ])("gives out every packet once and nobody too many: %s", async (_, packetCount, claimsPerViewer) => {
    const amounts = numbers(packetCount);
    const rain = await makeRain(amounts, { claimsPerViewer });
    await openShards(redis, rain, HOUR_MS);
    const viewers = Array.from({ length: packetCount }, () => randomUUID());
    // Each viewer asks one time more than they may have, over two connections, all at once.
    const asked = viewers.flatMap((userId) =>
      Array.from({ length: claimsPerViewer + 1 }, async (__, i) => ({
        userId,
        result: await claim(rain, userId, randomUUID(), { client: i % 2 ? other : redis }),
      })),
    );
    const results = await Promise.all(asked);
    const won = results.filter(({ result }) => result.kind === "won");
    const entries = await queued(rain);
    expect(won).toHaveLength(packetCount);
    expect(entries.map(({ packetIndex }) => packetIndex).toSorted((a, b) => a - b)).toEqual([
      ...amounts.keys(),
    ]);
    expect(entries.every(({ packetIndex, coins }) => amounts[packetIndex] === coins)).toBe(true);
    const perViewer = new Map<string, number>();
    for (const { userId } of won) perViewer.set(userId, (perViewer.get(userId) ?? 0) + 1);
    expect(Math.max(...perViewer.values())).toBeLessThanOrEqual(claimsPerViewer);
    const kinds = new Set(results.map(({ result }) => result.kind));
    expect([...kinds].every((kind) => ["won", "enough", "empty"].includes(kind))).toBe(true);
  });

  it("sends a viewer on to the next shard while theirs is empty, and keeps to the limit on the way", async () => {
    const rain = await makeRain(numbers(256), { claimsPerViewer: 2, shardCount: 4 });
    await openShards(redis, rain, HOUR_MS);
    const buckets = bucketsOfRain(rain.rainId, 4);
    // Only the shard farthest from the viewer's home has packets left.
    const userId = randomUUID();
    const first = await claim(rain, userId);
    expect(first.kind).toBe("won");
    const [entry] = await queued(rain);
    const homeBucket = (
      await Promise.all(buckets.map(async (b) => ((await redis.xlen(claimStreamKey(b))) > 0 ? b : -1)))
    ).find((b) => b >= 0);
    const far = buckets[(buckets.indexOf(homeBucket ?? -1) + 3) % 4] ?? 0;
    for (const bucket of buckets) if (bucket !== far) await redis.del(rainPacketsKey(rain.rainId, bucket));
    const claimIds = Array.from({ length: 50 }, () => randomUUID());
    const results = await Promise.all(
      claimIds.map((claimId, i) => claim(rain, userId, claimId, { client: i % 2 ? other : redis })),
    );
    expect(wonBy(results)).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === "enough")).toHaveLength(49);
    // Both are answered again, wherever they came from.
    const again = await claim(rain, userId, claimIds[results.findIndex(({ kind }) => kind === "won")]);
    expect(again).toEqual({ ...wonBy(results)[0], kind: "seen" });
    expect(await claim(rain, userId, entry?.claimId)).toEqual({ ...first, kind: "seen" });
    expect(await queued(rain)).toHaveLength(2);
  });

  it("answers a hundred equal claims at once with one packet", async () => {
    const rain = await makeRain(numbers(100), { claimsPerViewer: 5 });
    await openShards(redis, rain, HOUR_MS);
    const [userId, claimId] = [randomUUID(), randomUUID()];
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => claim(rain, userId, claimId, { client: i % 2 ? other : redis })),
    );
    expect(wonBy(results)).toHaveLength(1);
    expect(new Set(results.map((r) => ("packetIndex" in r ? r.packetIndex : r.kind))).size).toBe(1);
    expect(await queued(rain)).toHaveLength(1);
  });

  it("does not mix up viewers who use the same claim id", async () => {
    const rain = await makeRain(numbers(10));
    await openShards(redis, rain, HOUR_MS);
    const claimId = randomUUID();
    const results = [await claim(rain, randomUUID(), claimId), await claim(rain, randomUUID(), claimId)];
    expect(wonBy(results)).toHaveLength(2);
    expect(await queued(rain)).toHaveLength(2);
  });

  it("counts tries in a window, at home, and says when the next is allowed", async () => {
    const rain = await makeRain(numbers(300), { claimsPerViewer: 20 });
    await openShards(redis, rain, HOUR_MS);
    const userId = randomUUID();
    const facts = { ...rain, userId, traceId: "t".repeat(32), claimedAt: new Date().toISOString() };
    const hourly = { limit: 2, windowSeconds: 3600 };
    const results: ClaimResult[] = [];
    for (let i = 0; i < 3; i++)
      results.push(await claimPacket(redis, { ...facts, claimId: randomUUID() }, hourly, false));
    expect(results.map(({ kind }) => kind)).toEqual(["won", "won", "fast"]);
    expect(results[2]).toMatchObject({ retryAfterMs: expect.any(Number) });
    expect((results[2] as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0);
  });

  it("refuses before the start, after the end, in another room, and where there is no rain", async () => {
    const rain = await makeRain(numbers(10), { claimsPerViewer: 2 });
    const [userId, claimId] = [randomUUID(), randomUUID()];
    expect(await claim(rain, userId)).toEqual({ kind: "soon" });
    await openShards(redis, rain, HOUR_MS);
    expect(await claim(rain, userId, randomUUID(), { roomId: randomUUID() })).toEqual({ kind: "room" });
    const won = await claim(rain, userId, claimId);
    expect(won.kind).toBe("won");
    await closeShards(redis, rain, new Map());
    expect(await claim(rain, userId)).toEqual({ kind: "over" });
    expect(await claim(rain, userId, claimId)).toEqual({ ...won, kind: "seen" });
    expect(await claim({ ...rain, rainId: randomUUID() }, userId)).toEqual({ kind: "unknown" });
    expect(await queued(rain)).toHaveLength(1);
  });

  it("is over when its time is, also before anybody closes it", async () => {
    const rain = await makeRain(numbers(10));
    await openShards(redis, rain, 0);
    expect(await claim(rain, randomUUID())).toEqual({ kind: "over" });
  });

  it("keeps to the limit while some shards are over and others not yet", async () => {
    const rain = await makeRain(numbers(256), { claimsPerViewer: 2, shardCount: 4 });
    await openShards(redis, rain, HOUR_MS);
    const buckets = bucketsOfRain(rain.rainId, 4);
    const userId = randomUUID();
    const claimIds = [randomUUID(), randomUUID()];
    const won = [await claim(rain, userId, claimIds[0])];
    const lengths = await Promise.all(buckets.map((b) => redis.xlen(claimStreamKey(b))));
    const home = buckets[lengths.indexOf(1)] ?? 0;
    await redis.del(rainPacketsKey(rain.rainId, home));
    won.push(await claim(rain, userId, claimIds[1]));
    expect(wonBy(won)).toHaveLength(2);
    // The shards of a rain are closed one after the other.
    await redis.hset(rainStateKey(rain.rainId, home), "open", "over");
    const results = [await claim(rain, userId), await claim(rain, userId), await claim(rain, userId)];
    expect(wonBy(results)).toEqual([]);
    expect(await queued(rain)).toHaveLength(2);
    expect(await claim(rain, userId, claimIds[1])).toEqual({ ...won[1], kind: "seen" });
  });

  it("writes nothing for those who come when all is known to be gone", async () => {
    const rain = await makeRain([7]);
    await openShards(redis, rain, HOUR_MS);
    const [winner, claimId] = [randomUUID(), randomUUID()];
    const won = await claim(rain, winner, claimId);
    const before = await redis.dbsize();
    const late = randomUUID();
    expect(await claim(rain, late, randomUUID(), { gone: true })).toEqual({ kind: "empty" });
    expect(await redis.dbsize()).toBe(before);
    expect(await claim(rain, winner, claimId, { gone: true })).toEqual({ ...won, kind: "seen" });
    expect(await claim(rain, winner, randomUUID(), { gone: true })).toEqual({ kind: "enough" });
  });
});

describe("loading and closing", () => {
  it("comes to the same packets once however many load at once", async () => {
    const amounts = numbers(1_000);
    const rain = { rainId: randomUUID(), roomId: randomUUID(), shardCount: 8, claimsPerViewer: 1 };
    await Promise.all(
      ["a", "b", "c"].map((loader, i) =>
        loadShards(i ? other : redis, rain, amounts, loader, async () => {}),
      ),
    );
    const lists = await Promise.all(
      bucketsOfRain(rain.rainId, 8).map((bucket) => redis.lrange(rainPacketsKey(rain.rainId, bucket), 0, -1)),
    );
    expect(lists.flat().toSorted()).toEqual(amounts.map((coins, index) => `${index}:${coins}`).toSorted());
    expect(await redis.keys("rain-loading:*")).toEqual([]);
  });

  it("puts nothing in place but what it was to load, whatever an attempt before left behind", async () => {
    const rain = { rainId: randomUUID(), roomId: randomUUID(), shardCount: 1, claimsPerViewer: 1 };
    const [bucket = 0] = bucketsOfRain(rain.rainId, 1);
    await redis.rpush(rainLoadingKey(rain.rainId, bucket, "died"), "0:1", "1:2");
    await expect(loadShards(redis, rain, numbers(3), "died", async () => {})).rejects.toThrow("3 packets");
    expect(await openShards(redis, rain, HOUR_MS)).toBe(false);
    await loadShards(redis, rain, numbers(3), "next", async () => {});
    expect(await redis.lrange(rainPacketsKey(rain.rainId, bucket), 0, -1)).toEqual(["0:1", "1:2", "2:3"]);
    expect(await redis.keys("rain-loading:*")).toEqual([]);
  });

  it("does not fill a rain again that has been grabbed from", async () => {
    const rain = await makeRain(numbers(2), { claimsPerViewer: 2 });
    await openShards(redis, rain, HOUR_MS);
    const userId = randomUUID();
    await claim(rain, userId);
    await loadShards(redis, rain, numbers(2), "late", async () => {});
    await openShards(redis, rain, HOUR_MS);
    await claim(rain, userId);
    expect((await claim(rain, randomUUID())).kind).toBe("empty");
    expect(await queued(rain)).toHaveLength(2);
  });

  it("says how many packets were popped, again and again, and when their claims have left the queue", async () => {
    const rain = await makeRain(numbers(200));
    await openShards(redis, rain, HOUR_MS);
    await Promise.all(Array.from({ length: 30 }, () => claim(rain, randomUUID())));
    const marks = new Map<number, string>();
    expect(await closeShards(redis, rain, marks)).toEqual({ poppedPackets: 30, isDrained: false });
    // Claims of other rains that come later do not count.
    const later = await makeRain(numbers(200), { rainId: rain.rainId.replace(/^./, "0") });
    await openShards(redis, later, HOUR_MS);
    for (const bucket of bucketsOfRain(rain.rainId, rain.shardCount)) {
      const entries = await redis.xrange(claimStreamKey(bucket), "-", "+");
      if (entries.length > 0) await redis.xdel(claimStreamKey(bucket), ...entries.map(([id]) => id));
      await redis.xadd(claimStreamKey(bucket), "*", "g", "later");
    }
    expect(await closeShards(redis, rain, marks)).toEqual({ poppedPackets: 30, isDrained: true });
  });

  it("does not claim to know what Redis has lost", async () => {
    const rain = await makeRain(numbers(200));
    await openShards(redis, rain, HOUR_MS);
    await redis.del(rainStateKey(rain.rainId, bucketsOfRain(rain.rainId, rain.shardCount)[0] ?? 0));
    expect(await openShards(redis, rain, HOUR_MS)).toBe(false);
    expect(await closeShards(redis, rain, new Map())).toEqual({ poppedPackets: null, isDrained: true });
  });
});
