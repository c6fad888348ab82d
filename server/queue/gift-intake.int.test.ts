import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WalletFacts } from "@/db/live/ledger/accounts";
import { EMPTY_WALLET, type SpendingWallet } from "@/db/live/queries/wallets";
import type { GiftQueueEntry } from "@/domain/contracts/gift";
import { bucketOf } from "@/domain/rules/bucket";
import { giftOrderKey, giftStreamKey, walletKey } from "@/platform/redis/keys";
import { giftEntry, type MoneyHarness, startMoneyHarness } from "../testing/money-harness";
import { type FinalOrder, finaliseGifts } from "./finalise-gifts";
import {
  acceptGift,
  cacheWallet,
  findCachedWallet,
  findOrderState,
  forgetLostOrder,
  type IntakeRules,
  NO_RULES,
} from "./gift-intake";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness(1);
});
afterAll(() => harness?.close());

const redis = () => harness.resources.redis;
const accept = (
  entry: GiftQueueEntry,
  limits: IntakeRules["limits"] = [],
  rules: Partial<IntakeRules> = {},
) => acceptGift(redis(), entry, { ...NO_RULES, limits, ...rules });
const cache = (userId: string, wallet: Partial<SpendingWallet>) =>
  cacheWallet(redis(), userId, { ...EMPTY_WALLET, version: 1, ...wallet });
async function newSender(balanceCoins: number): Promise<string> {
  const sender = randomUUID();
  await cache(sender, { balanceCoins });
  return sender;
}
const pendingOf = async (userId: string) => (await findCachedWallet(redis(), userId))?.pendingCoins;
/** Entries of one sender in the queue. */
async function queuedOf(userId: string): Promise<GiftQueueEntry[]> {
  const rows = await redis().xrange(giftStreamKey(bucketOf(userId)), "-", "+");
  return rows
    .map(([, fields]) => JSON.parse(fields[1] as string) as GiftQueueEntry)
    .filter((entry) => entry.senderId === userId);
}
function final(entry: GiftQueueEntry, facts: Partial<FinalOrder> = {}): FinalOrder {
  const { roomId, giftId, count, priceCoins, traceId } = entry;
  return {
    sentAtMs: Date.parse(entry.sentAt),
    charged: facts.status !== "failed",
    senderId: entry.senderId,
    giftOrderId: entry.giftOrderId,
    comboId: entry.comboId,
    anonymous: entry.anonymous,
    status: "settled",
    posted: { roomId, giftId, count, priceCoins, totalCoins: priceCoins * count, traceId },
    ...facts,
  };
}
const finalise = (orders: FinalOrder[], wallets: [string, Partial<WalletFacts>][] = []) =>
  finaliseGifts(
    redis(),
    orders,
    new Map(wallets.map(([id, w]) => [id, { balanceCoins: 0, version: 2, frozen: false, ...w }])),
  );

