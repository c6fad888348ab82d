import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import type { GiftSendResult } from "@/domain/contracts/gift";
import type { FoundTraces, Trace } from "@/domain/contracts/traces";
import { bucketOf } from "@/domain/rules/bucket";
import { giftStreamKey } from "@/platform/redis/keys";
import type { StackProcess } from "@/stack/stack-process";
import { uuid7 } from "@/testkit/load";
import { signIn } from "@/testkit/people";
import { trpcGet, trpcPost } from "@/testkit/trpc";
import { watchRoom } from "@/testkit/watch-room";
import { startGiftLoad } from "./lib/gift-load";
import { startHoldingRelay } from "./lib/holding-relay";
import {
  countCommitted,
  countSettled,
  expectCleanAudit,
  type Rig,
  type SentGift,
  startRig,
  waitUntil,
  waitUntilFinal,
} from "./lib/rig";

/**
 * `kill -9` of the gift-debit worker at each step. The worker is held at a step from outside, by a lock, a paused Redis
 * or a push answer that is kept back; nothing in the product knows of it.
 */
const OPERATOR = "+8613700000001";
let rig: Rig;
let settlement: StackProcess;

beforeAll(async () => {
  rig = await startRig();
  settlement = await rig.stack.start("settlement");
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

const balanceOf = async (cookie: string) =>
  await trpcGet<{ balanceCoins: number; pendingCoins: number }>(
    rig.stack.webUrl,
    "wallet.balance",
    undefined,
    cookie,
  );

async function sendHearts(personIndex: number, count: number): Promise<SentGift> {
  const sender = rig.people[personIndex];
  const room = rig.rooms[0];
  if (!sender || !room) throw new Error("Nobody is there.");
  const giftOrderId = uuid7();
  await trpcPost<GiftSendResult>(
    rig.stack.webUrl,
    "gift.send",
    { giftOrderId, roomId: room.roomId, giftId: "hearts", count },
    sender.cookie,
  );
  return { giftOrderId, roomId: room.roomId, sender };
}

/** Holds the sender's wallet row, so that the debit transaction waits in the middle. */
async function holdWallet(userId: string): Promise<{ release: () => Promise<void> }> {
  const connection = await rig.live.sql.reserve();
  await connection`BEGIN`;
  await connection`SELECT 1 FROM ledger_accounts WHERE id = ${userId} FOR UPDATE`;
  return {
    release: async () => {
      await connection`COMMIT`;
      connection.release();
    },
  };
}

const debitWaitsForLock = async () => {
  const rows = await rig.live.sql`
    SELECT 1 FROM pg_stat_activity
    WHERE application_name = 'downpour-gift-debit' AND wait_event_type = 'Lock'`;
  return rows.length > 0;
};
const isRecorded = async (giftOrderId: string) =>
  (await rig.live.sql`SELECT 1 FROM gift_records WHERE gift_order_id = ${giftOrderId}`).length === 1;
/** A bucket's queue holds just what is not acknowledged. */
const countUnacknowledged = (userId: string) => rig.redis.xlen(giftStreamKey(bucketOf(userId)));

async function expectPaidOnce(gift: SentGift, before: number, coins: number): Promise<void> {
  const final = await waitUntilFinal(rig, [gift]);
  expect(final.get(gift.giftOrderId)?.status).toBe("settled");
  await waitUntil(
    "the entry is acknowledged",
    async () => (await countUnacknowledged(gift.sender.userId)) === 0,
  );
  const after = await balanceOf(gift.sender.cookie);
  expect(after).toMatchObject({ balanceCoins: before - coins, pendingCoins: 0 });
  await expectCleanAudit(rig);
}

/** What an operator sees of a gift, from its order. */
async function stepsOf(giftOrderId: string): Promise<string[]> {
  const { cookie } = await signIn(rig.stack.webUrl, OPERATOR);
  const ask = <T>(path: string, input: object) => trpcGet<T>(rig.stack.webUrl, path, input, cookie);
  const { items } = await ask<FoundTraces>("ops.traces", { text: giftOrderId });
  const traceId = items[0]?.traceId;
  if (!traceId) return [];
  const { spans } = await ask<Trace>("ops.trace", { traceId });
  return spans.map(({ name }) => name);
}

describe("kill -9 of gift-debit", () => {
  it("before commit: nothing was paid, and the next worker pays once", async () => {
    const worker = await rig.stack.start("gift-debit");
    const sender = rig.people[0];
    if (!sender) throw new Error("Nobody is there.");
    const before = (await balanceOf(sender.cookie)).balanceCoins;
    const held = await holdWallet(sender.userId);
    const gift = await sendHearts(0, 3);
    await waitUntil("the debit waits in its transaction", debitWaitsForLock);
    await worker.kill9();
    await held.release();
    expect(await isRecorded(gift.giftOrderId)).toBe(false);
    const next = await rig.stack.start("gift-debit");
    await expectPaidOnce(gift, before, 30);
    await next.stop();
  });

  it("between commit and publish: the next worker publishes, and does not pay again", async () => {
    const worker = await rig.stack.start("gift-debit");
    const sender = rig.people[1];
    const room = rig.rooms[0];
    if (!sender || !room) throw new Error("Nobody is there.");
    const seen: RoomEvent[] = [];
    const viewer = await watchRoom(rig.stack.webUrl, rig.people[5] ?? sender, room.roomId, (e) =>
      seen.push(e),
    );
    const before = (await balanceOf(sender.cookie)).balanceCoins;
    const held = await holdWallet(sender.userId);
    const gift = await sendHearts(1, 2);
    await waitUntil("the debit waits in its transaction", debitWaitsForLock);
    // Scripts and writes wait in Redis, reads do not: the worker commits and gets no further.
    await rig.redis.call("CLIENT", "PAUSE", "60000", "WRITE");
    await held.release();
    await waitUntil("the gift is committed", () => isRecorded(gift.giftOrderId));
    await worker.kill9();
    await rig.redis.call("CLIENT", "UNPAUSE");
    const settledEvents = () =>
      seen.filter((e) => e.event === "gift.settled" && e.giftOrderId === gift.giftOrderId);
    expect(settledEvents()).toHaveLength(0);
    const next = await rig.stack.start("gift-debit");
    await expectPaidOnce(gift, before, 20);
    await waitUntil("the room sees it", async () => settledEvents().length === 1);
    await waitUntil("it is settled", async () => (await stepsOf(gift.giftOrderId)).includes("gift.settled"));
    expect(await stepsOf(gift.giftOrderId)).toEqual([
      "gift.accepted",
      "gift.queued",
      "gift.paid",
      "gift.announced",
      "gift.settled",
    ]);
    viewer.close();
    await next.stop();
  });

  it("between publish and acknowledgement: it is announced again under its id, and not paid again", async () => {
    const relay = await startHoldingRelay(rig.stack.pushPort);
    const worker = await rig.stack.start("gift-debit", { PUSHER_PORT: String(relay.port) });
    const sender = rig.people[2];
    const room = rig.rooms[0];
    if (!sender || !room) throw new Error("Nobody is there.");
    const seen: RoomEvent[] = [];
    const viewer = await watchRoom(rig.stack.webUrl, rig.people[6] ?? sender, room.roomId, (e) =>
      seen.push(e),
    );
    const before = (await balanceOf(sender.cookie)).balanceCoins;
    const reached = relay.hold("gift.settled");
    const gift = await sendHearts(2, 1);
    await reached;
    await worker.kill9();
    relay.release();
    const settledEvents = () =>
      seen.filter((e) => e.event === "gift.settled" && e.giftOrderId === gift.giftOrderId);
    await waitUntil("the room has seen it", async () => settledEvents().length === 1);
    expect(await countUnacknowledged(sender.userId)).toBe(1);
    const next = await rig.stack.start("gift-debit");
    await expectPaidOnce(gift, before, 10);
    // The second announcement has a number of its own and the same id: clients show it once.
    expect(new Set(settledEvents().map((e) => e.seq)).size).toBe(settledEvents().length);
    viewer.close();
    await next.stop();
    await relay.close();
  });

  it("again and again under load with two workers: each gift ends once", async () => {
    const workers = [await rig.stack.start("gift-debit"), await rig.stack.start("gift-debit")];
    const load = startGiftLoad(rig, 150);
    for (let round = 0; round < 4; round++) {
      const committedBefore = await countCommitted(rig);
      await waitUntil("debits go on", async () => (await countCommitted(rig)) > committedBefore + 20);
      await workers[round % 2]?.kill9();
      workers[round % 2] = await rig.stack.start("gift-debit");
    }
    const { accepted, refusals } = await load.stop();
    expect(accepted.length).toBeGreaterThan(50);
    expect(Object.fromEntries(refusals)).toEqual({});
    const final = await waitUntilFinal(rig, accepted);
    expect([...final.values()].filter((s) => s.status !== "settled")).toEqual([]);
    await expectCleanAudit(rig);
    expect(await countRecords(accepted)).toBe(accepted.length);
    for (const worker of workers) await worker.stop();
  });

  it("settlement killed under load settles each gift once", async () => {
    const worker = await rig.stack.start("gift-debit");
    const load = startGiftLoad(rig, 100);
    for (let round = 0; round < 3; round++) {
      const settledBefore = await countSettled(rig);
      await waitUntil("settlement goes on", async () => (await countSettled(rig)) > settledBefore + 20);
      await settlement.kill9();
      settlement = await rig.stack.start("settlement");
    }
    const { accepted } = await load.stop();
    await waitUntilFinal(rig, accepted);
    await expectCleanAudit(rig);
    await worker.stop();
  });
});

async function countRecords(gifts: readonly SentGift[]): Promise<number> {
  const ids = gifts.map((g) => g.giftOrderId);
  const [row] = await rig.live.sql<{ records: string }[]>`
    SELECT count(*) AS records FROM gift_records WHERE gift_order_id = ANY(${ids}::uuid[])`;
  return Number(row?.records);
}
