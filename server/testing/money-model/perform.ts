import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { liftPayoutHold, placePayoutHold } from "@/db/finance/queries/payout-holds";
import { listWithdrawals } from "@/db/finance/queries/withdrawals";
import { placeRechargeOrder } from "@/db/live/queries/recharge-orders";
import { BizError, type BizErrorName } from "@/domain/contracts/errors";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { newTraceId } from "@/platform/observability/trace";
import { giftStreamKey, walletKey } from "@/platform/redis/keys";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import { FROM_THE_START } from "@/server/queue/bucket-queue";
import { acceptGift, cacheWallet } from "@/server/queue/gift-intake";
import { giftQueue } from "@/server/queue/queues";
import { settleAndTakeBack, startStretch } from "@/server/services/finance/settlement-stretch";
import { setShare } from "@/server/services/finance/shares";
import { debitBatch } from "@/server/services/gift/debit-batch";
import { takePaymentCallback } from "@/server/services/recharge/take-callback";
import { refundGift } from "@/server/services/refund/refund-gift";
import { countNewSupporters } from "@/server/services/room/count-supporters";
import { discountNewRefunds } from "@/server/services/room/discount-refunds";
import { getWalletFacts } from "@/server/services/wallet/get-wallet-balance";
import { decideWithdrawal } from "@/server/services/withdrawal/decide-withdrawal";
import { payWithdrawals } from "@/server/services/withdrawal/pay-withdrawals";
import { requestWithdrawal } from "@/server/services/withdrawal/request-withdrawal";
import { callBy, giftEntry } from "../money-harness";
import { composeCallback, PAYMENT_CALLBACK_PATH } from "../recharge-harness";
import type { Action } from "./actions";
import type { World } from "./world";

type Of<D extends Action["do"]> = Extract<Action, { do: D }>;

/** Does one thing with the real services and writes down what must have come of it. */
export async function perform(world: World, action: Action): Promise<void> {
  switch (action.do) {
    case "gift":
      return sendGift(world, action);
    case "repeat-gift":
      return repeatGift(world, action);
    case "debit":
      return debit(world, action.count, action.dies);
    case "settle":
      await settleAndTakeBack(world.services.harness.resources, startStretch("model"), action.limit);
      return;
    case "refund":
      return refund(world, action);
    case "count-supporters":
      return countSupporters(world);
    case "change-share":
      return changeShare(world, action);
    case "order-coins":
      return orderCoins(world, action);
    case "call-back":
      return callBack(world, action);
    case "withdraw":
      return withdraw(world, action);
    case "decide":
      return decide(world, action);
    case "pay-out":
      return payOut(world, action);
    case "hold":
      return hold(world, action);
    case "lift":
      return lift(world, action.hold);
    case "forget-wallet":
      await world.services.harness.resources.redis.del(walletKey(pick(world.viewers, action.viewer).id));
  }
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** Resolves also when the refusal is one of those that may come. */
async function allowing(names: readonly BizErrorName[], work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof BizError && names.includes(error.bizName)) return false;
      throw error;
    },
  );
}

async function sendGift(world: World, action: Of<"gift">): Promise<void> {
  const { resources } = world.services.harness;
  const { id } = pick(world.viewers, action.viewer);
  const gift = giftEntry(id, {
    anchorId: pick(world.anchors, action.anchor),
    priceCoins: action.coins,
    sentAt: new Date(Date.now() - action.msAgo).toISOString(),
  });
  let result = await acceptGift(resources.redis, gift);
  for (let tries = 0; result.kind === "cold" && tries < 5; tries++) {
    await cacheWallet(resources.redis, id, await getWalletFacts(resources, id));
    result = await acceptGift(resources.redis, gift);
  }
  if (result.kind === "new") world.accepted.set(gift.giftOrderId, gift);
}

async function repeatGift(world: World, { gift }: Of<"repeat-gift">): Promise<void> {
  if (world.accepted.size === 0) return;
  await acceptGift(world.services.harness.resources.redis, pick([...world.accepted.values()], gift));
}

/** One worker's turn with every bucket that has anything; one that dies takes nothing out of the queue. */
export async function debit(world: World, count: number, dies: boolean): Promise<void> {
  const { harness, blocking } = world.services;
  const { redis } = harness.resources;
  const buckets = [...new Set([...world.accepted.values()].map(({ bucket }) => bucket))];
  for (const bucket of buckets) {
    if ((await redis.xlen(giftStreamKey(bucket))) === 0) continue;
    const entries = await giftQueue.readEntries(blocking, new Map([[bucket, FROM_THE_START]]), count);
    await debitBatch(harness.resources, entries);
    if (dies) continue;
    await giftQueue.acknowledge(
      redis,
      bucket,
      entries.map(({ id }) => id),
    );
  }
}

async function refund(world: World, action: Of<"refund">): Promise<void> {
  if (world.accepted.size === 0) return;
  const { senderId, giftOrderId } = pick([...world.accepted.values()], action.gift);
  const operator = callBy(world.services.harness.resources, randomUUID(), "operator");
  const refundId = randomUUID();
  const outcomes = await Promise.all(
    Array.from({ length: action.copies }, () => {
      const id = action.sameId ? refundId : randomUUID();
      const facts = { senderId, giftOrderId, refundId: id, reason: "asked for" };
      // Not paid, or given back before under another id.
      return allowing(["NOT_FOUND", "REFUND_CONFLICT"], refundGift(operator, facts));
    }),
  );
  if (outcomes.includes(true)) world.refunded.add(giftOrderId);
}

export async function countSupporters({ services }: World): Promise<void> {
  await countNewSupporters(services.harness.resources, ALL_BUCKETS);
  await discountNewRefunds(services.harness.resources);
}