describe("accepting a gift", () => {
  it("queues the entry as given, remembers the order and reserves its coins", async () => {
    const sender = await newSender(10);
    const entry = giftEntry(sender, { priceCoins: 3, count: 2, senderName: 'nul \u0000 ";\n 名' });
    const { bucket: _, ...queued } = entry;
    expect(await accept(queued)).toEqual({
      kind: "new",
      status: "pending",
      priceCoins: 3,
      totalCoins: 6,
      traceId: entry.traceId,
    });
    expect(await queuedOf(sender)).toEqual([queued]);
    expect(await findOrderState(redis(), sender, entry.giftOrderId)).toMatchObject({
      status: "pending",
      totalCoins: 6,
      traceId: entry.traceId,
    });
    expect(await pendingOf(sender)).toBe(6);
  });

  it("answers a repeated call with the state of the first, at its price, and changes nothing", async () => {
    const sender = await newSender(10);
    const entry = giftEntry(sender, { priceCoins: 3 });
    await accept(entry);
    const again = giftEntry(sender, { giftOrderId: entry.giftOrderId, priceCoins: 9 });
    expect(await accept(again)).toMatchObject({
      kind: "seen",
      status: "pending",
      totalCoins: 3,
      traceId: entry.traceId,
    });
    expect(await queuedOf(sender)).toHaveLength(1);
    expect(await pendingOf(sender)).toBe(3);
  });

  it.each([{ giftId: "rocket" }, { count: 2 }, { roomId: "00000000-0000-4000-8000-0000000000ff" }])(
    "refuses the same id with %j",
    async (other) => {
      const sender = await newSender(10);
      const entry = giftEntry(sender);
      await accept(entry);
      const changed = giftEntry(sender, { giftOrderId: entry.giftOrderId, ...other });
      expect(await accept(changed)).toEqual({ kind: "conflict" });
      expect(await queuedOf(sender)).toHaveLength(1);
      expect(await pendingOf(sender)).toBe(1);
    },
  );

  it("lets nobody occupy or see the order of another under its id", async () => {
    const [victim, thief] = [await newSender(10), await newSender(10)];
    const entry = giftEntry(victim, { priceCoins: 7 });
    await accept(giftEntry(thief, { giftOrderId: entry.giftOrderId, giftId: "rocket" }));
    expect(await accept(entry)).toMatchObject({ kind: "new" });
    expect(await pendingOf(victim)).toBe(7);
    expect(await pendingOf(thief)).toBe(1);
  });

  it("asks for a balance that is not cached, and changes nothing", async () => {
    const entry = giftEntry(randomUUID());
    expect(await accept(entry)).toEqual({ kind: "cold" });
    expect(await findOrderState(redis(), entry.senderId, entry.giftOrderId)).toBeUndefined();
    expect(await redis().exists(walletKey(entry.senderId))).toBe(0);
  });

  it("refuses what exceeds the balance less what is reserved, by a single coin", async () => {
    const sender = await newSender(10);
    await accept(giftEntry(sender, { priceCoins: 6 }));
    const dear = giftEntry(sender, { priceCoins: 5 });
    expect(await accept(dear)).toEqual({ kind: "poor", balanceCoins: 10, pendingCoins: 6 });
    expect(await findOrderState(redis(), sender, dear.giftOrderId)).toBeUndefined();
    expect(await accept(giftEntry(sender, { priceCoins: 4 }))).toMatchObject({ kind: "new" });
    expect(await pendingOf(sender)).toBe(10);
    expect(await queuedOf(sender)).toHaveLength(2);
  });

  it("refuses a frozen wallet until it is thawed", async () => {
    const sender = await newSender(10);
    await cache(sender, { balanceCoins: 10, version: 2, frozen: true });
    expect(await accept(giftEntry(sender))).toEqual({ kind: "frozen" });
    await cache(sender, { balanceCoins: 10, version: 3 });
    expect(await accept(giftEntry(sender))).toMatchObject({ kind: "new" });
  });

  it("is exact at the largest balances", async () => {
    const sender = await newSender(Number.MAX_SAFE_INTEGER);
    const dearest = { priceCoins: 1_000_000, count: 9_999 };
    await accept(giftEntry(sender, dearest));
    await accept(giftEntry(sender, dearest));
    await accept(giftEntry(sender));
    expect(await pendingOf(sender)).toBe(19_998_000_001);
    expect((await findCachedWallet(redis(), sender))?.balanceCoins).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("queues one of 100 equal sends at once", async () => {
    const sender = await newSender(1_000);
    const entry = giftEntry(sender, { priceCoins: 7 });
    const clients = await Promise.all([1, 2, 3, 4].map(() => harness.openRedis()));
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        acceptGift(clients[i % 4] as (typeof clients)[number], {
          ...entry,
          sentAt: new Date().toISOString(),
        }),
      ),
    );
    expect(results.filter((r) => r.kind === "new")).toHaveLength(1);
    expect(results.filter((r) => r.kind === "seen")).toHaveLength(99);
    expect(await queuedOf(sender)).toHaveLength(1);
    expect(await pendingOf(sender)).toBe(7);
  });

  it("never accepts more than the balance from 100 different sends at once", async () => {
    const sender = await newSender(50);
    const results = await Promise.all(
      Array.from({ length: 100 }, () => accept(giftEntry(sender, { priceCoins: 3 }))),
    );
    expect(results.filter((r) => r.kind === "new")).toHaveLength(16);
    expect(results.filter((r) => r.kind === "poor")).toHaveLength(84);
    expect(await pendingOf(sender)).toBe(48);
  });
});

