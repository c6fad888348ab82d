import type { WalletFacts } from "@/db/live/queries/wallets";
import type { GiftFailureReason } from "../contracts/gift";
import type { RedisClient } from "../redis/client";
import { comboKey, giftOrderKey, walletKey } from "../redis/keys";
import { defineScript } from "../redis/script";
import finaliseSource from "./finalise.lua";
import { type CachedWallet, orderFingerprint, spendingDayKey, WALLET_CACHE_SECONDS } from "./gift-intake";

/** A final order is remembered this long for quick answers; afterwards the database answers. */
const FINAL_ORDER_SECONDS = 600;
/** A combo ends when no further gift of it settles within this time. */
export const COMBO_WINDOW_SECONDS = 8;

const finaliseScript = defineScript(finaliseSource);

/** One decided order. `posted` is what the database holds under the id, whatever this entry asked for. */
export interface FinalOrder {
  senderId: string;
  giftOrderId: string;
  comboId: string | null;
  status: "settled" | "failed";
  reason?: GiftFailureReason;
  /** When this sending was accepted, and whether it was paid for: else it is taken off what the sender has spent. */
  sentAtMs: number;
  charged: boolean;
  posted: {
    roomId: string;
    giftId: string;
    count: number;
    priceCoins: number;
    totalCoins: number;
    traceId: string;
  };
}

export interface FinalisedBucket {
  /** Per sender, as the cache holds it now; missing when the wallet is not known. */
  wallets: Map<string, CachedWallet>;
  /** Per order, in order: the count its combo had reached with it, or null. */
  comboCounts: (number | null)[];
}

/** Writes outcomes of one bucket back into Redis in one atomic, repeatable step: see finalise.lua. */
export async function finaliseGifts(
  redis: RedisClient,
  orders: readonly FinalOrder[],
  wallets: ReadonlyMap<string, WalletFacts>,
): Promise<FinalisedBucket> {
  const senders = [...new Set(orders.map((o) => o.senderId))];
  const indexOf = new Map(senders.map((id, i) => [id, i + 1]));
  const keys = senders.map(walletKey);
  const args: (string | number)[] = [
    senders.length,
    FINAL_ORDER_SECONDS,
    COMBO_WINDOW_SECONDS,
    WALLET_CACHE_SECONDS,
  ];
  for (const id of senders) {
    const wallet = wallets.get(id);
    args.push(wallet?.balanceCoins ?? "", wallet?.version ?? "", wallet?.frozen ? "1" : "");
  }
  for (const order of orders) {
    const orderKey = giftOrderKey(order.senderId, order.giftOrderId);
    const countsIntoCombo = order.comboId !== null && order.status === "settled";
    keys.push(orderKey, countsIntoCombo ? comboKey(order.senderId, order.comboId ?? "") : orderKey);
    args.push(
      indexOf.get(order.senderId) ?? 0,
      order.giftOrderId,
      finalValue(order),
      countsIntoCombo ? order.posted.count : 0,
      order.charged ? "" : spendingDayKey(order.sentAtMs),
    );
  }
  const reply = (await finaliseScript.run(redis, keys, args)) as string[];
  const walletsAfter: FinalisedBucket["wallets"] = new Map();
  senders.forEach((id, i) => {
    const [balance, reserved, version] = reply.slice(3 * i, 3 * i + 3);
    if (!balance) return;
    walletsAfter.set(id, {
      balanceCoins: Number(balance),
      pendingCoins: Number(reserved),
      version: Number(version),
    });
  });
  const comboCounts = orders.map((_, i) => {
    const count = reply[3 * senders.length + i];
    return count ? Number(count) : null;
  });
  return { wallets: walletsAfter, comboCounts };
}

/** The value of a final order as intake.lua describes it, up to the combo count that ends it. */
function finalValue({ status, reason, posted }: FinalOrder): string {
  const { priceCoins, totalCoins, traceId } = posted;
  return `${orderFingerprint(posted)};${status};${reason ?? ""};${priceCoins};${totalCoins};${traceId};;`;
}
