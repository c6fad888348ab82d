import type { GiftSettledBody } from "../contracts/room-event-bodies";

/** An event stays well under the size of one message with this many ids in it. */
const MERGED_IDS_MAX = 60;

interface GiftEvent {
  traceId: string;
  body: GiftSettledBody;
}

/**
 * Tells gifts of one combo as one: the newest, with the sums of all and the ids of the others. Gifts without a combo stay
 * as they are; the order is that of each combo's last gift.
 */
export function mergeComboGifts<G extends GiftEvent>(gifts: readonly G[]): G[] {
  const merged: (G | null)[] = [];
  const placeOf = new Map<string, number>();
  for (const gift of gifts) {
    const comboId = gift.body.combo?.comboId;
    const place = comboId === undefined ? undefined : placeOf.get(comboId);
    const earlier = place === undefined ? null : merged[place];
    const mergedOrderIds = earlier && [...(earlier.body.mergedOrderIds ?? []), earlier.body.giftOrderId];
    const isSame = earlier?.body.gift.giftId === gift.body.gift.giftId;
    if (earlier && mergedOrderIds && isSame && mergedOrderIds.length <= MERGED_IDS_MAX) {
      if (place !== undefined) merged[place] = null;
      const { count, totalCoins } = earlier.body;
      merged.push({
        ...gift,
        body: {
          ...gift.body,
          count: gift.body.count + count,
          totalCoins: gift.body.totalCoins + totalCoins,
          mergedOrderIds,
        },
      });
    } else {
      merged.push(gift);
    }
    if (comboId !== undefined) placeOf.set(comboId, merged.length - 1);
  }
  return merged.filter((gift) => gift !== null);
}
