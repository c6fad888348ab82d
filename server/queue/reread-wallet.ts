import type { SpendingWallet } from "@/db/live/queries/wallets";
import { bucketOf } from "@/domain/rules/bucket";
import { capsAt, spendingDay, spentOn } from "@/domain/rules/spending";
import type { RedisClient } from "@/platform/redis/client";
import { giftStreamKey, walletKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import { capsText } from "./gift-intake";
import rereadSource from "./reread-wallet.lua";

const rereadScript = defineScript(rereadSource);
/** As long as orders on their way are kept; see intake.lua. */
const KEEP_SECONDS = 8 * 24 * 3_600;

export interface RereadWallet {
  /** Orders that were on their way by this wallet only: their entries are gone. */
  releasedOrders: number;
  releasedCoins: number;
  queuedOrders: number;
}

/**
 * Makes a cached wallet what the database holds, older than the cache though it may be; null when it holds none. Orders
 * that are in the queue keep their reservations. For a restored database, while nobody posts.
 */
export async function rereadWallet(
  redis: RedisClient,
  userId: string,
  wallet: SpendingWallet | null,
): Promise<RereadWallet> {
  const nowMs = Date.now();
  const spent = spentOn(wallet?.spent ?? null, spendingDay(nowMs));
  const reply = (await rereadScript.run(
    redis,
    [walletKey(userId), giftStreamKey(bucketOf(userId))],
    [
      userId,
      wallet?.balanceCoins ?? "",
      wallet?.version ?? "",
      wallet?.frozen ? "1" : "",
      wallet ? capsText(capsAt(wallet.ownCaps, nowMs)) : "::",
      spent.day.replaceAll("-", ""),
      spent.dayCoins,
      spent.monthCoins,
      KEEP_SECONDS,
    ],
  )) as [number, string, number];
  return { releasedOrders: reply[0], releasedCoins: Number(reply[1]), queuedOrders: reply[2] };
}
