import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import { ALL_BUCKETS, bucketOf } from "@/domain/rules/bucket";
import { isUnavailable } from "@/domain/rules/driver-errors";
import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey, giftStreamKey, walletKey } from "@/platform/redis/keys";
import { FROM_THE_START, type StreamEntry } from "@/server/queue/bucket-queue";
import { findCachedWallet, findOrderState } from "@/server/queue/gift-intake";
import { giftQueue } from "@/server/queue/queues";
import { giveUp, listLetters } from "@/server/testing/dead-letters";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { failureOf } from "./announce-gifts";
import { debitBatch } from "./debit-batch";
import { getGiftStatus } from "./get-gift-status";
import { sendGift } from "./send-gift";

const ROOM = { id: randomUUID(), anchorId: randomUUID(), sessionId: randomUUID() };
const PRICES = { rose: 1, rocket: 500 } as const;

let harness: MoneyHarness;
let blocking: RedisClient;
beforeAll(async () => {
  harness = await startMoneyHarness();
  blocking = await harness.openRedis({ blocking: true });
  const { sql } = harness.resources.live;
  await sql`INSERT INTO users (id, name, email, role) VALUES (${ROOM.anchorId}, 'anchor', 'anchor@example.test', 'anchor')`;
  await sql`
    INSERT INTO rooms (id, anchor_id, title, category, current_session_id, live_since)
    VALUES (${ROOM.id}, ${ROOM.anchorId}, 'room', 'music', ${ROOM.sessionId}, now())`;
  for (const [id, price] of Object.entries(PRICES)) {
    await sql`INSERT INTO gifts (id, name_en, name_zh, price_coins, effect) VALUES (${id}, ${id}, ${id}, ${price}, ${id})`;
  }
});
afterAll(() => harness?.close());

async function newSender(coins: number): Promise<string> {
  const sender = randomUUID();
  await openWallet(harness.resources, sender, coins);
  return sender;
}
const send = (senderId: string, facts: { giftOrderId?: string; giftId?: string; count?: number } = {}) =>
  sendGift(callBy(harness.resources, senderId), {
    giftOrderId: randomUUID(),
    roomId: ROOM.id,
    giftId: "rose",
    count: 1,
    ...facts,
  });
const status = (senderId: string, giftOrderId: string) =>
  getGiftStatus(callBy(harness.resources, senderId), { giftOrderId });
/** Everything that waits, as one worker that holds all buckets reads it. */
const readAll = () =>
  giftQueue.readEntries(blocking, new Map(ALL_BUCKETS.map((b) => [b, FROM_THE_START])), 500);
async function acknowledgeAll(entries: readonly StreamEntry<unknown>[]) {
  for (const { bucket, id } of entries) await giftQueue.acknowledge(harness.resources.redis, bucket, [id]);
}
async function debitAll() {
  const entries = await readAll();
  const batch = await debitBatch(harness.resources, entries);
  await acknowledgeAll(entries);
  return batch;
}
const ledgerOf = async (userId: string) => (await findWallet(harness.resources.live, userId))?.balanceCoins;
const deadLetters = (bucket: number) => listLetters(harness.resources, "gifts", bucket);
const brokenInvariants = async () =>
  (await checkInvariants(harness.resources)).filter((result) => result.breaches.length > 0);

describe("a gift from the tap to its end", () => {
  it("is priced by the server, reserved, paid once and shown as settled", async () => {
    const sender = await newSender(1_000);
    const sent = await send(sender, { giftId: "rocket" });
    expect(sent).toMatchObject({ status: "pending", priceCoins: 500, totalCoins: 500 });
    expect(await status(sender, sent.giftOrderId)).toMatchObject({
      status: "pending",
      traceId: sent.traceId,
    });
    const batch = await debitAll();
    expect(batch.wallets.get(sender)).toEqual({ balanceCoins: 500, pendingCoins: 0, version: 2 });
    expect(await status(sender, sent.giftOrderId)).toMatchObject({
      status: "settled",
      totalCoins: 500,
      traceId: sent.traceId,
    });
    expect(await ledgerOf(sender)).toBe(500);
  });

  it("is safe to repeat after a crash at any point", async () => {
    const sender = await newSender(10);
    const { giftOrderId } = await send(sender, { count: 3 });
    const entries = await readAll();
    const first = await debitBatch(harness.resources, entries);
    // Died before acknowledging; whoever takes over finds the same entries.
    const again = await readAll();
    expect(again).toEqual(entries);
    const second = await debitBatch(harness.resources, again);
    expect(first.gifts).toMatchObject(second.gifts);
    expect(second.wallets).toEqual(first.wallets);
    await acknowledgeAll(entries);
    expect(await ledgerOf(sender)).toBe(7);
    expect(await deadLetters(bucketOf(sender))).toEqual([]);
    expect(await status(sender, giftOrderId)).toMatchObject({ status: "settled" });
  });

  it("is debited once by two workers at once that both believe they hold the bucket", async () => {
    const sender = await newSender(100);
    for (let i = 0; i < 20; i++) await send(sender, { count: 2 });
    const entries = await readAll();
    await Promise.all([1, 2, 3].map(() => debitBatch(harness.resources, entries)));
    await acknowledgeAll(entries);
    expect(await ledgerOf(sender)).toBe(60);
    expect(await findCachedWallet(harness.resources.redis, sender)).toMatchObject({
      balanceCoins: 60,
      pendingCoins: 0,
    });
  });

  it("fails with its reason where the coins went elsewhere meanwhile", async () => {
    const sender = await newSender(10);
    const sent = await send(sender, { count: 8 });
    await harness.resources.live.sql`
      WITH spent AS (
        INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        SELECT ${sender}, id, 'adjustment', gen_random_uuid(), 9, repeat('0', 32), now()
        FROM ledger_accounts WHERE kind = 'promotion' AND bucket = 0 RETURNING counter_account_id)
      UPDATE ledger_accounts SET balance_coins = balance_coins + CASE WHEN id = ${sender} THEN -9 ELSE 9 END, version = version + 1
      WHERE id = ${sender} OR id = (SELECT counter_account_id FROM spent)`;
    const { gifts } = await debitAll();
    expect(gifts.map(failureOf)).toEqual(["INSUFFICIENT_COINS"]);
    expect(await status(sender, sent.giftOrderId)).toMatchObject({
      status: "failed",
      reason: "INSUFFICIENT_COINS",
    });
    expect(await findCachedWallet(harness.resources.redis, sender)).toMatchObject({
      balanceCoins: 1,
      pendingCoins: 0,
    });
  });
});