describe("rate windows", () => {
  const HOUR = 3_600;
  it("refuse what is over any of them, say when to come back, and count only what was accepted", async () => {
    const sender = await newSender(3);
    const limits = [
      { limit: 1_000, windowSeconds: 1 },
      { limit: 3, windowSeconds: 10 * HOUR },
    ];
    expect(await accept(giftEntry(sender, { priceCoins: 9 }), limits)).toMatchObject({ kind: "poor" });
    const first = giftEntry(sender);
    for (const entry of [first, giftEntry(sender), giftEntry(sender)]) {
      expect(await accept(entry, limits)).toMatchObject({ kind: "new" });
    }
    const refused = await accept(giftEntry(sender), limits);
    expect(refused.kind).toBe("fast");
    if (refused.kind === "fast") {
      expect(refused.retryAfterMs).toBeGreaterThan(0);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(10 * HOUR * 1_000);
    }
    // Asking again for an order that was accepted is not a further one.
    expect(await accept(first, limits)).toMatchObject({ kind: "seen" });
    expect(await pendingOf(sender)).toBe(3);
  });

  it("begin anew in the next window", async () => {
    const sender = await newSender(5);
    const limits = [{ limit: 1, windowSeconds: 10 * HOUR }];
    await accept(giftEntry(sender), limits);
    expect(await accept(giftEntry(sender), limits)).toMatchObject({ kind: "fast" });
    // The count of an earlier window, as Redis keeps it.
    const kept = ((await redis().hget(walletKey(sender), "r")) as string).split(":")[0];
    await redis().hset(walletKey(sender), "r", `${kept}:0:1`);
    expect(await accept(giftEntry(sender), limits)).toMatchObject({ kind: "new" });
  });
});

describe("a balance read from the database", () => {
  it("stays when it is newer, whatever the order of two readers", async () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const user = randomUUID();
      for (const version of order) await cache(user, { version, balanceCoins: version * 100 });
      expect(await findCachedWallet(redis(), user)).toEqual({
        balanceCoins: 200,
        pendingCoins: 0,
        version: 2,
      });
    }
  });

  it("keeps what is reserved, and an older one is answered with the newer and its version", async () => {
    const sender = randomUUID();
    await cache(sender, { version: 5, balanceCoins: 50 });
    await accept(giftEntry(sender, { priceCoins: 8 }));
    expect(await cache(sender, { version: 4, balanceCoins: 99 })).toEqual({
      balanceCoins: 50,
      pendingCoins: 8,
      version: 5,
    });
    expect(await cache(sender, { version: 6, balanceCoins: 60 })).toEqual({
      balanceCoins: 60,
      pendingCoins: 8,
      version: 6,
    });
  });

  it("thaws and freezes only when it is not older", async () => {
    const sender = randomUUID();
    await cache(sender, { version: 3, balanceCoins: 5, frozen: true });
    await cache(sender, { version: 2, balanceCoins: 5 });
    expect(await accept(giftEntry(sender))).toEqual({ kind: "frozen" });
  });
});

