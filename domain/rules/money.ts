/** 1 coin is worth 10 fen gross, before the revenue share. */
export const FEN_PER_COIN = 10;
export const SHARE_BPS_MAX = 10_000;
export const SHARE_BPS_DEFAULT = 5_000;
/** The most of one gift that one order may send. */
export const GIFT_COUNT_MAX = 9_999;
/** The dearest gift the catalogue takes; with the count above, sums of millions of orders stay safe integers. */
export const PRICE_COINS_MAX = 1_000_000;
/** The most that one order may cost. */
export const GIFT_COINS_MAX = PRICE_COINS_MAX * GIFT_COUNT_MAX;

export function giftTotalCoins(priceCoins: number, count: number): number {
  return priceCoins * count;
}

export interface GiftSplit {
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

/**
 * Splits one gift between anchor and platform. The anchor's part is rounded down per gift, so the sum over any set of
 * gifts is the same however settlement batches them.
 */
export function splitGift(totalCoins: number, shareBps: number): GiftSplit {
  const grossFen = totalCoins * FEN_PER_COIN;
  const scaled = grossFen * shareBps;
  // The limits above keep this below 2^53; anything larger must not be rounded silently.
  if (!Number.isSafeInteger(scaled))
    throw new RangeError(`A gift of ${totalCoins} coins is too large to split.`);
  const anchorFen = (scaled - (scaled % SHARE_BPS_MAX)) / SHARE_BPS_MAX;
  return { grossFen, anchorFen, platformFen: grossFen - anchorFen };
}

/** What one product may hold and cost: a slip of the hand is not a hundred times that. */
export const PRODUCT_COINS_MAX = 10_000_000;
export const PRODUCT_FEN_MAX = 100_000_000;