describe("a repeated send that Redis no longer remembers", () => {
  async function settleAndForget(facts: Parameters<typeof send>[1] = {}) {
    const sender = await newSender(3);
    const sent = await send(sender, { count: 3, ...facts });
    await debitAll();
    await harness.resources.redis.del(giftOrderKey(sender, sent.giftOrderId));
    return { sender, sent };
  }

  it("answers settled, though that order spent the coins another would need", async () => {
    const { sender, sent } = await settleAndForget();
    expect(await send(sender, { giftOrderId: sent.giftOrderId, count: 3 })).toEqual({
      ...sent,
      status: "settled",
      reason: undefined,
    });
    await expect(send(sender, { giftOrderId: sent.giftOrderId, count: 2 })).rejects.toMatchObject({
      bizName: "GIFT_ORDER_CONFLICT",
    });
    await expect(send(sender, { count: 3 })).rejects.toMatchObject({ bizName: "INSUFFICIENT_COINS" });
  });

  it("pays nothing again where coins are left, and says that another gift under the id conflicts", async () => {
    const { sender, sent } = await settleAndForget();
    await openWallet(harness.resources, sender, 50);
    await harness.resources.redis.del(`wallet:{b${bucketOf(sender)}}:${sender}`);
    await send(sender, { giftOrderId: sent.giftOrderId, count: 9 });
    const { gifts } = await debitAll();
    expect(gifts).toMatchObject([{ outcome: { status: "settled", own: false, posted: { count: 3 } } }]);
    expect(gifts.map(failureOf)).toEqual(["GIFT_ORDER_CONFLICT"]);
    expect(await ledgerOf(sender)).toBe(50);
    expect(await findCachedWallet(harness.resources.redis, sender)).toMatchObject({ pendingCoins: 0 });
    expect(await status(sender, sent.giftOrderId)).toMatchObject({ status: "settled", totalCoins: 3 });
  });
});

