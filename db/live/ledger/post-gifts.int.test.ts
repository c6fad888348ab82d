import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLiveDb, type Sql } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { orderScope } from "@/domain/rules/decide-gifts";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { giveUp } from "@/server/testing/dead-letters";
import {
  freezeWallet,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { findWallet } from "../queries/wallets";
import { type GiftOutcome, postGifts, type QueuedGift } from "./post-gifts";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const post = (entries: readonly QueuedGift[]) => postGifts(harness.resources.live.sql, entries);
const balanceOf = async (userId: string) =>
  (await findWallet(harness.resources.live, userId))?.balanceCoins ?? null;
async function newSender(coins: number): Promise<string> {
  const sender = randomUUID();
  await openWallet(harness.resources, sender, coins);
  return sender;
}
async function breaches() {
  const results = await checkInvariants(harness.resources);
  return results.filter((result) => result.breaches.length > 0);
}
const countRecords = async (giftOrderId: string) => {
  const rows = await harness.resources.live
    .sql`SELECT 1 FROM gift_records WHERE gift_order_id = ${giftOrderId}`;
  return rows.length;
};

/** Until somebody waits for a row that another transaction holds. */
async function waitForLock(sql: Sql): Promise<void> {
  await expect
    .poll(
      async () => (await sql`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`).length,
      {
        timeout: 10_000,
      },
    )
    .toBeGreaterThan(0);
}

describe("posting twice", () => {
  it("answers a second delivery as the first and moves no coin again", async () => {
    const sender = await newSender(10);
    const gift = giftEntry(sender, { priceCoins: 3, count: 2 });
    const first = await post([gift]);
    const second = await post([gift]);
    expect(first.outcomes).toMatchObject([{ status: "settled", own: true, posted: { totalCoins: 6 } }]);
    expect(second.outcomes).toMatchObject([{ status: "settled", own: true, posted: { totalCoins: 6 } }]);
    expect(second.wallets.get(sender)).toEqual(first.wallets.get(sender));
    expect(await balanceOf(sender)).toBe(4);
    expect(await countRecords(gift.giftOrderId)).toBe(1);
  });

  it("answers a second delivery of a failed order as failed, although it could be paid now", async () => {
    const sender = await newSender(0);
    const gift = giftEntry(sender);
    expect((await post([gift])).outcomes).toMatchObject([{ status: "failed", reason: "INSUFFICIENT_COINS" }]);
    await openWallet(harness.resources, sender, 5);
    expect((await post([gift])).outcomes).toMatchObject([
      { status: "failed", reason: "INSUFFICIENT_COINS", own: true },
    ]);
    expect(await balanceOf(sender)).toBe(5);
  });

  it("posts an order once when it stands in one batch twice", async () => {
    const sender = await newSender(10);
    const gift = giftEntry(sender, { priceCoins: 4 });
    const { outcomes } = await post([gift, gift, giftEntry(sender, { priceCoins: 6 })]);
    expect(outcomes.map((o) => o.status)).toEqual(["settled", "settled", "settled"]);
    expect(await balanceOf(sender)).toBe(0);
  });

  it("tells another sending under the same id from the one that was posted", async () => {
    const sender = await newSender(100);
    const gift = giftEntry(sender, { priceCoins: 10 });
    const other = giftEntry(sender, { giftOrderId: gift.giftOrderId, priceCoins: 50, giftId: "rocket" });
    await post([gift]);
    const { outcomes } = await post([other]);
    expect(outcomes).toMatchObject([
      { status: "settled", own: false, posted: { giftId: "rose", totalCoins: 10 } },
    ]);
    expect(await balanceOf(sender)).toBe(90);
  });

  it("posts the same id of two senders for both, as nobody can occupy another's id", async () => {
    const [victim, thief] = [await newSender(10), await newSender(10)];
    const gift = giftEntry(victim, { priceCoins: 10 });
    const stolen = giftEntry(thief, { giftOrderId: gift.giftOrderId, priceCoins: 1, traceId: gift.traceId });
    expect((await post([stolen])).outcomes).toMatchObject([{ status: "settled", own: true }]);
    expect((await post([gift])).outcomes).toMatchObject([{ status: "settled", own: true }]);
    expect(await balanceOf(victim)).toBe(0);
    expect(await balanceOf(thief)).toBe(9);
    expect(await countRecords(gift.giftOrderId)).toBe(2);
  });
});

describe("who cannot pay", () => {
  it("fails alone: a cheaper one after it is paid", async () => {
    const sender = await newSender(5);
    const neighbour = await newSender(5);
    const { outcomes, wallets } = await post([
      giftEntry(sender, { priceCoins: 6 }),
      giftEntry(neighbour, { priceCoins: 5 }),
      giftEntry(sender, { priceCoins: 5 }),
      giftEntry(sender, { priceCoins: 1 }),
    ]);
    expect(outcomes.map((o) => o.reason ?? o.status)).toEqual([
      "INSUFFICIENT_COINS",
      "settled",
      "settled",
      "INSUFFICIENT_COINS",
    ]);
    expect(wallets.get(sender)).toMatchObject({ balanceCoins: 0 });
    expect(await balanceOf(sender)).toBe(0);
  });

  it("has no wallet, or a frozen one", async () => {
    const frozen = await newSender(5);
    await freezeWallet(harness.resources, frozen);
    const { outcomes } = await post([giftEntry(frozen), giftEntry(randomUUID())]);
    expect(outcomes.map((o) => o.reason)).toEqual(["WALLET_FROZEN", "INSUFFICIENT_COINS"]);
    expect(await balanceOf(frozen)).toBe(5);
  });

  it("cannot name a system account as the sender", async () => {
    const clearing = "00000000-0000-0000-0002-000000000000";
    const { outcomes } = await post([giftEntry(clearing)]);
    expect(outcomes).toMatchObject([{ status: "failed", reason: "INSUFFICIENT_COINS" }]);
  });
});

it("keeps the dearest order exact", async () => {
  const sender = await newSender(9_999_000_001);
  const { wallets } = await post([giftEntry(sender, { priceCoins: 1_000_000, count: 9_999 })]);
  expect(wallets.get(sender)?.balanceCoins).toBe(1);
  expect(await balanceOf(sender)).toBe(1);
});

it("gives up an order once, and never one that was decided", async () => {
  const sender = await newSender(5);
  const paid = giftEntry(sender);
  await post([paid]);
  expect(await giveUp(harness.resources, paid)).toBe(false);
  const lost = giftEntry(sender);
  expect(await giveUp(harness.resources, lost)).toBe(true);
  expect(await giveUp(harness.resources, lost)).toBe(false);
  expect((await post([lost])).outcomes).toMatchObject([{ status: "failed", reason: "INTERNAL" }]);
  expect(await balanceOf(sender)).toBe(4);
});

it("decides an order once when it is posted and given up at the same time", async () => {
  const sender = await newSender(50);
  const { sql } = harness.resources.live;
  const orders = Array.from({ length: 20 }, () => giftEntry(sender));
  await Promise.all(orders.flatMap((gift) => [post([gift]), giveUp(harness.resources, gift)]));
  expect(await breaches()).toEqual([]);
  const rows = await sql`SELECT gift_order_id FROM gift_records WHERE sender_id = ${sender}
    UNION ALL SELECT gift_order_id FROM gift_failures WHERE sender_id = ${sender}`;
  expect(rows).toHaveLength(20);
});

/** Orders, batches and redeliveries as fast-check invents them. */
interface Scenario {
  senders: { coins: number; frozen: boolean; bucket: number }[];
  orders: { sender: number; priceCoins: number; count: number; reuse: boolean }[];
  cuts: number[];
  redelivered: number[];
}
const scenario: fc.Arbitrary<Scenario> = fc.record({
  senders: fc.array(
    fc.record({
      coins: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.constant(100_000)),
      frozen: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      bucket: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  orders: fc.array(
    fc.record({
      sender: fc.nat(),
      priceCoins: fc.integer({ min: 1, max: 30 }),
      count: fc.integer({ min: 1, max: 3 }),
      reuse: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  cuts: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
  redelivered: fc.array(fc.nat(), { maxLength: 6 }),
});

/** One order after the other, the plainest way there is. */
function decideOneByOne(orders: readonly QueuedGift[], coins: Map<string, number>, frozen: Set<string>) {
  const decided = new Map<string, { outcome: string; totalCoins: number }>();
  for (const order of orders) {
    const scope = orderScope(order.senderId, order.giftOrderId);
    if (decided.has(scope)) continue;
    const totalCoins = order.priceCoins * order.count;
    const left = coins.get(order.senderId) ?? 0;
    let outcome = "settled";
    if (frozen.has(order.senderId)) outcome = "WALLET_FROZEN";
    else if (left < totalCoins) outcome = "INSUFFICIENT_COINS";
    else coins.set(order.senderId, left - totalCoins);
    decided.set(scope, { outcome, totalCoins });
  }
  return decided;
}

it("agrees with one order after the other, whatever the batches, redeliveries and connections", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ senders, orders, cuts, redelivered }) => {
      const ids = senders.map((s) => userInBucket(s.bucket));
      const coins = new Map<string, number>();
      const frozen = new Set<string>();
      for (const [i, sender] of senders.entries()) {
        const id = ids[i] as string;
        await openWallet(harness.resources, id, sender.coins);
        coins.set(id, sender.coins);
        if (sender.frozen) {
          await freezeWallet(harness.resources, id);
          frozen.add(id);
        }
      }
      const entries: QueuedGift[] = [];
      for (const order of orders) {
        const earlier = entries.at(-1);
        const { sender, reuse, ...facts } = order;
        entries.push(
          giftEntry(ids[sender % ids.length] as string, {
            ...facts,
            ...(reuse && earlier ? { giftOrderId: earlier.giftOrderId } : {}),
          }),
        );
      }
      // As the queue does it: buckets on connections of their own, each bucket's entries in order, cut anyhow, some of
      // them delivered again at once by a worker that took over.
      const seen: [QueuedGift, GiftOutcome][] = [];
      const deliver = async (batch: readonly QueuedGift[]) => {
        const { outcomes } = await post(batch);
        batch.forEach((entry, i) => {
          seen.push([entry, outcomes[i] as GiftOutcome]);
        });
      };
      await Promise.all(
        [0, 1, 2].map(async (bucket) => {
          const mine = entries.filter((e) => e.bucket === bucket);
          for (let from = 0, n = 0; from < mine.length; n++) {
            const batch = mine.slice(from, from + (cuts[n % cuts.length] as number));
            await Promise.all([deliver(batch), deliver(batch)]);
            from += batch.length;
          }
        }),
      );
      await deliver(redelivered.map((n) => entries[n % entries.length] as QueuedGift));

      const expected = decideOneByOne(entries, coins, frozen);
      for (const [entry, outcome] of seen) {
        const decided = expected.get(orderScope(entry.senderId, entry.giftOrderId));
        expect(outcome.reason ?? outcome.status).toBe(decided?.outcome);
        expect(outcome.posted.totalCoins).toBe(decided?.totalCoins);
      }
      for (const id of ids) expect(await balanceOf(id)).toBe(coins.get(id));
    }),
    { numRuns: 40 },
  );
  expect(await breaches()).toEqual([]);
});

it("takes batches over many buckets on many connections without a deadlock", async () => {
  const senders = await Promise.all(Array.from({ length: 24 }, () => newSender(1_000)));
  const batches = Array.from({ length: 24 }, (_, n) =>
    Array.from({ length: 24 }, (_, i) => giftEntry(senders[(i * 7 + n) % 24] as string, { priceCoins: 2 })),
  );
  await Promise.all(batches.map(post));
  for (const sender of senders) expect(await balanceOf(sender)).toBe(1_000 - 24 * 2);
  expect(await breaches()).toEqual([]);
});

it("records each gift with its own anchor, room and session, however many share them", async () => {
  const sender = await newSender(1_000);
  const ids = Array.from({ length: 4 }, () => randomUUID());
  const id = (n: number) => ids[n % ids.length] as string;
  const gifts = Array.from({ length: 24 }, (_, n) =>
    giftEntry(sender, {
      anchorId: id(n),
      roomId: id(n >> 1),
      sessionId: n % 5 === 0 ? randomUUID() : id(n >> 2),
      comboId: n % 3 === 0 ? randomUUID() : null,
      anonymous: n % 2 === 0,
      giftId: n % 2 === 0 ? "rose" : "rocket",
    }),
  );
  await post(gifts);
  const rows = await harness.resources.live.sql`
    SELECT gift_order_id, anchor_id, room_id, session_id, combo_id, anonymous, gift_id, trace_id, sent_at
    FROM gift_records WHERE sender_id = ${sender} ORDER BY seq`;
  expect([...rows]).toEqual(
    gifts.map((gift) => ({
      gift_order_id: gift.giftOrderId,
      anchor_id: gift.anchorId,
      room_id: gift.roomId,
      session_id: gift.sessionId,
      combo_id: gift.comboId,
      anonymous: gift.anonymous,
      gift_id: gift.giftId,
      trace_id: gift.traceId,
      sent_at: new Date(gift.sentAt),
    })),
  );
});

it("pays out of what a wallet holds once its lock is granted, though its row has moved meanwhile", async () => {
  const [mover, still] = [await newSender(1), await newSender(50)];
  const { sql } = harness.resources.live;
  const other = await sql.reserve();
  try {
    await other`BEGIN`;
    for (let n = 0; n < 3; n++)
      await other`UPDATE ledger_accounts SET balance_coins = balance_coins + 33, version = version + 1 WHERE id = ${mover}`;
    const posting = post([
      giftEntry(mover, { priceCoins: 100 }),
      giftEntry(still, { priceCoins: 20 }),
      giftEntry(mover, { priceCoins: 1 }),
    ]);
    await waitForLock(sql);
    await other`COMMIT`;
    const { outcomes, wallets } = await posting;
    expect(outcomes).toMatchObject([
      { status: "settled" },
      { status: "settled" },
      { status: "failed", reason: "INSUFFICIENT_COINS" },
    ]);
    expect(wallets.get(mover)).toMatchObject({ balanceCoins: 0 });
  } finally {
    other.release();
  }
  expect([await balanceOf(mover), await balanceOf(still)]).toEqual([0, 30]);
  // The coins came from nowhere; a trade for them keeps the ledger whole.
  await sql`UPDATE ledger_accounts SET balance_coins = balance_coins - 99, version = version + 1
    WHERE id = ${systemAccountId("promotion", 0)}`;
  await sql`INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
    VALUES (${systemAccountId("promotion", 0)}, ${mover}, 'adjustment', ${randomUUID()}, 99, 'moved', now())`;
  expect(await breaches()).toEqual([]);
});

it("looks posted orders up without reading all of them, however little PostgreSQL knows of the tables yet", async () => {
  // One connection, since each plans for itself: its first few times with the ids in front of it.
  const live = openLiveDb(harness.liveUrl, { poolMax: 1, applicationName: "downpour-test" });
  try {
    const sender = await newSender(100_000);
    // In one transaction, whose own reads can be told from those of all others.
    const wholeReads = await live.sql.begin(async (tx) => {
      const inside = Object.assign((...args: Parameters<typeof tx>) => tx(...args), {
        begin: (work: (tx2: typeof tx) => Promise<unknown>) => work(tx),
      });
      for (let n = 0; n < 8; n++)
        await postGifts(
          inside as never,
          Array.from({ length: 1_000 }, () => giftEntry(sender)),
        );
      return await tx`
        SELECT relname, seq_scan FROM pg_stat_xact_user_tables
        WHERE relname IN ('gift_records', 'gift_failures', 'ledger_accounts') ORDER BY relname`;
    });
    expect(wholeReads).toEqual([
      { relname: "gift_failures", seq_scan: "0" },
      { relname: "gift_records", seq_scan: "0" },
      { relname: "ledger_accounts", seq_scan: "0" },
    ]);
  } finally {
    await live.close();
  }
});
