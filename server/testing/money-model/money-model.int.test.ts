import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findEarnings } from "@/db/finance/queries/earnings";
import { countWithdrawals, findWithdrawals } from "@/db/finance/queries/withdrawals";
import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { findWallet } from "@/db/live/queries/wallets";
import { SHARE_BPS_DEFAULT, splitGift } from "@/domain/rules/money";
import { buildShareTable, shareInForce } from "@/domain/rules/share";
import { finishBackground } from "@/platform/runtime/background";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { settleAndTakeBack, startStretch } from "@/server/services/finance/settlement-stretch";
import { getGiftStatus } from "@/server/services/gift/get-gift-status";
import { payWithdrawals } from "@/server/services/withdrawal/pay-withdrawals";
import { callBy } from "../money-harness";
import { stepsArbitrary } from "./actions";
import { countSupporters, debit, lift, perform } from "./perform";
import { openServices, openWorld, type Services, type World } from "./world";

/** Each run is some eighty actions and costs about a second. A failing one prints its seed and its path. */
const RUNS = 8;
/** On a machine that does much else. */
const RUNS_MS_MAX = 240_000;
const DAY_MS = 86_400_000;

let services: Services;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services?.harness.close());

/** Whatever happened, nothing is left on its way after this. */
async function finishEverything(world: World): Promise<void> {
  const { harness } = services;
  await finishBackground();
  await debit(world, 1_000, false);
  while (await settleAndTakeBack(harness.resources, startStretch("model"), 1_000));
  await countSupporters(world);
  while (world.holds.length > 0) await lift(world, 0);
  harness.network = "fine";
  // After many lost calls the breaker keeps all calls back for seconds, and who was paid meanwhile is not known yet.
  let inDays = 0;
  const payUntilClear = async () => {
    inDays += 1;
    await payWithdrawals(harness.resources, () => new Date(Date.now() + inDays * DAY_MS));
    return (await countWithdrawals(harness.resources.finance)).paying;
  };
  await expect.poll(payUntilClear, { interval: 1_000, timeout: 60_000 }).toBe(0);
  // What was stopped because of others may be paid now that they are not on their way any more.
  await expect.poll(payUntilClear, { interval: 1_000, timeout: 60_000 }).toBe(0);
  await finishBackground();
}

/** Which of the accepted gifts were paid for: each has an end. */
async function listSettled(world: World) {
  const settled = [];
  for (const gift of world.accepted.values()) {
    const call = callBy(services.harness.resources, gift.senderId);
    const { status } = await getGiftStatus(call, { giftOrderId: gift.giftOrderId });
    const isRefunded = world.refunded.has(gift.giftOrderId);
    expect(isRefunded ? ["refunded"] : ["settled", "failed"]).toContain(status);
    if (status !== "failed") settled.push(gift);
  }
  return settled;
}

async function expectTotals(world: World): Promise<void> {
  const { live, finance } = services.harness.resources;
  const settled = await listSettled(world);
  for (const { id, grantedCoins } of world.viewers) {
    const spent = settled.filter((gift) => gift.senderId === id && !world.refunded.has(gift.giftOrderId));
    const bought = world.orders.filter((order) => order.isPaid && order.userId === id);
    const expected =
      grantedCoins + sum(bought, ({ coins }) => coins) - sum(spent, ({ priceCoins }) => priceCoins);
    expect((await findWallet(live, id))?.balanceCoins).toBe(expected);
  }
  const shares = buildShareTable(services.shares);
  const paidOut = services.harness.readLedger();
  for (const anchorId of world.anchors) {
    const received = settled.filter((gift) => gift.anchorId === anchorId);
    const anchorFenOf = (gift: QueuedGift) => {
      const shareBps = shareInForce(shares, anchorId, Date.parse(gift.sentAt), SHARE_BPS_DEFAULT);
      return splitGift(gift.priceCoins, shareBps).anchorFen;
    };
    const reversedFen = sum(
      received.filter((gift) => world.refunded.has(gift.giftOrderId)),
      anchorFenOf,
    );
    const earnedFen = sum(received, anchorFenOf) - reversedFen;
    let withdrawnFen = 0;
    let frozenFen = 0;
    const stoppedFen: number[] = [];
    for (const asked of world.withdrawals.filter((withdrawal) => withdrawal.anchorId === anchorId)) {
      const [row] = await findWithdrawals(finance, asked.withdrawalId, anchorId);
      const paid = row && paidOut.get(row.payoutId);
      expect(paid).toEqual(row?.status === "paid" ? { times: 1, fen: asked.amountFen } : undefined);
      if (row?.status === "paid") withdrawnFen += asked.amountFen;
      else if (row?.status === "requested") frozenFen += asked.amountFen;
      else if (row?.status === "approved") {
        // Refunds have taken back what it would be paid from.
        expect(row.failureReason).toBe("earnings_taken_back");
        frozenFen += asked.amountFen;
        stoppedFen.push(asked.amountFen);
      } else expect(["rejected", "failed"]).toContain(row?.status);
    }
    for (const fen of stoppedFen) expect(fen).toBeGreaterThan(earnedFen - withdrawnFen);
    const earnings = await findEarnings(finance, anchorId);
    const { earnedFen: earned = 0, reversedFen: reversed = 0, gifts = 0 } = earnings ?? {};
    expect({ earned, reversed, gifts }).toEqual({
      earned: earnedFen,
      reversed: reversedFen,
      gifts: received.length,
    });
    expect(earnings?.withdrawnFen ?? 0).toBe(withdrawnFen);
    expect(earnings?.frozenFen ?? 0).toBe(frozenFen);
    expect(withdrawnFen + frozenFen).toBeLessThanOrEqual(earnedFen + reversedFen);
  }
}

function sum<T>(list: readonly T[], valueOf: (item: T) => number): number {
  return list.reduce((total, item) => total + valueOf(item), 0);
}

it(
  "keeps every invariant and every total, whatever happens at the same time",
  async () => {
    await fc.assert(
      fc.asyncProperty(stepsArbitrary, async (steps) => {
        const world = await openWorld(services);
        for (const step of steps) await Promise.all(step.map((action) => perform(world, action)));
        await finishEverything(world);
        await expectTotals(world);
        const results = await checkInvariants(services.harness.resources);
        expect(results.filter(({ breaches }) => breaches.length > 0)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
  RUNS_MS_MAX,
);