describe("gift.status", () => {
  it("knows only orders of the caller", async () => {
    const [victim, thief] = [await newSender(5), await newSender(5)];
    const { giftOrderId } = await send(victim);
    expect(await status(thief, giftOrderId)).toMatchObject({ status: "unknown", totalCoins: 0 });
    await debitAll();
    expect(await status(thief, giftOrderId)).toMatchObject({ status: "unknown" });
    expect(await status(victim, giftOrderId)).toMatchObject({ status: "settled" });
  });

  it("tells what is posted although Redis still says pending", async () => {
    const sender = await newSender(5);
    const { giftOrderId } = await send(sender);
    const field = `p:${giftOrderId}`;
    const wallet = walletKey(sender);
    const entries = await readAll();
    const onItsWay = (await harness.resources.redis.hget(wallet, field)) as string;
    await debitBatch(harness.resources, entries);
    // As between the commit and the writing back.
    await harness.resources.redis.hset(wallet, field, onItsWay);
    await harness.resources.redis.del(giftOrderKey(sender, giftOrderId));
    expect(await findOrderState(harness.resources.redis, sender, giftOrderId)).toMatchObject({
      status: "pending",
    });
    expect(await status(sender, giftOrderId)).toMatchObject({ status: "settled" });
    await harness.resources.redis.hdel(wallet, field);
    await acknowledgeAll(entries);
  });

  it("cannot tell while Redis is away, unless the database knows", async () => {
    const sender = await newSender(5);
    const { giftOrderId } = await send(sender);
    const gone = await harness.openRedis();
    gone.disconnect();
    const ask = () => getGiftStatus(callBy({ ...harness.resources, redis: gone }, sender), { giftOrderId });
    await expect(ask()).rejects.toSatisfy(isUnavailable);
    await debitAll();
    expect(await ask()).toMatchObject({ status: "settled" });
  });

  it("need not be asked for a lost order that is refused when it is sent again: it holds nothing back", async () => {
    const sender = await newSender(5);
    const { giftOrderId } = await send(sender, { count: 2 });
    await harness.resources.redis.xtrim(giftStreamKey(bucketOf(sender)), "MAXLEN", 0);
    await expect(send(sender, { giftOrderId, giftId: "no-such-gift" })).rejects.toMatchObject({
      bizName: "GIFT_UNAVAILABLE",
    });
    expect(await findCachedWallet(harness.resources.redis, sender)).toMatchObject({ pendingCoins: 0 });
  });

  it("gives a lost order up, so that it can be sent again", async () => {
    const sender = await newSender(5);
    const { giftOrderId } = await send(sender, { count: 5 });
    await harness.resources.redis.xtrim(giftStreamKey(bucketOf(sender)), "MAXLEN", 0);
    expect(await status(sender, giftOrderId)).toMatchObject({ status: "unknown" });
    expect(await findCachedWallet(harness.resources.redis, sender)).toMatchObject({ pendingCoins: 0 });
    expect(await send(sender, { giftOrderId, count: 5 })).toMatchObject({ status: "pending" });
    await debitAll();
    expect(await status(sender, giftOrderId)).toMatchObject({ status: "settled" });
  });
});

describe("an entry that cannot be posted", () => {
  it("fails alone, with its reservation released, and its neighbours are paid", async () => {
    const { live, redis } = harness.resources;
    const senders = await Promise.all(Array.from({ length: 7 }, () => newSender(10)));
    await live.sql`INSERT INTO gifts (id, name_en, name_zh, price_coins, effect) VALUES ('poison', 'p', 'p', 2, 'p')`;
    await tamper(
      harness.liveOwnerUrl,
      "ALTER TABLE gift_records ADD CONSTRAINT no_poison CHECK (gift_id <> 'poison')",
    );
    const poisoned = senders[3] as string;
    const good = await Promise.all(senders.map((sender) => send(sender)));
    const bad = await send(poisoned, { giftId: "poison" });
    expect(await findCachedWallet(redis, poisoned)).toMatchObject({ pendingCoins: 3 });

    const { gifts } = await debitAll();
    expect(gifts.filter((g) => g.outcome.status === "settled")).toHaveLength(7);
    expect(gifts.filter((g) => failureOf(g) === "INTERNAL").map((g) => g.gift.giftOrderId)).toEqual([
      bad.giftOrderId,
    ]);
    for (const [i, sender] of senders.entries()) {
      expect(await ledgerOf(sender)).toBe(9);
      expect(await status(sender, good[i]?.giftOrderId as string)).toMatchObject({ status: "settled" });
    }
    expect(await status(poisoned, bad.giftOrderId)).toMatchObject({ status: "failed", reason: "INTERNAL" });
    expect(await findGiftOrder(live, poisoned, bad.giftOrderId)).toMatchObject({ status: "failed" });
    expect(await findCachedWallet(redis, poisoned)).toMatchObject({ balanceCoins: 9, pendingCoins: 0 });
    const [letter, ...others] = await deadLetters(bucketOf(poisoned));
    expect(others).toEqual([]);
    expect(letter?.reason).toContain("no_poison");
    expect(JSON.parse(letter?.raw ?? "")).toMatchObject({ giftOrderId: bad.giftOrderId });
  });

  it("is no gift at all: it is put aside and the rest goes on", async () => {
    const sender = await newSender(5);
    const bucket = bucketOf(sender);
    await harness.resources.redis.xadd(giftStreamKey(bucket), "*", "g", "{broken");
    await send(sender);
    const { gifts } = await debitAll();
    expect(gifts.map((g) => g.outcome.status)).toEqual(["settled"]);
    expect((await deadLetters(bucket)).map((l) => l.raw)).toContain("{broken");
  });

  it("keeps what it was where it had been posted before", async () => {
    const sender = await newSender(5);
    const gift: QueuedGift = giftEntry(sender, { giftId: "rose" });
    await giveUp(harness.resources, gift);
    const entry: StreamEntry<QueuedGift> = {
      bucket: gift.bucket,
      id: "1-1",
      raw: JSON.stringify(gift),
      item: gift,
    };
    const { gifts } = await debitBatch(harness.resources, [entry]);
    expect(gifts).toMatchObject([{ outcome: { status: "failed", reason: "INTERNAL" } }]);
    expect(await findOrderState(harness.resources.redis, sender, gift.giftOrderId)).toMatchObject({
      status: "failed",
    });
    expect(await ledgerOf(sender)).toBe(5);
  });
});

it("leaves every invariant whole", async () => {
  expect(await brokenInvariants()).toEqual([]);
});
