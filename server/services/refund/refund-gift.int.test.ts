import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertSeedRooms } from "@/db/live/queries/seed";
import { tamper } from "@/db/testing/tamper";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { getFinanceSummary } from "../finance/get-summary";
import { listReversals } from "../finance/list-reversals";
import { settleNewGifts } from "../finance/settle-gifts";
import { takeBackRefunds } from "../finance/take-back-refunds";
import { getGiftStatus } from "../gift/get-gift-status";
import { listGiftHistory } from "../gift/list-gift-history";
import { countNewSupporters } from "../room/count-supporters";
import { discountNewRefunds } from "../room/discount-refunds";
import { readBoard } from "../room/top-board";
import { getWalletBalance } from "../wallet/get-wallet-balance";
import { listStatement } from "../wallet/list-statement";
import { listGiftRefunds } from "./list-refunds";
import { refundGift } from "./refund-gift";

let harness: MoneyHarness;
const operatorId = randomUUID();
beforeAll(async () => {
  harness = await startMoneyHarness(16);
});
afterAll(() => harness?.close());
afterEach(async () => {
  const broken = (await checkInvariants(harness.resources)).filter((result) => result.breaches.length > 0);
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
});

const operator = () => callBy(harness.resources, operatorId, "operator");
async function viewerWith(coins: number): Promise<string> {
  const id = randomUUID();
  await openWallet(harness.resources, id, coins);
  return id;
}
async function give(senderId: string, facts: Partial<QueuedGift> = {}): Promise<QueuedGift> {
  const gift = giftEntry(senderId, facts);
  await postGifts(harness.resources.live.sql, [gift]);
  return gift;
}
const refund = (gift: QueuedGift, refundId: string = randomUUID(), reason = "sent by a child") =>
  refundGift(operator(), { senderId: gift.senderId, giftOrderId: gift.giftOrderId, refundId, reason });
const balanceOf = async (userId: string) =>
  (await getWalletBalance(callBy(harness.resources, userId))).balanceCoins;
const earnedOf = (anchorId: string) => getFinanceSummary(callBy(harness.resources, anchorId, "anchor"));
const settle = () => settleNewGifts(harness.resources, 1_000);
const takeBack = (limit = 100) => takeBackRefunds(harness.resources, limit);

describe("a refund", () => {
  it("gives the coins back, and is found wherever the gift is", async () => {
    const senderId = await viewerWith(100);
    const anchorId = randomUUID();
    const gift = await give(senderId, { anchorId, priceCoins: 60 });
    expect(await balanceOf(senderId)).toBe(40);
    const refundId = randomUUID();
    expect(await refund(gift, refundId)).toMatchObject({ refundId, totalCoins: 60 });
    expect(await balanceOf(senderId)).toBe(100);
    const viewer = callBy(harness.resources, senderId);
    expect(await getGiftStatus(viewer, gift)).toMatchObject({ status: "refunded", totalCoins: 60 });
    const history = await listGiftHistory(viewer, { side: "sent", limit: 10 });
    expect(history.items).toMatchObject([{ status: "refunded", refundedAt: expect.any(String) }]);
    const received = await listGiftHistory(callBy(harness.resources, anchorId, "anchor"), {
      side: "received",
      limit: 10,
    });
    expect(received.items).toMatchObject([{ status: "refunded" }]);
    const { items } = await listStatement(viewer, { type: "refund", limit: 10 });
    expect(items).toMatchObject([{ amountCoins: 60, bizId: refundId, giftOrderId: gift.giftOrderId }]);
    expect((await listGiftRefunds(operator(), { limit: 1 })).items).toMatchObject([{ refundId }]);
    const [action] = await harness.resources.live.sql`
      SELECT actor_id, action, reason FROM operator_actions WHERE subject = ${`gift:${gift.giftOrderId}`}`;
    expect(action).toMatchObject({ actor_id: operatorId, action: "gift.refund", reason: "sent by a child" });
  });

  it("happens once among a hundred at once, with one id or with many", async () => {
    const senderId = await viewerWith(50);
    const one = await give(senderId, { priceCoins: 20 });
    const two = await give(senderId, { priceCoins: 30 });
    const refundId = randomUUID();
    const same = await Promise.all(Array.from({ length: 100 }, () => refund(one, refundId)));
    expect(new Set(same.map((r) => r.refundedAt)).size).toBe(1);
    const others = await Promise.allSettled(Array.from({ length: 100 }, () => refund(two)));
    expect(others.filter((r) => r.status === "fulfilled")).toHaveLength(1);
    for (const result of others)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ bizName: "REFUND_CONFLICT" });
    expect(await balanceOf(senderId)).toBe(50);
  });

  it("is refused for a gift that was never paid, and under an id that refunded another", async () => {
    const senderId = await viewerWith(10);
    const poor = await give(senderId, { priceCoins: 11 });
    await expect(refund(poor)).rejects.toMatchObject({ bizName: "NOT_FOUND" });
    const gift = await give(senderId, { priceCoins: 5 });
    await expect(refund({ ...gift, senderId: randomUUID() })).rejects.toMatchObject({ bizName: "NOT_FOUND" });
    const done = await refund(gift);
    const other = await give(senderId, { priceCoins: 5 });
    await expect(refund(other, done.refundId)).rejects.toMatchObject({ bizName: "REFUND_CONFLICT" });
    expect(await balanceOf(senderId)).toBe(5);
  });

  it("changes nothing when its transaction is cut off", async () => {
    const senderId = await viewerWith(10);
    const gift = await give(senderId, { priceCoins: 10 });
    await tamper(
      harness.liveOwnerUrl,
      `CREATE FUNCTION cut_off() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER cut_off BEFORE INSERT ON operator_actions FOR EACH ROW EXECUTE FUNCTION cut_off();`,
    );
    await expect(refund(gift)).rejects.toThrow("cut off");
    await tamper(harness.liveOwnerUrl, "DROP TRIGGER cut_off ON operator_actions; DROP FUNCTION cut_off;");
    expect(await balanceOf(senderId)).toBe(0);
    await refund(gift);
    expect(await balanceOf(senderId)).toBe(10);
  });
});

