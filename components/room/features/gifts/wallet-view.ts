import type { WalletBalance } from "@/domain/contracts/wallet";

export interface WalletView {
  /** What the person may still spend. */
  spendableCoins: number;
  /** On its way and not final. */
  pendingCoins: number;
}

/** The newer of two snapshots; an event that arrives late must not bring an old balance back. */
export function newerBalance(known: WalletBalance | undefined, incoming: WalletBalance): WalletBalance {
  if (known && known.version > incoming.version) return known;
  const { frozen = known?.frozen, rechargedCoins = known?.rechargedCoins } = incoming;
  return { ...incoming, frozen, rechargedCoins };
}

/**
 * The server's pending amount may or may not include the newest taps of this page, and may include other devices'
 * gifts: the larger of both is what is surely not free.
 */
export function viewWallet(balance: WalletBalance, openCoinsHere: number): WalletView {
  const pendingCoins = Math.max(balance.pendingCoins, openCoinsHere);
  return { pendingCoins, spendableCoins: balance.balanceCoins - pendingCoins };
}
