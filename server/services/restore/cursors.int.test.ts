import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyIn } from "@/db/backup/copy-in";
import { copyOut } from "@/db/backup/copy-out";
import type { DatabaseCopy } from "@/db/backup/manifest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { listAlarms } from "@/db/live/queries/alarms";
import { tamper } from "@/db/testing/tamper";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { getFinanceSummary } from "../finance/get-summary";
import { settleNewGifts } from "../finance/settle-gifts";
import { takeBackRefunds } from "../finance/take-back-refunds";
import { refundGift } from "../refund/refund-gift";
import { countNewSupporters } from "../room/count-supporters";
import { discountNewRefunds } from "../room/discount-refunds";
import { reconcileFinance } from "./reconcile-finance";
import { ContradictedCursorError } from "./require-own-feed";

let harness: MoneyHarness;
let folder: string;
let senders: string[];
beforeEach(async () => {
  harness = await startMoneyHarness();
  folder = mkdtempSync(join(tmpdir(), "downpour-restore-"));
  senders = [0, 1, 2].map(userInBucket);
  for (const sender of senders) await openWallet(harness.resources, sender, 1_000_000);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await harness.close();
});

const give = async (bucket: number, facts: Parameters<typeof giftEntry>[1] = {}) => {
  const gift = giftEntry(senders[bucket] as string, facts);
  await postGifts(harness.resources.live.sql, [gift]);
  return gift;
};
const settle = async () => {
  let gifts = 0;
  for (let more = true; more; ) {
    const round = await settleNewGifts(harness.resources, 1_000);
    gifts += round.settledGifts;
    more = round.more;
  }
  return gifts;
};
const takeBack = () => takeBackRefunds(harness.resources, 100);
const count = () => countNewSupporters(harness.resources, ALL_BUCKETS);
const refund = (gift: Awaited<ReturnType<typeof give>>, refundId: string = randomUUID()) =>
  refundGift(callBy(harness.resources, randomUUID(), "operator"), {
    senderId: gift.senderId,
    giftOrderId: gift.giftOrderId,
    refundId,
    reason: "sent by a child",
  });
const backUpLive = () => copyOut(harness.resources.live, folder);
/** What Redis remembers goes with it; that has tests of its own. */
const putLiveBack = async (copy: DatabaseCopy) => {
  await copyIn(harness.liveOwnerUrl, copy, folder);
  await harness.resources.redis.flushdb();
};
const reconcile = () =>
  reconcileFinance(harness.resources, {
    liveIncarnation: randomUUID(),
    node: "restore",
    traceId: "0".repeat(32),
  });
const earnedOf = async (anchorId: string) =>
  (await getFinanceSummary(callBy(harness.resources, anchorId, "anchor"))).earnedFen;
const openAlarms = async () =>
  (await listAlarms(harness.resources.live, { all: false, limit: 100 })).map((alarm) => alarm.subject);
async function expectCleanBooks(): Promise<void> {
  const broken = (await checkInvariants(harness.resources)).filter(({ breaches }) => breaches.length > 0);
  expect(broken).toEqual([]);
}

