import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { findRedisEra } from "@/db/live/queries/redis-eras";
import { insertSeedRooms, insertSeedUsers } from "@/db/live/queries/seed";
import { ALL_BUCKETS, bucketOf } from "@/domain/rules/bucket";
import { peekEra } from "@/platform/redis/era";
import { roomTopKey } from "@/platform/redis/keys";
import { appendRoomEvents, readLatestSeq, readRoomEventsAfter } from "@/push/publisher/room-log";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet, findCachedWallet, findOrderState } from "@/server/queue/gift-intake";
import { giftQueue } from "@/server/queue/queues";
import { checkBoards } from "@/server/services/audit/check-boards";
import { debitBatch } from "@/server/services/gift/debit-batch";
import { getGiftStatus } from "@/server/services/gift/get-gift-status";
import { countNewSupporters } from "@/server/services/room/count-supporters";
import { readBoard } from "@/server/services/room/top-board";
import { getWalletFacts } from "@/server/services/wallet/get-wallet-balance";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openAnchor,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { type OlderRedis, startOlderRedis } from "@/server/testing/older-redis";
import { followRedis } from "./follow-redis";

let redisServer: OlderRedis;
let harness: MoneyHarness;
let stopFollowing: () => void;
let room: { id: string; anchorId: string; sessionId: string };

beforeAll(async () => {
  redisServer = await startOlderRedis();
  harness = await startMoneyHarness(8, redisServer.url);
  stopFollowing = followRedis(harness.resources);
  const { live } = harness.resources;
  room = { id: randomUUID(), anchorId: await openAnchor(harness.resources), sessionId: randomUUID() };
  const facts = { title: "A room", category: "talk", tags: [], startedAt: new Date() };
  await insertSeedRooms(live, [{ ...room, ...facts }]);
}, 60_000);
afterAll(async () => {
  stopFollowing?.();
  await harness?.close();
  await redisServer?.stop();
});

const redis = () => harness.resources.redis;
/** Redis comes back with what was kept, and the process has seen it. */
async function goBack() {
  const before = (await findRedisEra(harness.resources.live))?.era ?? 0;
  await redisServer.goBack();
  await expect.poll(() => peekEra(redis())?.era, { timeout: 10_000 }).toBe(before + 1);
}
const chat = (text: string) =>
  ({
    event: "chat.message",
    traceId: "a".repeat(32),
    body: { messageId: text, sender: { userId: "u", nickname: "n", role: "viewer" }, text },
  }) as const;
const say = (text: string) => appendRoomEvents(redis(), room.id, [chat(text)], new Date());

async function viewerWith(coins: number): Promise<string> {
  const id = randomUUID();
  await insertSeedUsers(harness.resources.live, [
    {
      id,
      name: "viewer",
      email: `${id}@users.invalid`,
      phoneIndex: null,
      phoneCipher: null,
      role: "viewer",
      gender: "male",
    },
  ]);
  await openWallet(harness.resources, id, coins);
  return id;
}
const giftOf = (senderId: string, priceCoins: number): QueuedGift =>
  giftEntry(senderId, { priceCoins, roomId: room.id, anchorId: room.anchorId, sessionId: room.sessionId });
/** As the web process accepts it. */
async function send(gift: QueuedGift) {
  const { resources } = harness;
  await cacheWallet(
    redis(),
    gift.senderId,
    await getWalletFacts(callBy(resources, gift.senderId), gift.senderId),
  );
  const { bucket: _, ...entry } = gift;
  return await acceptGift(redis(), entry);
}
/** As gift-debit does it: everything that lies in the bucket, from its start. */
async function debit(senderId: string) {
  const blocking = await harness.openRedis({ blocking: true });
  const bucket = bucketOf(senderId);
  const entries = await giftQueue.readEntries(blocking, new Map([[bucket, FROM_THE_START]]), 500);
  const batch = await debitBatch(harness.resources, entries);
  await giftQueue.acknowledge(
    redis(),
    bucket,
    entries.map(({ id }) => id),
  );
  blocking.disconnect();
  return batch.gifts;
}
const count = async () => {
  while ((await countNewSupporters(harness.resources, ALL_BUCKETS)).more);
};
const board = () => readBoard(harness.resources, room.id, { window: "session", id: room.sessionId });

it("never gives the number of a room's event out for another one", async () => {
  await say("one");
  redisServer.keep();
  const lost = await Promise.all(["two", "three", "four"].map(say));
  const seen = Math.max(...lost.flat().map(({ seq }) => seq));
  await goBack();
  // Whoever has seen more than there is reads the room anew.
  expect(await readRoomEventsAfter(redis(), room.id, seen)).toMatchObject({ events: [], truncated: true });
  const [next] = await say("five");
  expect(next?.seq).toBeGreaterThan(seen);
  const [after] = await say("six");
  expect(after?.seq).toBe((next?.seq ?? 0) + 1);
  expect(await readLatestSeq(redis(), room.id)).toBe(after?.seq);
  const { events } = await readRoomEventsAfter(redis(), room.id, seen);
  expect(events.map(({ seq }) => seq)).toEqual([next?.seq, after?.seq]);
  // And when it goes back again, to before that.
  await goBack();
  expect((await say("seven"))[0]?.seq).toBeGreaterThan(after?.seq ?? 0);
});

