import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import { ALL_BUCKETS, bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { claimStreamKey, giftStreamKey, oldDeadLetterKey } from "@/platform/redis/keys";
import { Caches } from "@/platform/runtime/caches";
import { FROM_THE_START, type StreamEntry } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, findCachedWallet, findOrderState } from "@/server/queue/gift-intake";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import { writeGiftEntry } from "@/server/queue/write-gift-entry";
import { listLetters } from "@/server/testing/dead-letters";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { claimEntry, openRain } from "@/server/testing/rains";
import { debitBatch } from "../gift/debit-batch";
import { getGiftStatus } from "../gift/get-gift-status";
import { creditClaims } from "../rain/credit-claims";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { moveOldLetters } from "./move-old-letters";

const BUCKET = 11;
let harness: MoneyHarness;
let blocking: RedisClient;
let appRole: string;
beforeAll(async () => {
  harness = await startMoneyHarness();
  blocking = await harness.openRedis({ blocking: true });
  const [row] = await harness.resources.live.sql<{ role: string }[]>`SELECT current_user AS role`;
  appRole = row?.role ?? "";
  // Nothing else than the row itself is at fault.
  await owner("ALTER TABLE gift_records ADD CONSTRAINT no_poison CHECK (gift_id <> 'poison')");
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await owner("DELETE FROM dead_letters; DELETE FROM alarms");
});

const owner = (statements: string) => tamper(harness.liveOwnerUrl, statements);
const positions = new Map(ALL_BUCKETS.map((bucket) => [bucket, FROM_THE_START]));
const readGifts = () => giftQueue.readEntries(blocking, positions, 500);
const readClaims = () => claimQueue.readEntries(blocking, positions, 500);
const alarms = async () => (await owner("SELECT kind, subject, times FROM alarms ORDER BY subject")).slice();

/** An accepted gift that no database takes, and its sender with ten coins. */
async function acceptPoison() {
  const { resources } = harness;
  const senderId = randomUUID();
  await openWallet(resources, senderId, 10);
  await cacheWallet(resources.redis, senderId, await getWalletFacts(resources, senderId));
  const gift = giftEntry(senderId, { giftId: "poison", priceCoins: 3 });
  expect(await acceptGift(resources.redis, gift)).toMatchObject({ kind: "new" });
  return gift;
}
const DENIED = expect.objectContaining({ message: expect.stringContaining("permission denied") });

/** Debits entries beside a gift that is taken: nothing else shows that it is an entry itself that is at fault. */
async function debit(entries: readonly StreamEntry<QueuedGift>[]) {
  const { resources } = harness;
  const senderId = randomUUID();
  await openWallet(resources, senderId, 1);
  const gift = giftEntry(senderId);
  const good = {
    bucket: gift.bucket,
    id: `${Date.now()}-1`,
    raw: writeGiftEntry(gift),
    fields: [],
    item: gift,
  };
  const { gifts, held } = await debitBatch(resources, [...entries, good]);
  expect(gifts.filter((one) => one.gift === gift)).toMatchObject([{ outcome: { status: "settled" } }]);
  return { gifts: gifts.filter((one) => one.gift !== gift), held };
}
const stateOf = ({ senderId, giftOrderId }: { senderId: string; giftOrderId: string }) =>
  findOrderState(harness.resources.redis, senderId, giftOrderId);

