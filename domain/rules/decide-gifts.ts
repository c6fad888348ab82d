import type { GiftFailureReason } from "../contracts/gift";

/** What deciding a batch needs to know of each order. */
export interface GiftToDecide {
  giftOrderId: string;
  senderId: string;
  totalCoins: number;
}

export interface WalletToDecide {
  balanceCoins: number;
  frozen: boolean;
}

/** `posted`: this order was decided before (an earlier delivery, or earlier in this batch) and must not post again. */
export type GiftDecision =
  | { outcome: "settled" }
  | { outcome: "failed"; reason: GiftFailureReason }
  | { outcome: "posted" };

const SETTLED: GiftDecision = { outcome: "settled" };
const POSTED: GiftDecision = { outcome: "posted" };
const FROZEN: GiftDecision = { outcome: "failed", reason: "WALLET_FROZEN" };
const POOR: GiftDecision = { outcome: "failed", reason: "INSUFFICIENT_COINS" };

/** Orders are scoped by their sender: two viewers may use the same id. */
export const orderScope = (senderId: string, giftOrderId: string) => `${senderId}/${giftOrderId}`;

/**
 * Decides orders one after the other against the running balance of their senders. An order that cannot be paid fails
 * alone: a cheaper one after it may still succeed. Pure; `wallets` is not changed.
 *
 * @returns one decision per order, in order, and the coins that leave each wallet that pays.
 */
export function decideGifts<G extends GiftToDecide>(
  orders: readonly G[],
  wallets: ReadonlyMap<string, WalletToDecide>,
  alreadyPosted: ReadonlySet<string>,
): { decisions: GiftDecision[]; spentCoins: Map<string, number> } {
  const spentCoins = new Map<string, number>();
  const decided = new Set(alreadyPosted);
  const decisions = orders.map((order): GiftDecision => {
    // Each order is one look-up here: this runs for every gift.
    const before = decided.size;
    if (decided.add(orderScope(order.senderId, order.giftOrderId)).size === before) return POSTED;
    const wallet = wallets.get(order.senderId);
    if (wallet?.frozen) return FROZEN;
    const spent = spentCoins.get(order.senderId) ?? 0;
    if (!wallet || wallet.balanceCoins - spent < order.totalCoins) return POOR;
    spentCoins.set(order.senderId, spent + order.totalCoins);
    return SETTLED;
  });
  return { decisions, spentCoins };
}
