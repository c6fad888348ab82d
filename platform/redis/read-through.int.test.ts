import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropLocalCatalogue, findCatalogueGift, getGift, listGifts } from "@/server/services/gift/catalogue";
import { createGift, disableGift, updateGift } from "@/server/services/gift/edit-catalogue";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { openRedis, type RedisClient } from "../redis/client";
import { fillLockKey, giftChangingKey, giftGenerationKey, giftItemKey, giftListKey } from "./keys";
import { type ReadThroughOptions, readThrough } from "./read-through";

let harness: MoneyHarness;
/** Two processes over one Redis. */
let clients: [RedisClient, RedisClient];
beforeAll(async () => {
  harness = await startMoneyHarness();
  clients = [await harness.openRedis(), await harness.openRedis()];
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  for (const redis of [harness.resources.redis, ...clients]) dropLocalCatalogue({ redis });
});

type Value = string[];
function source(load: () => Promise<Value> | Value): ReadThroughOptions<Value> & { loads: () => number } {
  let loads = 0;
  return {
    key: "test:value",
    generationKey: "test:generation",
    changingKey: "test:changing",
    lockKey: "test:fill",
    ttlSeconds: 600,
    emptyTtlSeconds: 7,
    load: async () => {
      loads += 1;
      return await load();
    },
    isEmpty: (value) => value.length === 0,
    parse: (text) => JSON.parse(text) as Value,
    loads: () => loads,
  };
}
function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("reading through", () => {
  it("loads once for many readers in many processes, and keeps it as long as told", async () => {
    const started = gate();
    const door = gate();
    const options = source(async () => {
      started.open();
      await door.opened;
      return ["a"];
    });
    const readers = Array.from({ length: 30 }, (_, i) => readThrough(clients[i % 2] as RedisClient, options));
    await started.opened;
    door.open();
    expect(await Promise.all(readers)).toEqual(readers.map(() => ["a"]));
    expect(options.loads()).toBe(1);
    const ttl = await clients[0].ttl("test:value");
    expect(ttl).toBeGreaterThan(590);
    expect(await clients[0].exists("test:fill")).toBe(0);
  });

  it("keeps an empty answer only briefly", async () => {
    const options = source(() => []);
    await readThrough(clients[0], options);
    await readThrough(clients[1], options);
    expect(options.loads()).toBe(1);
    const ttl = await clients[0].ttl("test:value");
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(7);
  });

  it("never stores what was read before a change over that change", async () => {
    const started = gate();
    const door = gate();
    const slow = source(async () => {
      started.open();
      await door.opened;
      return ["old"];
    });
    const reader = readThrough(clients[0], slow);
    await started.opened;
    await clients[1].incr("test:generation");
    door.open();
    expect(await reader).toEqual(["old"]);
    expect(await clients[0].exists("test:value")).toBe(0);
    expect(
      await readThrough(
        clients[1],
        source(() => ["new"]),
      ),
    ).toEqual(["new"]);
  });

  it("does not wait for ever for one that died while it filled", async () => {
    await clients[0].set("test:fill", "a dead process", "PX", 60_000);
    expect(
      await readThrough(
        clients[1],
        source(() => ["a"]),
      ),
    ).toEqual(["a"]);
    expect(await clients[0].get("test:fill")).toBe("a dead process");
  });

  it("lets another try when loading failed, after the lock ran out", async () => {
    const failing = source(() => Promise.reject(new Error("the database is away")));
    await expect(readThrough(clients[0], failing)).rejects.toThrow("the database is away");
    expect(await clients[0].pttl("test:fill")).toBeLessThanOrEqual(3_000);
    await clients[0].del("test:fill");
    expect(
      await readThrough(
        clients[1],
        source(() => ["a"]),
      ),
    ).toEqual(["a"]);
  });

  it("answers from the source while Redis is away", async () => {
    const away = openRedis(harness.redisUrl.replace(/:(\d+)\//, ":1/"), harness.resources.log, {
      name: "away",
    });
    expect(
      await readThrough(
        away,
        source(() => ["a"]),
      ),
    ).toEqual(["a"]);
    away.disconnect();
  });
});