describe("finalising", () => {
  it("releases the reservation, stores the outcome and brings the newer balance", async () => {
    const sender = await newSender(10);
    const [paid, poor] = [giftEntry(sender, { priceCoins: 4 }), giftEntry(sender, { priceCoins: 5 })];
    await accept(paid);
    await accept(poor);
    const { wallets } = await finalise(
      [final(paid), final(poor, { status: "failed", reason: "INSUFFICIENT_COINS" })],
      [[sender, { balanceCoins: 6, version: 2 }]],
    );
    expect(wallets.get(sender)).toEqual({ balanceCoins: 6, pendingCoins: 0, version: 2 });
    expect(await findOrderState(redis(), sender, paid.giftOrderId)).toMatchObject({ status: "settled" });
    expect(await findOrderState(redis(), sender, poor.giftOrderId)).toMatchObject({
      status: "failed",
      reason: "INSUFFICIENT_COINS",
    });
    expect(await accept(paid)).toMatchObject({ kind: "seen", status: "settled" });
  });

  it("may run again any number of times, also beside further gifts", async () => {
    const sender = await newSender(100);
    const entry = giftEntry(sender, { priceCoins: 4, comboId: randomUUID() });
    await accept(entry);
    const first = await finalise([final(entry)], [[sender, { balanceCoins: 96 }]]);
    await accept(giftEntry(sender, { priceCoins: 9 }));
    const again = await finalise([final(entry), final(entry)], [[sender, { balanceCoins: 96 }]]);
    expect(first.comboCounts).toEqual([1]);
    expect(again.comboCounts).toEqual([1, 1]);
    expect(again.wallets.get(sender)).toEqual({ balanceCoins: 96, pendingCoins: 9, version: 2 });
  });

  it("never turns a final order into another", async () => {
    const sender = await newSender(10);
    const entry = giftEntry(sender);
    await accept(entry);
    await finalise([final(entry)]);
    await finalise([final(entry, { status: "failed", reason: "INTERNAL" })]);
    expect(await findOrderState(redis(), sender, entry.giftOrderId)).toMatchObject({ status: "settled" });
  });

  it("does not put an older balance over a newer one", async () => {
    const sender = await newSender(10);
    await cache(sender, { balanceCoins: 500, version: 9 });
    const { wallets } = await finalise([], []);
    expect(wallets.size).toBe(0);
    const entry = giftEntry(sender);
    await accept(entry);
    const late = await finalise([final(entry)], [[sender, { balanceCoins: 9, version: 8 }]]);
    expect(late.wallets.get(sender)).toEqual({ balanceCoins: 500, pendingCoins: 0, version: 9 });
  });

  it("releases nothing into a wallet that was forgotten in between", async () => {
    const sender = await newSender(10);
    const old = giftEntry(sender, { priceCoins: 4 });
    await accept(old);
    await redis().del(walletKey(sender));
    await cache(sender, { balanceCoins: 10 });
    await accept(giftEntry(sender, { priceCoins: 5 }));
    const { wallets } = await finalise([final(old)], [[sender, { balanceCoins: 6 }]]);
    expect(wallets.get(sender)).toEqual({ balanceCoins: 6, pendingCoins: 5, version: 2 });
  });

  it("releases once what is sent again after its end was forgotten", async () => {
    const sender = await newSender(10);
    const entry = giftEntry(sender, { priceCoins: 4 });
    await accept(entry);
    await finalise([final(entry)]);
    await redis().del(giftOrderKey(sender, entry.giftOrderId));
    expect(await accept(entry)).toMatchObject({ kind: "new" });
    expect(await pendingOf(sender)).toBe(4);
    await finalise([final(entry)]);
    await finalise([final(entry)]);
    expect(await pendingOf(sender)).toBe(0);
  });

  it("counts a combo by settled gifts only, once each", async () => {
    const sender = await newSender(100);
    const comboId = randomUUID();
    const entries = [3, 1, 2].map((count) => giftEntry(sender, { comboId, count }));
    for (const entry of entries) await accept(entry);
    const [three, failed, two] = entries.map((e) => final(e)) as [FinalOrder, FinalOrder, FinalOrder];
    expect((await finalise([three])).comboCounts).toEqual([3]);
    const rest = [{ ...failed, status: "failed" as const, reason: "INTERNAL" as const }, two];
    expect((await finalise(rest)).comboCounts).toEqual([null, 5]);
    expect((await finalise([three, ...rest])).comboCounts).toEqual([3, null, 5]);
    const noCombo = giftEntry(sender);
    expect((await finalise([final(noCombo)])).comboCounts).toEqual([null]);
  });

  it("keeps what is given with the name apart from what is given without it", async () => {
    const [sender, comboId] = [randomUUID(), randomUUID()];
    const gift = (count: number, anonymous: boolean) =>
      final(giftEntry(sender, { comboId, count, anonymous }));
    await finalise([gift(5, false)]);
    const { comboCounts } = await finalise([gift(1, true), gift(2, false), gift(1, true)]);
    expect(comboCounts).toEqual([1, 7, 2]);
  });

  it("keeps combos of different senders apart, though they name them the same", async () => {
    const comboId = randomUUID();
    const [one, other] = [await newSender(10), await newSender(10)];
    await finalise([final(giftEntry(one, { comboId, count: 5 }))]);
    const { comboCounts } = await finalise([final(giftEntry(other, { comboId, count: 1 }))]);
    expect(comboCounts).toEqual([1]);
  });

  it("answers each order and sender what is theirs, whatever the order in which senders come", async () => {
    const [one, other] = [await newSender(100), await newSender(50)];
    const comboId = randomUUID();
    const gift = (sender: string, count: number, combo = true) =>
      giftEntry(sender, { count, comboId: combo ? comboId : null });
    const entries = [gift(one, 3), gift(other, 7), gift(one, 1, false), gift(other, 2), gift(one, 4)];
    for (const entry of entries) await accept(entry);
    await accept(gift(one, 6));
    const poor = final(gift(other, 5), { status: "failed", reason: "INSUFFICIENT_COINS" });
    const orders = [...entries.map((entry) => final(entry)), poor, final(entries[1] as GiftQueueEntry)];
    const { wallets, comboCounts } = await finalise(orders, [
      [one, { balanceCoins: 92 }],
      [other, { balanceCoins: 41, frozen: true }],
    ]);
    expect(comboCounts).toEqual([3, 7, null, 9, 7, null, 7]);
    expect(wallets).toEqual(
      new Map([
        [one, { balanceCoins: 92, pendingCoins: 6, version: 2 }],
        [other, { balanceCoins: 41, pendingCoins: 0, version: 2 }],
      ]),
    );
    expect(await accept(giftEntry(other))).toEqual({ kind: "frozen" });
    for (const [i, entry] of entries.entries()) {
      const state = await findOrderState(redis(), entry.senderId, entry.giftOrderId);
      expect(state).toMatchObject({ status: "settled", totalCoins: entries[i]?.count });
    }
  });

  it("leaves exactly the open orders reserved, whatever happens in whatever order", async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("send" as const),
        order: fc.nat(5),
        coins: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({ do: fc.constant("finalise" as const), order: fc.nat(5) }),
      fc.record({ do: fc.constant("forget its end" as const), order: fc.nat(5) }),
      fc.record({ do: fc.constant("forget wallet" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const sender = await newSender(30);
        const ids = Array.from({ length: 6 }, () => randomUUID());
        const reserved = new Map<string, number>();
        const state = new Map<string, "pending" | "final">();
        for (const s of steps) {
          if (s.do === "forget wallet") {
            await redis().del(walletKey(sender));
            await cache(sender, { balanceCoins: 30 });
            reserved.clear();
            for (const [id, how] of state) if (how === "pending") state.delete(id);
          } else if (s.do === "send") {
            const id = ids[s.order] as string;
            const result = await accept(giftEntry(sender, { giftOrderId: id, priceCoins: s.coins }));
            const others = [...reserved].filter(([other]) => other !== id);
            const room = 30 - others.reduce((sum, [, coins]) => sum + coins, 0);
            if (state.has(id)) expect(result.kind).toBe("seen");
            else if (room < s.coins) expect(result.kind).toBe("poor");
            else {
              expect(result.kind).toBe("new");
              state.set(id, "pending");
              reserved.set(id, s.coins);
            }
          } else {
            const id = ids[s.order] as string;
            if (s.do === "finalise") {
              await finalise([final(giftEntry(sender, { giftOrderId: id }))]);
              state.set(id, "final");
              reserved.delete(id);
            } else {
              await redis().del(giftOrderKey(sender, id));
              if (state.get(id) === "final") state.delete(id);
            }
          }
          const sum = [...reserved.values()].reduce((total, coins) => total + coins, 0);
          expect(await pendingOf(sender)).toBe(sum);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("how long a wallet is kept", () => {
  const secondsLeft = (userId: string) => redis().ttl(walletKey(userId));
  const DAY = 24 * 3_600;

  it("is a day, and more than a week from a gift on, whatever is cached or finalised meanwhile", async () => {
    const sender = await newSender(10);
    expect(await secondsLeft(sender)).toBeLessThanOrEqual(DAY);
    const entry = giftEntry(sender, { priceCoins: 3 });
    await accept(entry);
    expect(await secondsLeft(sender)).toBeGreaterThan(7 * DAY);
    await cache(sender, { balanceCoins: 20, version: 2 });
    await finalise([final(giftEntry(sender))], [[sender, { balanceCoins: 19, version: 3 }]]);
    expect(await secondsLeft(sender)).toBeGreaterThan(7 * DAY);
    expect(await pendingOf(sender)).toBe(3);
  });

  it("is renewed by a gift when less than a week is left", async () => {
    const sender = await newSender(10);
    await accept(giftEntry(sender));
    // As it stands two days later.
    const [kept = "", ...counts] = ((await redis().hget(walletKey(sender), "r")) as string).split(":");
    await redis().hset(walletKey(sender), "r", [Number(kept) - 2 * DAY, ...counts].join(":"));
    await redis().expire(walletKey(sender), 6 * DAY);
    await accept(giftEntry(sender));
    expect(await secondsLeft(sender)).toBeGreaterThan(7 * DAY);
  });

  it("is a day where finalising brings it back", async () => {
    const sender = randomUUID();
    await finalise([final(giftEntry(sender))], [[sender, { balanceCoins: 19, version: 3 }]]);
    expect(await secondsLeft(sender)).toBeGreaterThan(DAY - 60);
    expect(await secondsLeft(sender)).toBeLessThanOrEqual(DAY);
  });
});

describe("when the queue itself was lost", () => {
  async function loseQueue(sender: string) {
    await redis().del(giftStreamKey(bucketOf(sender)));
  }

  it("queues a pending order anew when it is sent again, reserved once", async () => {
    const sender = await newSender(10);
    const entry = giftEntry(sender, { priceCoins: 4 });
    await accept(entry);
    await loseQueue(sender);
    const again = giftEntry(sender, { giftOrderId: entry.giftOrderId, priceCoins: 6 });
    expect(await accept(again)).toMatchObject({ kind: "new", totalCoins: 6 });
    expect(await queuedOf(sender)).toHaveLength(1);
    expect(await pendingOf(sender)).toBe(6);
    expect(await accept(again)).toMatchObject({ kind: "seen" });
  });

  it("takes no other order for a lost one, though the new queue gave its entry the same id", async () => {
    const sender = await newSender(10);
    const [lost, other] = [giftEntry(sender, { priceCoins: 4 }), giftEntry(sender)];
    await accept(lost);
    const stream = giftStreamKey(bucketOf(sender));
    const [row] = await redis().xrevrange(stream, "+", "-", "COUNT", 1);
    const entryId = row?.[0] ?? "";
    await loseQueue(sender);
    await redis().xadd(stream, entryId, "g", JSON.stringify(other));
    expect(await findOrderState(redis(), sender, lost.giftOrderId)).toBeUndefined();
    // Nor the order of somebody else who copied its id.
    await loseQueue(sender);
    await redis().xadd(stream, entryId, "g", JSON.stringify({ ...lost, senderId: randomUUID() }));
    expect(await findOrderState(redis(), sender, lost.giftOrderId)).toBeUndefined();
    expect(await accept(lost)).toMatchObject({ kind: "new" });
    expect(await queuedOf(sender)).toHaveLength(1);
    await loseQueue(sender);
    expect(await forgetLostOrder(redis(), sender, lost.giftOrderId)).toBe(true);
    expect(await pendingOf(sender)).toBe(0);
  });

  it("forgets a lost order and gives its coins back, but never one that is queued or final", async () => {
    const sender = await newSender(10);
    const [lost, queued, done] = [4, 2, 1].map((priceCoins) => giftEntry(sender, { priceCoins }));
    if (!lost || !queued || !done) throw new Error("three orders");
    await accept(lost);
    await accept(done);
    await finalise([final(done)]);
    await loseQueue(sender);
    await accept(queued);
    const forget = (entry: GiftQueueEntry) => forgetLostOrder(redis(), sender, entry.giftOrderId);
    expect(await forget(lost)).toBe(true);
    expect(await forget(lost)).toBe(false);
    expect(await forget(queued)).toBe(false);
    expect(await forget(done)).toBe(false);
    expect(await findOrderState(redis(), sender, lost.giftOrderId)).toBeUndefined();
    expect(await pendingOf(sender)).toBe(2);
  });
});