describe("what cannot be recorded", () => {
  it.each(["dead_letters", "gift_failures"])(
    "is told to nobody and stays in the queue, until %s takes it",
    async (table) => {
      const gift = await acceptPoison();
      const entries = await readGifts();
      await owner(`REVOKE INSERT ON ${table} FROM "${appRole}"`);
      for (let tries = 0; tries < 2; tries++) {
        const { gifts, held } = await debit(entries);
        expect(gifts).toEqual([]);
        expect(held).toEqual([{ item: entries[0], problem: DENIED }]);
      }
      expect(await stateOf(gift)).toMatchObject({ status: "pending" });
      expect(await findGiftOrder(harness.resources.live, gift.senderId, gift.giftOrderId)).toBeUndefined();
      expect(await listLetters(harness.resources, "gifts", gift.bucket)).toEqual([]);
      expect(await readGifts()).toEqual(entries);

      await owner(`GRANT INSERT ON ${table} TO "${appRole}"`);
      const { gifts } = await debit(entries);
      expect(gifts).toMatchObject([{ outcome: { status: "failed", reason: "INTERNAL", own: true } }]);
      expect(await stateOf(gift)).toMatchObject({ status: "failed", reason: "INTERNAL" });
      expect(await findGiftOrder(harness.resources.live, gift.senderId, gift.giftOrderId)).toMatchObject({
        status: "failed",
      });
      expect(await findCachedWallet(harness.resources.redis, gift.senderId)).toMatchObject({
        pendingCoins: 0,
      });
      expect(await listLetters(harness.resources, "gifts", gift.bucket)).toMatchObject([
        {
          entryId: entries[0]?.id,
          status: "open",
          isTold: true,
          reason: expect.stringContaining("no_poison"),
        },
      ]);
    },
  );

  it("stays in the queue of claims, too", async () => {
    const rain = await openRain(harness.resources, { budgetCoins: 100, packetCount: 4 });
    const forged = claimEntry(rain, 0, randomUUID(), { coins: (rain.amounts[0] as number) + 1 });
    await harness.resources.redis.xadd(claimStreamKey(BUCKET), "*", "g", JSON.stringify(forged));
    const entries = await readClaims();
    await owner(`REVOKE INSERT ON dead_letters FROM "${appRole}"`);
    const { held } = await creditClaims(harness.resources, entries);
    expect(held).toEqual([{ item: entries[0], problem: DENIED }]);
    expect(await readClaims()).toEqual(entries);
    await owner(`GRANT INSERT ON dead_letters TO "${appRole}"`);
    await creditClaims(harness.resources, entries);
    expect(await listLetters(harness.resources, "claims", BUCKET)).toMatchObject([
      { reason: "WRONG_COINS", raw: JSON.stringify(forged), status: "open", isTold: false },
    ]);
  });

  it("is left to a person where its own facts keep it out of every table, and its sender is told nothing", async () => {
    const gift = await acceptPoison();
    const [entry] = await readGifts();
    // Within the contract, and no time that PostgreSQL has.
    const text = (entry?.raw ?? "").replace(/"sentAt":"\d{4}/, '"sentAt":"0000');
    const key = giftStreamKey(gift.bucket);
    await harness.resources.redis.xadd(key, "*", "g", text);
    const changed = (await readGifts()).filter(({ raw }) => raw === text);
    expect(changed).toMatchObject([{ item: { giftOrderId: gift.giftOrderId } }]);
    expect(await debit(changed)).toMatchObject({ gifts: [], held: [] });
    for (const { id } of await readGifts())
      await giftQueue.acknowledge(harness.resources.redis, gift.bucket, [id]);
    const { senderId, giftOrderId, traceId } = gift;
    expect(await getGiftStatus(callBy(harness.resources, senderId), { giftOrderId })).toEqual({
      giftOrderId,
      status: "pending",
      totalCoins: 3,
      traceId,
    });
    expect(await listLetters(harness.resources, "gifts", gift.bucket)).toMatchObject([
      { isTold: false, status: "open", raw: text },
    ]);
  });
});

describe("what is given up", () => {
  it("is recorded once and told once, whoever dies before the entry is taken out, or reads it beside", async () => {
    const gift = await acceptPoison();
    const entries = await readGifts();
    await debit(entries);
    await Promise.all([1, 2, 3].map(() => debit(entries)));
    const letters = await listLetters(harness.resources, "gifts", gift.bucket);
    expect(letters).toHaveLength(1);
    expect(JSON.parse(letters[0]?.raw ?? "")).toMatchObject({ giftOrderId: gift.giftOrderId });
    expect(
      await owner(`SELECT 1 FROM gift_failures WHERE gift_order_id = '${gift.giftOrderId}'`),
    ).toHaveLength(1);
    expect((await findWallet(harness.resources.live, gift.senderId))?.balanceCoins).toBe(10);
    expect(await alarms()).toMatchObject([{ kind: "queue.dead_letter", subject: "queue:gifts" }]);
  });

  it("is recorded for each queue that gave the id, and with all of its fields where it is not one of ours", async () => {
    const key = giftStreamKey(BUCKET);
    await harness.resources.redis.xadd(key, "5-1", "g", "{broken");
    await debitBatch(harness.resources, await readGifts());
    await harness.resources.redis.del(key);
    await harness.resources.redis.xadd(key, "5-1", "other", "\0\ud800 灯", "g", "{}");
    const entries = await readGifts();
    await debitBatch(harness.resources, entries);
    await debitBatch(harness.resources, entries);
    const rows = await owner("SELECT fields, is_told, entry_id FROM dead_letters ORDER BY id");
    expect(rows.map(({ fields, ...rest }) => ({ fields: JSON.parse(fields), ...rest }))).toEqual([
      { fields: ["g", "{broken"], is_told: false, entry_id: "5-1" },
      { fields: ["other", "\0\ufffd 灯", "g", "{}"], is_told: false, entry_id: "5-1" },
    ]);
  });

  it("is kept as it was", async () => {
    await harness.resources.redis.xadd(giftStreamKey(BUCKET), "*", "g", "{broken");
    await debitBatch(harness.resources, await readGifts());
    for (const change of ["fields = '[]'", "reason = ''", "is_told = true", "created_at = now()"])
      await expect(harness.resources.live.sql.unsafe(`UPDATE dead_letters SET ${change}`)).rejects.toThrow(
        /kept as it was/,
      );
    await expect(harness.resources.live.sql`DELETE FROM dead_letters`).rejects.toThrow(/permission denied/);
  });
});

describe("dead letters of an earlier version", () => {
  it("are recorded, with the failed orders that were told and are in no table, and then their streams go", async () => {
    const { resources } = harness;
    const senderId = randomUUID();
    await openWallet(resources, senderId, 5);
    const told = giftEntry(senderId);
    const bucket = bucketOf(senderId);
    const old = (queue: "gifts" | "claims", at: number, entryId: string, raw: string) =>
      resources.redis.xadd(oldDeadLetterKey(queue, at), "*", "entryId", entryId, "reason", "why", "g", raw);
    await old("gifts", bucket, "7-1", writeGiftEntry(told));
    await old("gifts", bucket, "7-2", "{broken");
    await old("claims", BUCKET, "7-3", "{}");
    const oddId = await resources.redis.xadd(oldDeadLetterKey("claims", BUCKET), "*", "odd", "entry");

    // Cut off before the first is taken out of Redis: it is recorded once all the same.
    const noDrop: RedisClient = Object.assign(Object.create(resources.redis), { caches: new Caches() });
    noDrop.sendCommand = (command, ...rest) =>
      command.name === "evalsha"
        ? Promise.reject(new Error("cut off"))
        : resources.redis.sendCommand(command, ...rest);
    await expect(moveOldLetters({ ...resources, redis: noDrop })).rejects.toThrow("cut off");
    expect(await moveOldLetters(resources)).toBe(4);
    expect(await moveOldLetters(resources)).toBe(0);
    expect(await resources.redis.keys("*-dead:*")).toEqual([]);
    expect(await listLetters(resources, "gifts", bucket)).toMatchObject([
      { entryId: "7-1", reason: "why", isTold: true, raw: writeGiftEntry(told) },
      { entryId: "7-2", isTold: false, raw: "{broken" },
    ]);
    expect(
      (await listLetters(resources, "claims", BUCKET)).map(({ entryId, raw }) => [entryId, raw]),
    ).toEqual([
      ["7-3", "{}"],
      [oddId, ""],
    ]);
    expect(await findGiftOrder(resources.live, senderId, told.giftOrderId)).toMatchObject({
      status: "failed",
      reason: "INTERNAL",
    });
  });
});