describe("taking back", () => {
  it("takes the anchor's and the platform's parts once the gift is settled, never before", async () => {
    while ((await settle()).settledGifts > 0);
    while ((await takeBack()).reversed > 0);
    const anchorId = randomUUID();
    const gift = await give(await viewerWith(100), { anchorId, priceCoins: 7 });
    await refund(gift);
    expect(await takeBack()).toEqual({ reversed: 0, more: false });
    await settle();
    expect(await earnedOf(anchorId)).toMatchObject({ earnedFen: 35, reversedFen: 0 });
    expect(await Promise.all([takeBack(), takeBack(), takeBack()])).toContainEqual({
      reversed: 1,
      more: false,
    });
    expect(await earnedOf(anchorId)).toMatchObject({ earnedFen: 0, reversedFen: 35, withdrawableFen: 0 });
    const { items } = await listReversals(callBy(harness.resources, anchorId, "anchor"), { limit: 10 });
    expect(items).toMatchObject([{ giftOrderId: gift.giftOrderId, grossFen: 70, anchorFen: 35 }]);
    expect(JSON.stringify(items)).not.toContain(gift.senderId);
  });

  it("carries negative earnings forward, and later gifts make up for them", async () => {
    const anchorId = randomUUID();
    const senderId = await viewerWith(1_000);
    const gift = await give(senderId, { anchorId, priceCoins: 100 });
    await settle();
    // As a withdrawal of everything that was there leaves it.
    await harness.resources.finance.sql`
      UPDATE anchor_earnings SET withdrawn_fen = 500 WHERE anchor_id = ${anchorId}`;
    await refund(gift);
    await takeBack();
    expect(await earnedOf(anchorId)).toMatchObject({ earnedFen: 0, reversedFen: 500, withdrawableFen: -500 });
    await give(senderId, { anchorId, priceCoins: 120 });
    await settle();
    expect(await earnedOf(anchorId)).toMatchObject({ earnedFen: 600, withdrawableFen: 100 });
    await harness.resources.finance.sql`
      UPDATE anchor_earnings SET withdrawn_fen = 0 WHERE anchor_id = ${anchorId}`;
  });
});

describe("the boards of a room", () => {
  it("lose what was refunded, once its gift is counted, whatever is rebuilt meanwhile", async () => {
    const anchorId = randomUUID();
    const room = { id: randomUUID(), anchorId, sessionId: randomUUID() };
    await harness.resources.live.sql`
      INSERT INTO users (id, name, email, role) VALUES (${anchorId}, 'Aria', ${`${anchorId}@users.invalid`}, 'anchor')`;
    const facts = { title: "A room", category: "talk", tags: [], startedAt: new Date() };
    await insertSeedRooms(harness.resources.live, [{ ...room, ...facts }]);
    const inRoom = { anchorId, roomId: room.id, sessionId: room.sessionId };
    const [generous, modest] = [await viewerWith(1_000), await viewerWith(1_000)];
    const big = await give(generous, { ...inRoom, priceCoins: 300 });
    await give(modest, { ...inRoom, priceCoins: 20 });
    const small = await give(modest, { ...inRoom, priceCoins: 5 });
    const board = () => readBoard(harness.resources, room.id, { window: "session", id: room.sessionId });
    const drain = async () => {
      for (let i = 0; i < 5; i++) await discountNewRefunds(harness.resources);
    };
    await refund(small);
    // Nothing is counted, so nothing can be taken off.
    await drain();
    while ((await countNewSupporters(harness.resources, ALL_BUCKETS)).more);
    expect(await board()).toMatchObject([{ coins: 300 }, { coins: 25 }]);
    await drain();
    expect(await board()).toMatchObject([
      { senderId: generous, coins: 300 },
      { senderId: modest, coins: 20 },
    ]);
    await refund(big);
    await drain();
    expect(await board()).toEqual([{ senderId: modest, anonymous: false, coins: 20 }]);
  });
});