describe("settlement, after the live database alone was put back", () => {
  it("stops with an alarm where its cursor is beyond the last number", async () => {
    await give(0);
    const copy = await backUpLive();
    for (let i = 0; i < 3; i++) await give(0);
    await settle();
    await putLiveBack(copy);
    await expect(settle()).rejects.toThrow(ContradictedCursorError);
    expect(await openAlarms()).toContain("cursor:settlement");
  });

  it("stops as well once the numbers have grown past its cursor with other gifts", async () => {
    await give(0);
    const copy = await backUpLive();
    for (let i = 0; i < 3; i++) await give(0);
    await settle();
    await putLiveBack(copy);
    for (let i = 0; i < 9; i++) await give(0);
    await expect(settle()).rejects.toThrow(ContradictedCursorError);
    const broken = (await checkInvariants(harness.resources)).filter(({ breaches }) => breaches.length > 0);
    expect(broken.map(({ key }) => key)).toContain("settled-sums");
  });

  it("stops when the same orders were posted again in another order", async () => {
    const copy = await backUpLive();
    const gifts = [await give(0), await give(0), await give(0)];
    await settle();
    await putLiveBack(copy);
    const [one, two, three] = gifts;
    if (!one || !two || !three) throw new Error("No gifts.");
    await postGifts(harness.resources.live.sql, [two, one, three]);
    await expect(settle()).rejects.toThrow(ContradictedCursorError);
  });

  it("goes on where nothing was settled that is gone", async () => {
    await give(0);
    await settle();
    const copy = await backUpLive();
    await give(0);
    await putLiveBack(copy);
    const anchorId = randomUUID();
    await give(0, { anchorId });
    expect(await settle()).toBe(1);
    expect(await earnedOf(anchorId)).toBe(5);
    await expectCleanBooks();
  });

  it("is taken back to the last batch that the live database agrees with, and settles what is there", async () => {
    const [kept, lost, later] = [randomUUID(), randomUUID(), randomUUID()];
    await give(0, { anchorId: kept, priceCoins: 10 });
    await settle();
    await give(1, { anchorId: kept, priceCoins: 20 });
    const copy = await backUpLive();
    await give(1, { anchorId: lost, priceCoins: 30 });
    await give(2, { anchorId: lost, priceCoins: 40 });
    await settle();
    await give(0, { anchorId: lost, priceCoins: 50 });
    await settle();
    expect(await earnedOf(lost)).toBe(600);
    await putLiveBack(copy);
    // Numbers are given out again before anybody has noticed.
    for (let i = 0; i < 5; i++) await give(1, { anchorId: later, priceCoins: 1 });
    expect(await reconcile()).toMatchObject({
      batches: 2,
      gifts: 4,
      grossFen: 1_400,
      anchorFen: 700,
      refunds: 0,
    });
    expect(await settle()).toBe(6);
    expect(await earnedOf(kept)).toBe(150);
    expect(await earnedOf(lost)).toBe(0);
    expect(await earnedOf(later)).toBe(25);
    await expectCleanBooks();
    // Nothing more to do, and once more from the start.
    expect(await reconcile()).toBeNull();
    await putLiveBack(copy);
    expect(await reconcile()).toMatchObject({ gifts: 6 });
    expect(await settle()).toBe(1);
    expect(await earnedOf(later)).toBe(0);
    await expectCleanBooks();
  });

  it("is found out by the audit when a batch was taken back otherwise than it was", async () => {
    const copy = await backUpLive();
    await give(0, { priceCoins: 10 });
    await settle();
    await putLiveBack(copy);
    await reconcile();
    await expectCleanBooks();
    await tamper(
      harness.financeOwnerUrl,
      `UPDATE settlement_lines SET anchor_fen = anchor_fen + 2, platform_fen = platform_fen - 2 WHERE gifts < 0`,
    );
    const broken = (await checkInvariants(harness.resources)).filter(({ breaches }) => breaches.length > 0);
    expect(broken.map(({ key }) => key)).toContain("lines");
  });

  it("refuses what a settler had read before it was taken back", async () => {
    const copy = await backUpLive();
    await give(0);
    await settle();
    await putLiveBack(copy);
    await Promise.all([reconcile(), settle().catch(() => 0), settle().catch(() => 0)]);
    await settle();
    await expectCleanBooks();
  });
});

describe("taking refunds back", () => {
  it("stops where its cursor is beyond the last refund, and where the number is another's now", async () => {
    const [one, two] = [await give(0, { priceCoins: 10 }), await give(1, { priceCoins: 20 })];
    await settle();
    const copy = await backUpLive();
    await refund(one);
    expect(await takeBack()).toMatchObject({ reversed: 1 });
    await putLiveBack(copy);
    await expect(takeBack()).rejects.toThrow(ContradictedCursorError);
    expect(await openAlarms()).toContain("cursor:refunds");
    await refund(two);
    await expect(takeBack()).rejects.toThrow(ContradictedCursorError);
  });

  it("gives back what refunds took that are gone, and takes back those that are there", async () => {
    const anchorId = randomUUID();
    const one = await give(0, { anchorId, priceCoins: 10 });
    const two = await give(1, { anchorId, priceCoins: 20 });
    await settle();
    await refund(one);
    await takeBack();
    const copy = await backUpLive();
    const refundId = randomUUID();
    await refund(two, refundId);
    await takeBack();
    expect(await earnedOf(anchorId)).toBe(0);
    await putLiveBack(copy);
    expect(await reconcile()).toMatchObject({ batches: 0, refunds: 1 });
    expect(await earnedOf(anchorId)).toBe(100);
    await count();
    await discountNewRefunds(harness.resources);
    await expectCleanBooks();
    // The operator does it again, under the same id.
    await refund(two, refundId);
    expect(await takeBack()).toMatchObject({ reversed: 1 });
    expect(await earnedOf(anchorId)).toBe(0);
    await discountNewRefunds(harness.resources);
    await expectCleanBooks();
  });
});

describe("boards, where somebody put back some tables only", () => {
  it("are not counted on with a cursor beyond the gifts", async () => {
    await give(0);
    await count();
    await tamper(
      harness.liveOwnerUrl,
      "UPDATE supporter_cursors SET last_seq = last_seq + 1 WHERE bucket = 0",
    );
    await expect(count()).rejects.toThrow(ContradictedCursorError);
    expect(await openAlarms()).toContain("cursor:boards");
  });

  it("are not counted on, and refunds not taken off, where another gift or refund has the number", async () => {
    const gift = await give(0);
    await count();
    await refund(gift);
    await discountNewRefunds(harness.resources);
    await count();
    await tamper(
      harness.liveOwnerUrl,
      "UPDATE gift_refunds SET created_at = created_at + interval '1 second'",
    );
    await expect(count()).rejects.toThrow(ContradictedCursorError);
    await tamper(
      harness.liveOwnerUrl,
      "UPDATE gift_refunds SET created_at = created_at - interval '1 second'",
    );
    await count();
    await tamper(
      harness.liveOwnerUrl,
      "UPDATE gift_records SET created_at = created_at + interval '1 second'",
    );
    await expect(count()).rejects.toThrow(ContradictedCursorError);
  });
});
