import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { GiftOutcome } from "@/db/live/ledger/post-gifts";
import { openRedis } from "@/platform/redis/client";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import { giftEntry, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { announceGifts } from "./announce-gifts";
import type { DebitedBatch, DebitedGift } from "./debit-batch";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness(2);
  await harness.resources.live.sql`
    INSERT INTO gifts (id, name_en, name_zh, price_coins, effect) VALUES ('rose', 'Rose', '玫瑰', 9, 'rose')`;
});
afterAll(() => harness?.close());

function debited(
  facts: Parameters<typeof giftEntry>[1],
  outcome: Partial<GiftOutcome> = {},
  comboCount: number | null = null,
): DebitedGift {
  const gift = giftEntry(facts?.senderId ?? randomUUID(), facts);
  const { roomId, giftId, count, priceCoins, traceId } = gift;
  const posted = { roomId, giftId, count, priceCoins, totalCoins: priceCoins * count, traceId };
  return { gift, outcome: { status: "settled", own: true, posted, ...outcome }, comboCount };
}
const batch = (...gifts: DebitedGift[]): DebitedBatch => ({ gifts, wallets: new Map() });
const eventsOf = async (roomId: string) =>
  (await readRoomEventsAfter(harness.resources.redis, roomId, 0)).events;

it("shows a room what was paid, at the price it was sent for, and nothing else", async () => {
  const roomId = randomUUID();
  const paid = debited({ roomId, priceCoins: 3, count: 2 });
  await announceGifts(harness.resources, [
    batch(
      paid,
      debited({ roomId }, { status: "failed", reason: "INSUFFICIENT_COINS" }),
      // Another sending under an id that was posted before.
      debited({ roomId }, { own: false }),
    ),
  ]);
  expect(await eventsOf(roomId)).toMatchObject([
    {
      event: "gift.settled",
      seq: 1,
      giftOrderId: paid.gift.giftOrderId,
      traceId: paid.gift.traceId,
      gift: { nameEn: "Rose", nameZh: "玫瑰", priceCoins: 3 },
      totalCoins: 6,
      combo: null,
    },
  ]);
});

it("gives no sign of who sent an anonymous gift", async () => {
  const roomId = randomUUID();
  const secret = debited({ roomId, anonymous: true, senderName: "Somebody" });
  await announceGifts(harness.resources, [batch(secret)]);
  const events = await eventsOf(roomId);
  expect(events).toMatchObject([{ sender: { userId: null, nickname: "" } }]);
  expect(JSON.stringify(events)).not.toContain(secret.gift.senderId);
  expect(JSON.stringify(events)).not.toContain("Somebody");
});

it("does not lead from the named gifts of a combo to those without the name", async () => {
  const [roomId, comboId] = [randomUUID(), randomUUID()];
  const named = debited({ roomId, comboId }, {}, 1);
  const { senderId } = named.gift;
  const secret = debited({ roomId, comboId, senderId, anonymous: true }, {}, 2);
  await announceGifts(harness.resources, [
    batch(named, secret, debited({ roomId, comboId, senderId }, {}, 2)),
  ]);
  const events = (await eventsOf(roomId)) as { combo: { comboId: string } }[];
  const [first, second, third] = events.map(({ combo }) => combo.comboId);
  expect(third).toBe(first);
  expect(second).not.toBe(first);
});

it("carries the count of a combo, and any nickname there is", async () => {
  const roomId = randomUUID();
  const comboId = randomUUID();
  const nickname = '\u0000"\\ \u202e名😀';
  await announceGifts(harness.resources, [batch(debited({ roomId, comboId, senderName: nickname }, {}, 7))]);
  expect(await eventsOf(roomId)).toMatchObject([{ sender: { nickname }, combo: { count: 7 } }]);
});

it("announces a gift that was taken out of the catalogue since under its id", async () => {
  const roomId = randomUUID();
  await announceGifts(harness.resources, [batch(debited({ roomId, giftId: "gone", priceCoins: 4 }))]);
  expect(await eventsOf(roomId)).toMatchObject([{ gift: { giftId: "gone", nameEn: "gone", priceCoins: 4 } }]);
});

it("keeps the order of batches in each room", async () => {
  const rooms = [randomUUID(), randomUUID()];
  const gifts = Array.from({ length: 40 }, (_, i) => debited({ roomId: rooms[i % 2] as string }));
  await announceGifts(harness.resources, [batch(...gifts.slice(0, 25)), batch(...gifts.slice(25))]);
  for (const [n, roomId] of rooms.entries()) {
    const shown = (await eventsOf(roomId)).map((e) => (e.event === "gift.settled" ? e.giftOrderId : ""));
    expect(shown).toEqual(gifts.filter((_, i) => i % 2 === n).map((g) => g.gift.giftOrderId));
  }
});

it("fails where the room's log cannot be written, so that nothing is acknowledged, but not for a lost push", async () => {
  const roomId = randomUUID();
  const away = openRedis(harness.redisUrl.replace(/:(\d+)\//, ":1/"), harness.resources.log, {
    name: "away",
  });
  await expect(
    announceGifts({ ...harness.resources, redis: away }, [batch(debited({ roomId }))]),
  ).rejects.toThrow();
  away.disconnect();
  // Nothing listens where the harness publishes.
  await announceGifts(harness.resources, [batch(debited({ roomId }))]);
  expect(await eventsOf(roomId)).toHaveLength(1);
});

it("shows a combo under an id that nobody else can send", async () => {
  const roomId = randomUUID();
  const comboId = randomUUID();
  const first = debited({ roomId, comboId }, {}, 1);
  const second = debited({ roomId, comboId, senderId: first.gift.senderId }, {}, 2);
  const thief = debited({ roomId, comboId }, {}, 1);
  await announceGifts(harness.resources, [batch(first, second, thief)]);
  const [one, two, other] = (await eventsOf(roomId)).map((event) =>
    event.event === "gift.settled" ? event.combo?.comboId : undefined,
  );
  expect(one).toBe(two);
  expect(other).not.toBe(one);
  expect(one).not.toBe(comboId);
});

it("tells a combo as one when a room gets many gifts at once, with every order in it", async () => {
  const [busy, calm] = [randomUUID(), randomUUID()];
  const comboId = randomUUID();
  const first = debited({ roomId: busy, comboId, priceCoins: 9 }, {}, 1);
  const { senderId } = first.gift;
  const combo = [
    first,
    ...Array.from({ length: 19 }, (_, i) =>
      debited({ roomId: busy, comboId, senderId, priceCoins: 9 }, {}, i + 2),
    ),
  ];
  const single = debited({ roomId: busy });
  const calmCombo = [1, 2].map((count) => debited({ roomId: calm, comboId, senderId }, {}, count));
  await announceGifts(harness.resources, [batch(...combo, single, ...calmCombo)]);
  const events = await eventsOf(busy);
  expect(events).toMatchObject([
    {
      giftOrderId: combo.at(-1)?.gift.giftOrderId,
      count: 20,
      totalCoins: 180,
      combo: { count: 20 },
      mergedOrderIds: combo.slice(0, -1).map(({ gift }) => gift.giftOrderId),
    },
    { giftOrderId: single.gift.giftOrderId, count: 1 },
  ]);
  expect(await eventsOf(calm)).toMatchObject([{ combo: { count: 1 } }, { combo: { count: 2 } }]);
});
