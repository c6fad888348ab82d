import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { findWallet } from "@/db/live/queries/wallets";
import { tamper } from "@/db/testing/tamper";
import type { RainClaimEntry } from "@/domain/contracts/rain";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { claimStreamKey, giftStreamKey } from "@/platform/redis/keys";
import { repeatEvery } from "@/platform/runtime/repeat";
import { BucketLeases } from "@/server/queue/bucket-leases";
import { acceptGift, cacheWallet, findOrderState } from "@/server/queue/gift-intake";
import { claimQueue, giftQueue } from "@/server/queue/queues";
import type { Resources } from "@/server/services/context";
import { settleNewGifts } from "@/server/services/finance/settle-gifts";
import { debitBatch } from "@/server/services/gift/debit-batch";
import { creditClaims } from "@/server/services/rain/credit-claims";
import { getWalletFacts } from "@/server/services/wallet/get-wallet-balance";
import {
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { claimEntry, openRain } from "@/server/testing/rains";
import { processGifts } from "../gift-debit/process-gifts";
import { BucketLane, type LaneOptions } from "./bucket-lane";
import { LaneWatch } from "./lane-watch";

/** Far above what it takes, on a machine that is busy with other tests. */
const SECONDS = { timeout: 60_000, interval: 50 };

let harness: MoneyHarness;
let appRole: string;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  harness = await startMoneyHarness();
  const [row] = await harness.resources.live.sql<{ role: string }[]>`SELECT current_user AS role`;
  appRole = row?.role ?? "";
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await harness.resources.redis.flushdb();
  await owner("DELETE FROM alarms");
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const owner = (statements: string) => tamper(harness.liveOwnerUrl, statements);
const alarms = async () =>
  (await harness.resources.live.sql<{ kind: string }[]>`SELECT kind FROM alarms ORDER BY kind`).map(
    ({ kind }) => kind,
  );

/** A worker as it is composed, of one lane: leases, lane and watch. */
async function startWorker<T>(
  options: Pick<LaneOptions<T>, "queue" | "process">,
  resources: Resources = harness.resources,
) {
  const { queue } = options;
  const blocking = await harness.openRedis({ blocking: true });
  const leases = new BucketLeases({
    redis: resources.redis,
    queue: queue.name,
    holder: randomUUID(),
    isBusy: (bucket) => lane.isBusy(bucket),
    canMove: (bucket) => watch.canMove(bucket),
  });
  const lane = new BucketLane({ ...options, resources, blocking, leases, index: 0, lanes: 1 });
  const watch = new LaneWatch({ queue: queue.name, lanes: [lane], resources });
  await leases.tick();
  const stopTicks = repeatEvery(200, resources.log, "ticks", async () => {
    watch.tick();
    await leases.tick();
  });
  const running = lane.run();
  stops.push(async () => {
    lane.stop();
    await running;
    await stopTicks();
    await leases.releaseAll();
  });
  return { leases, watch };
}
function startDebit(resources: Resources = harness.resources) {
  const process = processGifts(resources, { announce: () => Promise.resolve() }, { add: () => undefined });
  return startWorker({ queue: giftQueue, process }, resources);
}

/** Somebody with ten coins. */
async function openSender(bucket: number): Promise<string> {
  const { resources } = harness;
  const senderId = userInBucket(bucket);
  await openWallet(resources, senderId, 10);
  await cacheWallet(resources.redis, senderId, await getWalletFacts(resources, senderId));
  return senderId;
}
/** An accepted gift, of one coin unless told otherwise. */
async function acceptFrom(senderId: string, facts: Parameters<typeof giftEntry>[1] = {}) {
  const gift = giftEntry(senderId, facts);
  expect(await acceptGift(harness.resources.redis, gift)).toMatchObject({ kind: "new" });
  return gift;
}
const accept = async (bucket: number, facts: Parameters<typeof giftEntry>[1] = {}) =>
  acceptFrom(await openSender(bucket), facts);
type Order = Awaited<ReturnType<typeof accept>>;
const statusOf = async ({ senderId, giftOrderId }: Order) =>
  (await findOrderState(harness.resources.redis, senderId, giftOrderId))?.status;
const statuses = async (orders: readonly Order[]) => await Promise.all(orders.map(statusOf));
const all = (orders: readonly Order[], status: string) =>
  expect.poll(() => statuses(orders), SECONDS).toEqual(orders.map(() => status));
const failures = async () => await harness.resources.live.sql`SELECT 1 FROM gift_failures`;
const letters = async () => await harness.resources.live.sql`SELECT 1 FROM dead_letters`;
const waitingOf = async (queue: typeof giftQueue | typeof claimQueue) =>
  (await queue.findWaiting(harness.resources.redis, ALL_BUCKETS)).length;

describe("a database that is unwell", () => {
  it.each([
    [
      "a right revoked",
      () => `REVOKE INSERT ON gift_records FROM "${appRole}"`,
      () => `GRANT INSERT ON gift_records TO "${appRole}"`,
    ],
    [
      "a column missing",
      () => "ALTER TABLE trades RENAME COLUMN trace_id TO gone",
      () => "ALTER TABLE trades RENAME COLUMN gone TO trace_id",
    ],
    [
      "a column too many",
      () =>
        "ALTER TABLE trades ADD COLUMN more text NOT NULL DEFAULT ''; ALTER TABLE trades ALTER COLUMN more DROP DEFAULT",
      () => "ALTER TABLE trades DROP COLUMN more",
    ],
    [
      "a check that nothing passes",
      () => "ALTER TABLE gift_records ADD CONSTRAINT nothing CHECK (count < 0) NOT VALID",
      () => "ALTER TABLE gift_records DROP CONSTRAINT nothing",
    ],
    [
      "a check that cannot be computed",
      () => "ALTER TABLE trades ADD CONSTRAINT odd CHECK (1 / (amount_coins - amount_coins) > 0) NOT VALID",
      () => "ALTER TABLE trades DROP CONSTRAINT odd",
    ],
    [
      "a trigger that refuses",
      () =>
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON trades FOR EACH ROW EXECUTE FUNCTION refuse()",
      () => "DROP TRIGGER refuse ON trades; DROP FUNCTION refuse",
    ],
  ])("holds every gift for %s, says so, and goes on by itself", async (_, harm, mend) => {
    const { watch } = await startDebit();
    const failedBefore = (await failures()).length;
    const lettersBefore = (await letters()).length;
    const senders = await Promise.all(Array.from({ length: 12 }, (__, i) => openSender(i % 3)));
    const orders: Order[] = [];
    await owner(harm());
    try {
      for (const senderId of senders) orders.push(await acceptFrom(senderId));
      await expect
        .poll(() => watch.check(), SECONDS)
        .toMatchObject({ ok: false, reason: expect.stringMatching(/./) });
      await expect.poll(alarms, SECONDS).toEqual(["queue.held"]);
      expect(await statuses(orders)).toEqual(orders.map(() => "pending"));
      expect(await failures()).toHaveLength(failedBefore);
      expect(await letters()).toHaveLength(lettersBefore);
    } finally {
      await owner(mend());
    }
    await all(orders, "settled");
    await expect.poll(() => watch.check(), SECONDS).toEqual({ ok: true });
    expect(await waitingOf(giftQueue)).toBe(0);
    for (const { senderId } of orders)
      expect((await findWallet(harness.resources.live, senderId))?.balanceCoins).toBe(9);
    expect(await failures()).toHaveLength(failedBefore);
    expect(await letters()).toHaveLength(lettersBefore);
  });

  it("holds every gift while its password is another one", async () => {
    const url = new URL(harness.liveUrl);
    url.password = "another";
    const live = openLiveDb(url.toString(), { poolMax: 2, applicationName: "unwell" });
    stops.push(() => live.close());
    const { watch } = await startDebit({ ...harness.resources, live });
    const order = await accept(1);
    await expect
      .poll(() => watch.check(), SECONDS)
      .toMatchObject({ ok: false, reason: expect.stringContaining("password authentication failed") });
    expect(await statusOf(order)).toBe("pending");
    expect(await findGiftOrder(harness.resources.live, order.senderId, order.giftOrderId)).toBeUndefined();
    expect(await waitingOf(giftQueue)).toBe(1);
  });

  it("holds every won packet, and credits all of them afterwards", async () => {
    const { resources } = harness;
    const rain = await openRain(resources, { budgetCoins: 100, packetCount: 6 });
    const process: LaneOptions<RainClaimEntry>["process"] = async (entries, isAgain) => {
      const { held } = await creditClaims(resources, entries, { isAgain });
      return { held, announce: () => Promise.resolve() };
    };
    const { watch } = await startWorker({ queue: claimQueue, process });
    await owner(`REVOKE INSERT ON rain_claims FROM "${appRole}"`);
    const claims = rain.amounts.map((_, index) => claimEntry(rain, index, randomUUID()));
    try {
      for (const [i, claim] of claims.entries())
        await resources.redis.xadd(claimStreamKey(i), "*", "g", JSON.stringify(claim));
      await expect.poll(() => watch.check(), SECONDS).toMatchObject({ ok: false });
      expect(await waitingOf(claimQueue)).toBe(6);
    } finally {
      await owner(`GRANT INSERT ON rain_claims TO "${appRole}"`);
    }
    await expect.poll(() => waitingOf(claimQueue), SECONDS).toBe(0);
    for (const { userId, coins } of claims)
      expect((await findWallet(resources.live, userId))?.balanceCoins).toBe(coins);
  });
});

describe("one wallet that somebody else holds", () => {
  it("delays its bucket only, also gifts that come later, and is not given up", async () => {
    const { resources } = harness;
    const { watch } = await startDebit();
    const blocked = await accept(5, { priceCoins: 2 });
    await all([blocked], "settled");
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const late = [giftEntry(blocked.senderId), giftEntry(blocked.senderId)];
    const locking = resources.live.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM ledger_accounts WHERE id = ${blocked.senderId} FOR UPDATE`;
      for (const gift of late) await acceptGift(resources.redis, gift);
      await released;
    });
    try {
      for (let round = 0; round < 3; round++) {
        const others = await Promise.all([6, 7, 8, 40].map((bucket) => accept(bucket)));
        await all(others, "settled");
        expect(await statuses(late)).toEqual(["pending", "pending"]);
      }
      expect(await watch.check()).toMatchObject({
        ok: true,
        degraded: true,
        reason: expect.stringContaining("lock"),
      });
    } finally {
      release();
      await locking;
    }
    await all(late, "settled");
    await expect.poll(() => watch.check(), SECONDS).toEqual({ ok: true });
    expect((await findWallet(resources.live, blocked.senderId))?.balanceCoins).toBe(6);
  });
});

describe("a gift that says it was sent far in the future", () => {
  it("is paid and settled now, whether by the clock of its process or by that of Redis, too", async () => {
    const { resources } = harness;
    await startDebit();
    const sentAt = "2100-01-01T00:00:00.000Z";
    const first = await accept(9, { sentAt });
    await all([first], "settled");
    await expect.poll(alarms, SECONDS).toEqual(["queue.clock_ahead"]);
    // As Redis queues it under a clock that is ahead; what follows is queued behind it.
    const { bucket: _, ...second } = giftEntry(await openSender(9), { sentAt });
    await resources.redis.xadd(giftStreamKey(9), "4102444800000-1", "g", JSON.stringify(second));
    const third = await accept(9);
    await all([third], "settled");
    await expect.poll(() => waitingOf(giftQueue), SECONDS).toBe(0);
    const kept = await resources.live.sql<{ late: boolean }[]>`
      SELECT sent_at > now() AS late FROM gift_records WHERE gift_order_id IN ${resources.live.sql([first.giftOrderId, second.giftOrderId, third.giftOrderId])}`;
    expect(kept.map(({ late }) => late)).toEqual([false, false, false]);
    await expect.poll(async () => (await settleNewGifts(resources, 1_000)).settledGifts, SECONDS).toBe(0);
    const [cursor] = await resources.finance.sql`SELECT last_seq FROM settlement_cursors WHERE bucket = 9`;
    const [feed] = await resources.live.sql`SELECT last_seq FROM gift_buckets WHERE bucket = 9`;
    expect(cursor).toEqual(feed);
  });

  it("is the same gift when it is read again, though its time was bounded", async () => {
    const { resources } = harness;
    const gift = giftEntry(await openSender(10), { sentAt: "2100-01-01T00:00:00.000Z" });
    const entry = { bucket: 10, id: "4102444800000-1", raw: "", item: gift };
    for (let tries = 0; tries < 2; tries++) {
      expect((await debitBatch(resources, [entry])).gifts).toMatchObject([
        { outcome: { status: "settled", own: true } },
      ]);
    }
    expect((await findWallet(resources.live, gift.senderId))?.balanceCoins).toBe(9);
    const other = { ...entry, item: { ...gift, traceId: giftEntry(gift.senderId).traceId } };
    expect((await debitBatch(resources, [other])).gifts).toMatchObject([{ outcome: { own: false } }]);
  });
});

describe("a lane that stands still", () => {
  it("says so and leaves its buckets to another worker, and takes part again when it moves", async () => {
    let release = () => {};
    const silent = new Promise<void>((resolve) => {
      release = resolve;
    });
    stops.push(async () => release());
    // As a database that neither answers nor refuses.
    let isSilent = true;
    const debit = processGifts(
      harness.resources,
      { announce: () => Promise.resolve() },
      { add: () => undefined },
    );
    const still = await startWorker({
      queue: giftQueue,
      process: async (entries, isAgain) => {
        if (isSilent) await silent;
        return await debit(entries, isAgain);
      },
    });
    const orders = [await accept(3), await accept(4)];
    await expect.poll(() => still.watch.check(), SECONDS).toMatchObject({ ok: false });
    expect(still.leases.held.size).toBe(ALL_BUCKETS.length);
    const other = await startDebit();
    await all(orders, "settled");
    expect(still.leases.held.size).toBe(0);
    expect(other.leases.held.size).toBe(ALL_BUCKETS.length);
    await expect.poll(alarms, SECONDS).toEqual(["queue.held"]);
    isSilent = false;
    release();
    await expect.poll(() => still.leases.held.size, SECONDS).toBe(ALL_BUCKETS.length / 2);
    await expect.poll(() => still.watch.check(), SECONDS).toEqual({ ok: true });
    for (const { senderId } of orders)
      expect((await findWallet(harness.resources.live, senderId))?.balanceCoins).toBe(9);
  }, 60_000);
});
