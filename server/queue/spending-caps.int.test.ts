import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EMPTY_WALLET, type SpendingWallet } from "@/db/live/queries/wallets";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { addSpent, NO_CAPS, type Spent } from "@/domain/rules/spending";
import { walletKey } from "@/platform/redis/keys";
import { giftEntry, type MoneyHarness, startMoneyHarness } from "../testing/money-harness";
import { finaliseGifts } from "./finalise-gifts";
import { acceptGift, cacheWallet, type IntakeRules, NO_RULES } from "./gift-intake";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness(1);
});
afterAll(() => harness?.close());

const redis = () => harness.resources.redis;
const NOON = Date.parse("2026-11-20T12:00:00+08:00");
const DAY_MS = 24 * 3_600_000;

async function sender(facts: Partial<SpendingWallet> = {}): Promise<string> {
  const id = randomUUID();
  await cacheWallet(redis(), id, { ...EMPTY_WALLET, balanceCoins: 1_000_000, version: 1, ...facts });
  return id;
}
const own = (caps: Partial<SpendingCaps>) => ({ ownCaps: { ...NO_CAPS, ...caps, next: null } });
const rules = (caps: Partial<SpendingCaps>, confirmed = true): IntakeRules => ({
  ...NO_RULES,
  caps: { ...NO_CAPS, ...caps },
  confirmed,
});
const gift = (senderId: string, priceCoins: number, sentAtMs = Date.now()) =>
  giftEntry(senderId, { priceCoins, sentAt: new Date(sentAtMs).toISOString() });
const send = (senderId: string, coins: number, intake: IntakeRules, sentAtMs?: number) =>
  acceptGift(redis(), gift(senderId, coins, sentAtMs), intake);
async function end(entry: ReturnType<typeof gift>, charged: boolean) {
  const { senderId, giftOrderId, roomId, giftId, count, priceCoins, traceId, sentAt } = entry;
  const posted = { roomId, giftId, count, priceCoins, totalCoins: priceCoins * count, traceId };
  const status = charged ? ("settled" as const) : ("failed" as const);
  const facts = { senderId, giftOrderId, comboId: null, anonymous: false, status, posted, charged };
  await finaliseGifts(redis(), [{ ...facts, sentAtMs: Date.parse(sentAt) }], new Map());
}
const spentOf = async (id: string) => redis().hget(walletKey(id), "sp");

describe("a cap", () => {
  it("on one gift, a day and a month takes exactly what it says", async () => {
    expect(await send(await sender(), 11, rules({ giftCoinsMax: 10 }))).toEqual({
      kind: "capped",
      cap: "gift",
      spentCoins: 0,
      maxCoins: 10,
    });
    for (const [cap, field] of [
      ["day", "dayCoinsMax"],
      ["month", "monthCoinsMax"],
    ] as const) {
      const id = await sender();
      const intake = rules({ [field]: 100 });
      expect(await send(id, 60, intake)).toMatchObject({ kind: "new" });
      expect(await send(id, 41, intake)).toEqual({ kind: "capped", cap, spentCoins: 60, maxCoins: 100 });
      expect(await send(id, 40, intake)).toMatchObject({ kind: "new" });
      expect(await send(id, 1, intake)).toEqual({ kind: "capped", cap, spentCoins: 100, maxCoins: 100 });
    }
  });

  it("is the tighter of the platform's and the viewer's own", async () => {
    const tight = await sender(own({ dayCoinsMax: 50 }));
    expect(await send(tight, 51, rules({ dayCoinsMax: 100 }))).toMatchObject({
      kind: "capped",
      maxCoins: 50,
    });
    const loose = await sender(own({ dayCoinsMax: 500 }));
    expect(await send(loose, 101, rules({ dayCoinsMax: 100 }))).toMatchObject({
      kind: "capped",
      maxCoins: 100,
    });
    expect(await send(await sender(own({ giftCoinsMax: 5 })), 6, rules({}))).toMatchObject({
      kind: "capped",
      cap: "gift",
    });
  });

  it("holds among a hundred gifts at once", async () => {
    const id = await sender();
    const results = await Promise.all(
      Array.from({ length: 100 }, () => send(id, 3, rules({ dayCoinsMax: 50 }))),
    );
    expect(results.filter((result) => result.kind === "new")).toHaveLength(16);
  });

  it("begins again with the day and the month, and no clock that is behind brings a day back", async () => {
    const id = await sender({ spent: { day: "2026-11-20", dayCoins: 90, monthCoins: 190 } });
    // The cache is filled with what counts today; this is a day in the past.
    await redis().hset(walletKey(id), "sp", "20261120:90:190");
    const caps = rules({ dayCoinsMax: 100, monthCoinsMax: 300 });
    expect(await send(id, 11, caps, NOON)).toMatchObject({ kind: "capped", cap: "day", spentCoins: 90 });
    expect(await send(id, 100, caps, NOON + DAY_MS)).toMatchObject({ kind: "new" });
    expect(await spentOf(id)).toBe("20261121:100:290");
    expect(await send(id, 1, caps, NOON)).toMatchObject({ kind: "capped", cap: "day", spentCoins: 100 });
    expect(await send(id, 11, caps, NOON + 2 * DAY_MS)).toMatchObject({ kind: "capped", cap: "month" });
    expect(await send(id, 11, caps, NOON + 15 * DAY_MS)).toMatchObject({ kind: "new" });
    expect(await spentOf(id)).toBe("20261205:11:11");
  });

  it("gets back what failed, once, and nothing of a day that is over", async () => {
    const id = await sender();
    await redis().hset(walletKey(id), "sp", "20261120:0:0");
    const caps = rules({ dayCoinsMax: 100 });
    const [paid, failed, late] = [gift(id, 30, NOON), gift(id, 50, NOON), gift(id, 20, NOON)];
    for (const entry of [paid, failed, late]) {
      expect(await acceptGift(redis(), entry, caps)).toMatchObject({ kind: "new" });
    }
    await end(paid, true);
    await end(failed, false);
    await end(failed, false);
    expect(await spentOf(id)).toBe("20261120:50:50");
    expect(await send(id, 5, caps, NOON + DAY_MS)).toMatchObject({ kind: "new" });
    await end(late, false);
    expect(await spentOf(id)).toBe("20261121:5:35");
  });

  it("counts an order that lost its queue and is sent again once", async () => {
    const id = await sender();
    const entry = gift(id, 60);
    const caps = rules({ dayCoinsMax: 100 });
    await acceptGift(redis(), entry, caps);
    await redis().del(`gifts:{b${entry.bucket}}`);
    expect(await acceptGift(redis(), entry, caps)).toMatchObject({ kind: "new" });
    expect(await send(id, 41, caps)).toMatchObject({ kind: "capped", spentCoins: 60 });
    expect(await send(id, 40, caps)).toMatchObject({ kind: "new" });
  });

  it("survives the loss of the cache by what the database has, and what is known to be on its way", async () => {
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const spent: Spent = { day: today, dayCoins: 70, monthCoins: 700 };
    const id = await sender({ spent });
    expect(await send(id, 31, rules({ dayCoinsMax: 100 }))).toMatchObject({ kind: "capped", spentCoins: 70 });
    await redis().hdel(walletKey(id), "sp");
    await redis().hset(walletKey(id), "res", "20");
    expect(await send(id, 1, rules({}))).toEqual({ kind: "cold" });
    await cacheWallet(redis(), id, { ...EMPTY_WALLET, balanceCoins: 1_000, version: 1, spent });
    expect(await send(id, 11, rules({ dayCoinsMax: 100 }))).toMatchObject({ kind: "capped", spentCoins: 90 });
    // Reading the wallet again forgets nothing of what is on its way.
    await cacheWallet(redis(), id, { ...EMPTY_WALLET, balanceCoins: 1_000, version: 2, spent });
    expect(await send(id, 11, rules({ dayCoinsMax: 100 }))).toMatchObject({ kind: "capped", spentCoins: 90 });
  });
});

