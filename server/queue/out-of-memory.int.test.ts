import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { bucketOf } from "@/domain/rules/bucket";
import { NO_CAPS } from "@/domain/rules/spending";
import { createLog } from "@/platform/observability/log";
import { openRedis, type RedisClient, waitForRedis } from "@/platform/redis/client";
import { walletKey } from "@/platform/redis/keys";
import { readMemoryPart, watchMemoryReserve } from "@/platform/redis/memory-reserve";
import { tryWritingRedis } from "@/platform/redis/try-writing";
import { appendRoomEvents } from "@/push/publisher/room-log";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { makeEntry } from "@/testkit/load";
import { BucketLeases } from "./bucket-leases";
import { type FinalOrder, finaliseGifts } from "./finalise-gifts";
import { acceptGift, cacheWallet, findOrderState } from "./gift-intake";
import { giftQueue } from "./queues";

/** A Redis that has no room any more: whatever empties its queues goes on, and makes room. */
const log = createLog("out-of-memory-test");
const GIFTS = 2_000;
const AT_ONCE = 100;
const senderId = randomUUID();
const bucket = bucketOf(senderId);

let folder: string;
let server: RedisServer;
let redis: RedisClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-full-"));
  server = await startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" });
  redis = openRedis(server.url, log, { name: "full" });
  await waitForRedis(redis, 10_000);
});
beforeEach(async () => {
  await redis.config("SET", "maxmemory", "0");
  await redis.flushall();
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Whatever Redis holds now is as much as it may hold, and a little more. */
async function fillUp(): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  await redis.config("SET", "maxmemory", String(Math.floor(used * 0.98)));
  await expect(redis.set("one", "more")).rejects.toThrow("OOM");
}

async function acceptMany() {
  await cacheWallet(redis, senderId, {
    balanceCoins: 20 * GIFTS,
    version: 1,
    frozen: false,
    ownCaps: { ...NO_CAPS, next: null },
    spent: null,
  });
  const entries = Array.from({ length: GIFTS }, () =>
    makeEntry({ senderId, anchorId: randomUUID(), roomId: randomUUID() }),
  );
  for (let from = 0; from < GIFTS; from += AT_ONCE) {
    const some = entries.slice(from, from + AT_ONCE);
    const results = await Promise.all(some.map((entry) => acceptGift(redis, entry)));
    expect(results.filter(({ kind }) => kind !== "new")).toEqual([]);
  }
  return entries;
}

it("gifts that were accepted leave a full Redis, which makes room", async () => {
  const entries = await acceptMany();
  await fillUp();
  const leases = new BucketLeases({ redis, queue: "gifts", holder: "late", isBusy: () => false });
  await leases.tick();
  expect(leases.held.has(bucket)).toBe(true);
  const before = await readMemoryPart(redis);
  expect(before).toBeGreaterThan(1);
  const blocking = openRedis(server.url, log, { name: "full-blocking", blocking: true });
  try {
    await waitForRedis(blocking, 10_000);
    let left = GIFTS;
    let lastId = "0-0";
    while (left > 0) {
      const batch = await giftQueue.readEntries(blocking, new Map([[bucket, lastId]]), 200);
      const orders = batch.map(({ item }): FinalOrder => {
        if (!item) throw new Error("A gift cannot be read.");
        const { giftOrderId, roomId, giftId, count, priceCoins, traceId } = item;
        const posted = { roomId, giftId, count, priceCoins, totalCoins: priceCoins * count, traceId };
        return {
          senderId,
          giftOrderId,
          comboId: null,
          anonymous: false,
          status: "settled",
          sentAtMs: Date.parse(item.sentAt),
          charged: true,
          posted,
        };
      });
      await finaliseGifts(redis, orders, new Map());
      const event = { type: "gift.settled" } as unknown as Parameters<typeof appendRoomEvents>[2][number];
      expect(await appendRoomEvents(redis, entries[0]?.roomId ?? "", [event], new Date())).toHaveLength(1);
      const ids = batch.map(({ id }) => id);
      await giftQueue.acknowledge(redis, bucket, ids);
      lastId = ids.at(-1) ?? lastId;
      left -= batch.length;
    }
  } finally {
    blocking.disconnect();
  }
  expect(await redis.hget(walletKey(senderId), "res")).toBe("0");
  expect(await findOrderState(redis, senderId, entries[0]?.giftOrderId ?? "")).toMatchObject({
    status: "settled",
  });
  await expect.poll(() => readMemoryPart(redis)).toBeLessThan(before);
  await leases.releaseAll();
});

it("a gift that a full Redis refuses has left nothing behind", async () => {
  await acceptMany();
  const entry = makeEntry({ senderId, anchorId: randomUUID(), roomId: randomUUID() });
  const reserved = await redis.hget(walletKey(senderId), "res");
  await fillUp();
  await expect(acceptGift(redis, entry)).rejects.toThrow("OOM");
  expect(await redis.hget(walletKey(senderId), "res")).toBe(reserved);
  expect(await findOrderState(redis, senderId, entry.giftOrderId)).toBeUndefined();
});

it("a Redis that takes no writes is not ready, though it answers", async () => {
  await tryWritingRedis(redis);
  await acceptMany();
  await fillUp();
  expect(await redis.ping()).toBe("PONG");
  await expect(tryWritingRedis(redis)).rejects.toThrow("OOM");
  await redis.config("SET", "maxmemory", "0");
  // Of nobody: as after a master was told to follow another one.
  await redis.replicaof("127.0.0.1", "1");
  try {
    expect(await redis.ping()).toBe("PONG");
    await expect(tryWritingRedis(redis)).rejects.toThrow("READONLY");
  } finally {
    await redis.replicaof("NO", "ONE");
  }
  await tryWritingRedis(redis);
});

it("a reserve is told when it is reached, and when there is room again", async () => {
  const told: boolean[] = [];
  const stop = watchMemoryReserve(redis, log, (isReached) => told.push(isReached));
  try {
    await acceptMany();
    await delay(1_500);
    expect(told).toEqual([]);
    const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
    await redis.config("SET", "maxmemory", String(Math.floor(used / 0.93)));
    await expect.poll(() => told).toEqual([true]);
    await redis.config("SET", "maxmemory", String(used * 2));
    await expect.poll(() => told).toEqual([true, false]);
  } finally {
    stop();
  }
});
