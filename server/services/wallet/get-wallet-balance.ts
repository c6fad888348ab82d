import { openWallets } from "@/db/live/ledger/accounts";
import { sumRechargedCoins } from "@/db/live/queries/recharge-orders";
import { EMPTY_WALLET, findWallet, type SpendingWallet } from "@/db/live/queries/wallets";
import type { WalletBalance } from "@/domain/contracts/wallet";
import { cacheWallet } from "@/server/queue/gift-intake";
import type { Resources, SignedInCtx } from "../context";

/** The wallet as the database holds it; opened empty for somebody who has none yet. */
export async function getWalletFacts(
  resources: Pick<Resources, "live">,
  userId: string,
): Promise<SpendingWallet> {
  const wallet = await findWallet(resources.live, userId);
  if (wallet) return wallet;
  await openWallets(resources.live.sql, [userId]);
  return EMPTY_WALLET;
}

/** Balance and what was ever bought from the database, pending from the reservations of gifts on their way. */
export async function getWalletBalance(ctx: SignedInCtx): Promise<WalletBalance> {
  const { userId } = ctx.session;
  const [wallet, rechargedCoins] = await Promise.all([
    getWalletFacts(ctx, userId),
    sumRechargedCoins(ctx.live, userId),
  ]);
  // The cache may know a newer one than was just read; a balance always goes with its own version.
  const cached = await cacheWallet(ctx.redis, userId, wallet);
  return { ...cached, frozen: wallet.frozen, rechargedCoins };
}
