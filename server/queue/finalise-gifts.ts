import type { WalletFacts } from "@/db/live/queries/wallets";
import type { GiftFailureReason } from "../contracts/gift";
import type { RedisClient } from "../redis/client";
import { comboKey, giftOrderKey, walletKey } from "../redis/keys";
import { defineScript } from "../redis/script";
import { bucketOf } from "../rules/bucket";
import finaliseSource from "./finalise.lua";
import { type CachedWallet, orderFingerprint, spendingDayKey, WALLET_CACHE_SECONDS } from "./gift-intake";

/** A final order is remembered this long for quick answers; afterwards the database answers. */
const FINAL_ORDER_SECONDS = 600;
/** A combo ends when no further gift of it settles within this time. */
export const COMBO_WINDOW_SECONDS = 8;
/** Wallets of one script: bounds how long Redis is busy with it. */
const WALLETS_AT_ONCE = 200;

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
  const args = walletArgs(senders, wallets);
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
  const comboCounts = orders.map((_, i) => {
    const count = reply[3 * senders.length + i];
    return count ? Number(count) : null;
  });
  return { wallets: readWallets(reply, senders), comboCounts };
}

/**
 * Writes wallets that were changed and committed into the cache wherever it holds an older version or none, as finalising
 * does: in its script, with no order to finalise.
 *
 * @returns the wallets as the cache holds them now.
 */
export async function refreshWallets(
  redis: RedisClient,
  wallets: ReadonlyMap<string, WalletFacts>,
): Promise<Map<string, CachedWallet>> {
  const byBucket = new Map<number, string[]>();
  for (const userId of wallets.keys()) {
    const bucket = bucketOf(userId);
    const list = byBucket.get(bucket);
    if (list) list.push(userId);
    else byBucket.set(bucket, [userId]);
  }
  const cached: Map<string, CachedWallet> = new Map();
  await Promise.all(
    [...byBucket.values()].map(async (userIds) => {
      for (let i = 0; i < userIds.length; i += WALLETS_AT_ONCE) {
        const some = userIds.slice(i, i + WALLETS_AT_ONCE);
        const reply = await finaliseScript.run(redis, some.map(walletKey), walletArgs(some, wallets));
        for (const [userId, wallet] of readWallets(reply as string[], some)) cached.set(userId, wallet);
      }
    }),
  );
  return cached;
}

/** The head of the script's arguments: seconds to keep things, and each wallet. */
function walletArgs(
  userIds: readonly string[],
  wallets: ReadonlyMap<string, WalletFacts>,
): (string | number)[] {
  const args: (string | number)[] = [
    userIds.length,
    FINAL_ORDER_SECONDS,
    COMBO_WINDOW_SECONDS,
    WALLET_CACHE_SECONDS,
  ];
  for (const id of userIds) {
    const wallet = wallets.get(id);
    args.push(wallet?.balanceCoins ?? "", wallet?.version ?? "", wallet?.frozen ? "1" : "");
  }
  return args;
}

/** The head of the script's answer. */
function readWallets(reply: readonly string[], userIds: readonly string[]): Map<string, CachedWallet> {
  const wallets = new Map<string, CachedWallet>();
  userIds.forEach((id, i) => {
    const [balance, reserved, version] = reply.slice(3 * i, 3 * i + 3);
    if (!balance) return;
    wallets.set(id, {
      balanceCoins: Number(balance),
      pendingCoins: Number(reserved),
      version: Number(version),
    });
  });
  return wallets;
}

/** The value of a final order as intake.lua describes it, up to the combo count that ends it. */
function finalValue({ status, reason, posted }: FinalOrder): string {
  const { priceCoins, totalCoins, traceId } = posted;
  return `${orderFingerprint(posted)};${status};${reason ?? ""};${priceCoins};${totalCoins};${traceId};;`;
}