async function changeShare(world: World, { anchor, shareBps, inMs }: Of<"change-share">): Promise<void> {
  const { services } = world;
  const anchorId = anchor === null ? null : pick(world.anchors, anchor);
  const effectiveAtMs = Date.now() + inMs;
  const operator = callBy(services.harness.resources, randomUUID(), "operator");
  const share = { anchorId, shareBps, effectiveAt: new Date(effectiveAtMs).toISOString() };
  // Two changes for one instant: the first stands. One that comes too late does not.
  const stands = await allowing(["INVALID_INPUT", "SHARE_IN_PAST"], setShare(operator, share));
  if (stands) services.shares.push({ anchorId, shareBps, effectiveAtMs });
}

async function orderCoins(world: World, { viewer, coins }: Of<"order-coins">): Promise<void> {
  const { id: userId } = pick(world.viewers, viewer);
  const paymentId = randomUUID();
  const amountFen = coins * 10;
  await placeRechargeOrder(
    world.services.harness.resources.live,
    {
      paymentId,
      userId,
      orderId: randomUUID(),
      productId: "coins-60",
      coins,
      amountFen,
      provider: "sandbox",
      providerRef: `ref-${paymentId}`,
      status: "pending",
      traceId: newTraceId(),
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    [],
  );
  world.orders.push({ paymentId, userId, coins, amountFen, nonces: [], isPaid: false });
}

async function callBack(world: World, action: Of<"call-back">): Promise<void> {
  if (world.orders.length === 0) return;
  const order = pick(world.orders, action.order);
  const { kind, fault } = action;
  if (fault === "replayed" && order.nonces.length === 0) return;
  const nonce = fault === "replayed" ? pick(order.nonces, action.copies) : randomUUID();
  const amountFen = order.amountFen + (fault === "wrong-amount" ? 1 : 0);
  const facts = { kind, paymentId: order.paymentId, providerRef: `ref-${order.paymentId}`, amountFen };
  const { headers, body } = composeCallback(facts, {
    nonce,
    ...(fault === "forged" ? { secret: "somebody else's secret" } : {}),
  });
  const message = {
    method: "POST",
    path: PAYMENT_CALLBACK_PATH,
    headers,
    body: Buffer.from(body),
    traceId: newTraceId(),
    address: LOCAL_ADDRESS,
  };
  if (fault === "none" && kind !== "failed") order.isPaid = true;
  const { resources } = world.services.harness;
  await Promise.all(
    Array.from({ length: action.copies }, () =>
      allowing(
        ["REPLAYED", "SIGNATURE_INVALID", "PAYMENT_MISMATCH"],
        takePaymentCallback(resources, message),
      ),
    ),
  );
  if (fault !== "forged") order.nonces.push(nonce);
}

async function withdraw(world: World, { anchor, amountFen, copies }: Of<"withdraw">): Promise<void> {
  const anchorId = pick(world.anchors, anchor);
  const withdrawalId = randomUUID();
  const payoutAccount = { kind: "bank" as const, name: "王小明", number: "6222020205112233445" };
  const call = callBy(world.services.harness.resources, anchorId, "anchor");
  const outcomes = await Promise.all(
    Array.from({ length: copies }, () =>
      allowing(
        ["INSUFFICIENT_EARNINGS", "WITHDRAWAL_LIMIT", "PAYOUTS_HELD"],
        requestWithdrawal(call, { withdrawalId, amountFen, payoutAccount }),
      ),
    ),
  );
  if (outcomes.includes(true)) world.withdrawals.push({ anchorId, withdrawalId, amountFen });
}

async function decide(world: World, { withdrawal, approve }: Of<"decide">): Promise<void> {
  if (world.withdrawals.length === 0) return;
  const { anchorId, withdrawalId } = pick(world.withdrawals, withdrawal);
  const operator = callBy(world.services.harness.resources, randomUUID(), "operator");
  const decision = decideWithdrawal(operator, { anchorId, withdrawalId, approve, note: "" });
  await allowing(["WITHDRAWAL_STATE_CONFLICT", "PAYOUTS_HELD"], decision);
}

async function payOut(world: World, { network, inSeconds }: Of<"pay-out">): Promise<void> {
  const { harness } = world.services;
  harness.network = network;
  await payWithdrawals(harness.resources, () => new Date(Date.now() + inSeconds * 1_000));
}

/** What is approved once the hold stands was not ordered by mistake before, and is not from then on. */
async function hold(world: World, { anchor }: Of<"hold">): Promise<void> {
  const { harness } = world.services;
  const anchorId = pick(world.anchors, anchor);
  const id = randomUUID();
  await placePayoutHold(harness.resources.finance, {
    id,
    anchorId,
    kind: "restriction",
    reason: "model",
    until: null,
    placedBy: randomUUID(),
    traceId: newTraceId(),
  });
  const approved = await listWithdrawals(harness.resources.finance, {
    anchorId,
    status: "approved",
    below: null,
    limit: 100,
  });
  const orders = approved.map(({ payoutId }) => [payoutId, harness.ordersOf(payoutId)] as const);
  world.holds.push({ id, ordersByPayout: new Map(orders) });
}

export async function lift(world: World, index: number): Promise<void> {
  if (world.holds.length === 0) return;
  const placed = pick(world.holds, index);
  world.holds.splice(world.holds.indexOf(placed), 1);
  for (const [payoutId, orders] of placed.ordersByPayout) {
    expect(world.services.harness.ordersOf(payoutId)).toBe(orders);
  }
  await liftPayoutHold(world.services.harness.resources.finance, { id: placed.id, liftedBy: randomUUID() });
}