it("shows boards as the database has them, of those too who give nothing any more", async () => {
  const [early, late] = [await viewerWith(1_000), await viewerWith(1_000)];
  await postGifts(harness.resources.live.sql, [giftOf(early, 10)]);
  await count();
  expect(await board()).toEqual([{ senderId: early, anonymous: false, coins: 10 }]);
  redisServer.keep();
  await postGifts(harness.resources.live.sql, [giftOf(late, 700), giftOf(early, 5)]);
  await count();
  const whole = [
    { senderId: late, anonymous: false, coins: 700 },
    { senderId: early, anonymous: false, coins: 15 },
  ];
  expect(await board()).toEqual(whole);
  await goBack();
  expect(await board()).toEqual(whole);
  // Counting goes on above what was read anew.
  await postGifts(harness.resources.live.sql, [giftOf(early, 1)]);
  await count();
  expect(await board()).toMatchObject([{ coins: 700 }, { coins: 16 }]);
  expect((await checkBoards(harness.resources)).differences).toEqual([]);
});

it("knows a board that is behind without knowing that Redis went back", async () => {
  const sender = await viewerWith(1_000);
  const key = roomTopKey(room.id, { window: "session", id: room.sessionId });
  await board();
  const older = await redis().dumpBuffer(key);
  await postGifts(harness.resources.live.sql, [giftOf(sender, 900)]);
  await count();
  expect((await board())[0]).toMatchObject({ senderId: sender, coins: 900 });
  await redis().restore(key, 0, older, "REPLACE");
  // Somebody else's gift is counted before anybody looks: it must not make the rest pass for whole.
  await postGifts(harness.resources.live.sql, [giftOf(await viewerWith(10), 1)]);
  await count();
  expect((await board())[0]).toMatchObject({ senderId: sender, coins: 900 });
  expect((await checkBoards(harness.resources)).differences).toEqual([]);
});

it("charges an order once, whatever of it Redis remembers, and says the truth about it", async () => {
  const [before, after, unpaid] = [await viewerWith(100), await viewerWith(100), await viewerWith(100)];
  // Accepted before what is kept, and paid after it: its entry comes back.
  const returning = giftOf(before, 30);
  expect((await send(returning)).kind).toBe("new");
  await cacheWallet(redis(), after, await getWalletFacts(callBy(harness.resources, after), after));
  redisServer.keep();
  await debit(before);
  // Accepted and paid after it: Redis knows nothing of it any more.
  const forgotten = giftOf(after, 40);
  expect((await send(forgotten)).kind).toBe("new");
  await debit(after);
  // Accepted after it and lost.
  const lost = giftOf(unpaid, 50);
  expect((await send(lost)).kind).toBe("new");
  await goBack();

  const status = async ({ senderId, giftOrderId }: QueuedGift) =>
    (await getGiftStatus(callBy(harness.resources, senderId), { giftOrderId })).status;
  expect(await status(returning)).toBe("settled");
  expect(await status(forgotten)).toBe("settled");
  expect(await status(lost)).toBe("unknown");

  // All three are sent again under their ids, as clients do that heard nothing.
  for (const gift of [returning, forgotten, lost]) await send(gift);
  const outcomes = (await Promise.all([before, after, unpaid].map(debit))).flat();
  expect(outcomes.every(({ outcome }) => outcome.status === "settled")).toBe(true);
  const paid = await harness.resources.live.sql<{ gifts: number; coins: number }[]>`
    SELECT count(*)::int AS gifts, sum(total_coins)::int AS coins FROM gift_records
    WHERE gift_order_id IN (${returning.giftOrderId}, ${forgotten.giftOrderId}, ${lost.giftOrderId})`;
  expect(paid[0]).toEqual({ gifts: 3, coins: 120 });
  for (const [userId, coins] of [
    [before, 70],
    [after, 60],
    [unpaid, 50],
  ] as const) {
    await expect
      .poll(async () => (await getWalletFacts(callBy(harness.resources, userId), userId)).balanceCoins)
      .toBe(coins);
    const cached = await findCachedWallet(redis(), userId);
    if (cached) expect(cached).toMatchObject({ balanceCoins: coins, pendingCoins: 0 });
  }
  expect(await findOrderState(redis(), unpaid, lost.giftOrderId)).toMatchObject({ status: "settled" });
});

it("does not believe a cached balance, nor what was spent, of before", async () => {
  const viewer = await viewerWith(100);
  const facts = () => getWalletFacts(callBy(harness.resources, viewer), viewer);
  await cacheWallet(redis(), viewer, await facts());
  redisServer.keep();
  await send(giftOf(viewer, 80));
  await debit(viewer);
  await goBack();
  // Nobody gives: it heals by itself.
  await expect.poll(() => findCachedWallet(redis(), viewer), { timeout: 10_000 }).toBeUndefined();
  expect((await send(giftOf(viewer, 30))).kind).toBe("poor");
  const capped = {
    limits: [],
    caps: { giftCoinsMax: null, dayCoinsMax: 90, monthCoinsMax: null },
    confirmed: true,
  };
  const { bucket: _, ...entry } = giftOf(viewer, 15);
  expect(await acceptGift(redis(), entry, capped)).toMatchObject({ kind: "capped", spentCoins: 80 });
});

it("begins an era when Redis was emptied under a connection that stayed", async () => {
  const before = peekEra(redis())?.era ?? 0;
  await say("before");
  await redis().flushdb();
  await expect.poll(() => peekEra(redis())?.era, { timeout: 10_000 }).toBe(before + 1);
  expect((await say("after"))[0]?.seq).toBeGreaterThan(2 ** 32);
});