describe("the catalogue", () => {
  const operator = () => callBy(harness.resources, randomUUID(), "operator");
  const newGift = async (priceCoins = 5) => {
    const giftId = `g-${randomUUID().slice(0, 8)}`;
    await createGift(operator(), {
      giftId,
      nameEn: giftId,
      nameZh: giftId,
      priceCoins,
      effect: "rose",
      svgaUrl: null,
      sortOrder: 1,
    });
    return giftId;
  };

  it("shows a change at once where it was made, and elsewhere once told", async () => {
    const other = { ...harness.resources, redis: clients[0] };
    const giftId = await newGift();
    expect((await getGift(other, { giftId })).priceCoins).toBe(5);
    await updateGift(operator(), { giftId, priceCoins: 9 });
    expect((await getGift(harness.resources, { giftId })).priceCoins).toBe(9);
    dropLocalCatalogue(other);
    expect((await getGift(other, { giftId })).priceCoins).toBe(9);
    expect((await listGifts(other)).find((g) => g.giftId === giftId)?.priceCoins).toBe(9);
  });

  it("takes a gift off sale, in the list and by its id, but still knows what it was", async () => {
    const giftId = await newGift();
    await listGifts(harness.resources);
    await disableGift(operator(), { giftId });
    expect((await listGifts(harness.resources)).some((g) => g.giftId === giftId)).toBe(false);
    await expect(getGift(harness.resources, { giftId })).rejects.toMatchObject({
      bizName: "GIFT_UNAVAILABLE",
    });
    expect(await findCatalogueGift(harness.resources, giftId)).toMatchObject({ enabled: false });
  });

  it("remembers briefly that there is no such gift, and forgets it when there is", async () => {
    const giftId = `g-${randomUUID().slice(0, 8)}`;
    expect(await findCatalogueGift(harness.resources, giftId)).toBeUndefined();
    expect(await clients[0].get(giftItemKey(giftId))).toBe("null");
    expect(await clients[0].ttl(giftItemKey(giftId))).toBeLessThanOrEqual(10);
    const facts = { nameEn: "a", nameZh: "a", priceCoins: 1, effect: "rose", svgaUrl: null, sortOrder: 1 };
    await createGift(operator(), { giftId, ...facts });
    expect(await findCatalogueGift(harness.resources, giftId)).toMatchObject({ giftId });
    await expect(createGift(operator(), { giftId, ...facts })).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
    });
    await expect(updateGift(operator(), { giftId: "none", priceCoins: 1 })).rejects.toMatchObject({
      bizName: "NOT_FOUND",
    });
  });

  it("never stores an old price over a change, even when its generation was lost in between", async () => {
    const giftId = await newGift(5);
    const key = giftItemKey(giftId);
    await clients[0].del(key);
    const started = gate();
    const door = gate();
    const reader = readThrough(clients[0], {
      key,
      generationKey: giftGenerationKey,
      changingKey: giftChangingKey,
      lockKey: fillLockKey(key),
      ttlSeconds: 60,
      emptyTtlSeconds: 1,
      load: async () => {
        const value = { priceCoins: 5 };
        started.open();
        await door.opened;
        return value;
      },
      isEmpty: () => false,
      parse: (text) => JSON.parse(text) as { priceCoins: number },
    });
    await started.opened;
    await clients[1].del(giftGenerationKey);
    await updateGift(operator(), { giftId, priceCoins: 9 });
    door.open();
    await reader;
    expect(await clients[0].exists(key)).toBe(0);
    expect(await clients[0].exists(giftListKey)).toBe(0);
  });

  it("keeps the list for 30 minutes and a gift for an hour", async () => {
    const giftId = await newGift(5);
    await getGift(harness.resources, { giftId });
    await listGifts(harness.resources);
    expect(await clients[0].ttl(giftListKey)).toBeGreaterThan(29 * 60);
    expect(await clients[0].ttl(giftItemKey(giftId))).toBeGreaterThan(59 * 60);
  });

  it("stores nothing while a change is under way, so that a process that dies in it leaves no old price", async () => {
    const giftId = await newGift(5);
    // The row is held by somebody else: the change has begun and cannot commit yet.
    const holder = await harness.resources.live.sql.reserve();
    await holder`BEGIN`;
    await holder`SELECT 1 FROM gifts WHERE id = ${giftId} FOR UPDATE`;
    const change = updateGift(operator(), { giftId, priceCoins: 9 });
    await expect.poll(() => clients[0].exists(giftChangingKey)).toBe(1);
    dropLocalCatalogue(harness.resources);
    expect((await getGift(harness.resources, { giftId })).priceCoins).toBe(5);
    expect(await clients[0].exists(giftItemKey(giftId))).toBe(0);
    // The mark ends by itself, should nobody come to end it.
    expect(await clients[0].ttl(giftChangingKey)).toBeGreaterThan(0);
    await holder`COMMIT`;
    holder.release();
    await change;
    expect((await getGift(harness.resources, { giftId })).priceCoins).toBe(9);
  });
});