describe("half of a cap", () => {
  it("is asked about once for a day or month, for each gift beyond half of the cap on one", async () => {
    const id = await sender();
    const caps = { dayCoinsMax: 100 };
    expect(await send(id, 50, rules(caps, false))).toMatchObject({ kind: "new" });
    const crossing = gift(id, 10);
    expect(await acceptGift(redis(), crossing, rules(caps, false))).toEqual({
      kind: "half",
      cap: "day",
      spentCoins: 50,
      maxCoins: 100,
    });
    expect(await acceptGift(redis(), crossing, rules(caps, true))).toMatchObject({ kind: "new" });
    expect(await send(id, 10, rules(caps, false))).toMatchObject({ kind: "new" });
    const other = await sender();
    for (let i = 0; i < 2; i++) {
      expect(await send(other, 6, rules({ giftCoinsMax: 10 }, false))).toMatchObject({
        kind: "half",
        cap: "gift",
      });
      expect(await send(other, 6, rules({ giftCoinsMax: 10 }, true))).toMatchObject({ kind: "new" });
    }
  });
});

it("counts as a plain model does, whatever is sent, fails and is settled, in whatever order", async () => {
  const step = fc.record({
    coins: fc.integer({ min: 1, max: 60 }),
    dayOffset: fc.constantFrom(0, 0, 0, 1, 11),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const id = await sender();
      await redis().hset(walletKey(id), "sp", "20261101:0:0");
      let model: Spent | null = null;
      let offset = 0;
      for (const { coins, dayOffset, fails } of steps) {
        offset += dayOffset;
        const entry = gift(id, coins, NOON + offset * DAY_MS);
        const day = new Date(NOON + offset * DAY_MS).toISOString().slice(0, 10);
        const after = addSpent(model, day, coins);
        const isCapped = after.dayCoins > 100 || after.monthCoins > 200;
        const result = await acceptGift(redis(), entry, rules({ dayCoinsMax: 100, monthCoinsMax: 200 }));
        expect(result.kind).toBe(isCapped ? "capped" : "new");
        if (isCapped) continue;
        await end(entry, !fails);
        if (!fails) model = after;
        else model = { ...after, dayCoins: after.dayCoins - coins, monthCoins: after.monthCoins - coins };
        const { day: counted, dayCoins, monthCoins } = model;
        expect(await spentOf(id)).toBe(`${counted.replaceAll("-", "")}:${dayCoins}:${monthCoins}`);
      }
    }),
    { numRuns: 60 },
  );
});
