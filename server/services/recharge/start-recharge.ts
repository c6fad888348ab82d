import { randomUUID } from "node:crypto";
import {
  findRechargeOrder,
  placeRechargeOrder,
  type RechargeOrderRow,
  savePayUrl,
} from "@/db/live/queries/recharge-orders";
import { findRechargeProduct } from "@/db/live/queries/recharge-products";
import { BizError } from "@/domain/contracts/errors";
import type { RechargeInput, RechargeResult } from "@/domain/contracts/recharge";
import { parseRateWindows } from "@/domain/rules/rate-limit";
import { firstAskAt } from "@/domain/rules/recharge";
import { defineHeld } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { getWalletFacts } from "../wallet/get-wallet-balance";
import { choosePaymentProvider } from "./providers/choose-provider";
import { mayFrame } from "./providers/frame-origin";

/** Long enough for every provider: Stripe's sessions live half an hour at least. */
const ORDER_LIFE_MS = 60 * 60_000;
/** The provider stops taking money before we stop waiting for it. */
const LAST_WORD_MS = 60_000;

/**
 * Orders coins at the price of the catalogue and says where to pay. The client makes `orderId` once per intent: repeating
 * the call returns the same order, also after a lost answer or when the provider was away the first time.
 *
 * Throws RECHARGE_CONFLICT (another product under the same id), NOT_FOUND (product), WALLET_FROZEN, RATE_LIMITED,
 * UNAVAILABLE (the provider does not answer; nothing was paid).
 */
export async function startRecharge(ctx: SignedInCtx, input: RechargeInput): Promise<RechargeResult> {
  const { userId } = ctx.session;
  const known = await findRechargeOrder(ctx.live, userId, input.orderId);
  const order = known ?? (await createOrder(ctx, input));
  if (order.productId !== input.productId) throw new BizError("RECHARGE_CONFLICT", { field: "productId" });
  const payUrl = order.payUrl ?? (await openPayment(ctx, order));
  const inFrame = mayFrame(choosePaymentProvider(ctx).frameOrigin, payUrl);
  return { orderId: order.orderId, payUrl, inFrame };
}

async function createOrder(ctx: SignedInCtx, input: RechargeInput): Promise<RechargeOrderRow> {
  const { userId } = ctx.session;
  requireFeature(ctx, "FEATURE_RECHARGES");
  const product = await findRechargeProduct(ctx.live, input.productId);
  if (!product?.enabled) throw new BizError("NOT_FOUND", { field: "productId" });
  // Opens it, too: money that comes later must find a wallet.
  if ((await getWalletFacts(ctx, userId)).frozen) throw new BizError("WALLET_FROZEN");
  const createdAt = sharedNow();
  const newOrder = {
    paymentId: randomUUID(),
    userId,
    orderId: input.orderId,
    productId: product.id,
    coins: product.coins,
    amountFen: product.priceFen,
    provider: choosePaymentProvider(ctx).name,
    status: "pending" as const,
    traceId: ctx.traceId,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + ORDER_LIFE_MS),
    askAt: firstAskAt(createdAt),
  };
  // Orders are counted, not calls: repeating a call is free.
  const limits = parseRateWindows(ctx.env.RATE_LIMIT_RECHARGE);
  const placed = await placeRechargeOrder(ctx.live, newOrder, limits);
  if ("retryAfterMs" in placed) throw new BizError("RATE_LIMITED", { retryAfterMs: placed.retryAfterMs });
  return placed.order;
}

/** Calls under way, by payment. */
const OPENING = defineHeld(() => new Map<string, Promise<string>>());

/**
 * Calls that arrive together share one call to the provider, so that nobody who repeats himself quickly uses up what it
 * answers to others.
 */
function openPayment(ctx: SignedInCtx, order: RechargeOrderRow): Promise<string> {
  const { paymentId } = order;
  const opening = ctx.live.caches.of(OPENING);
  const known = opening.get(paymentId);
  if (known) return known;
  const opened = askForPayUrl(ctx, order).finally(() => opening.delete(paymentId));
  opening.set(paymentId, opened);
  return opened;
}

/** Outside any transaction. A crash before the address is saved is harmless: the provider answers the same again. */
async function askForPayUrl(ctx: SignedInCtx, order: RechargeOrderRow): Promise<string> {
  const { paymentId, amountFen, coins, expiresAt } = order;
  const provider = choosePaymentProvider(ctx);
  // Nobody can pay it any more: it is over, or it was made with a provider that the settings no longer name.
  if (order.status !== "pending" || order.provider !== provider.name)
    throw new BizError("NOT_FOUND", { field: "orderId" });
  const created = await provider.createPayment({
    paymentId,
    amountFen,
    coins,
    returnUrl: new URL(`/wallet?order=${order.orderId}`, ctx.env.PUBLIC_URL).href,
    payUntil: new Date(expiresAt.getTime() - LAST_WORD_MS),
  });
  return savePayUrl(ctx.live, { paymentId, ...created });
}
