/** How much of the picture effects may take: scenes; pictures that fly in; only those of own gifts. */
export const EFFECT_LEVELS = ["full", "small", "off"] as const;
export type EffectLevel = (typeof EFFECT_LEVELS)[number];

/** One settled (or the viewer's own pending) gift order, as the room shows it. */
export interface GiftEffect {
  giftOrderId: string;
  senderId: string;
  senderName: string;
  giftId: string;
  giftName: string;
  /** The picture and scene to play; unknown ids fall back to a present box. */
  effect: string;
  svgaUrl?: string | null;
  count: number;
  totalCoins: number;
  /** Sent by the person watching. */
  own: boolean;
  combo?: { id: string; count: number; endsAt: string };
  /** When the gift was sent, in epoch milliseconds on the clock whose readings are passed to the queue. */
  at: number;
  /** Own gifts that are played as one, each of which may still be taken back; see `EffectQueue.takeBack`. */
  shares?: readonly EffectShare[];
}

/** What one order adds to an effect. */
export interface EffectShare {
  giftOrderId: string;
  count: number;
  totalCoins: number;
}

/** The effect without one of its orders; null when nothing is left, the same effect when it has no such order. */
export function withoutShare(effect: GiftEffect, giftOrderId: string): GiftEffect | null {
  const share = effect.shares?.find((other) => other.giftOrderId === giftOrderId);
  if (!share) return effect.giftOrderId === giftOrderId ? null : effect;
  const shares = effect.shares?.filter((other) => other !== share) ?? [];
  const [last] = shares.slice(-1);
  if (!last) return null;
  return {
    ...effect,
    giftOrderId: last.giftOrderId,
    shares,
    count: effect.count - share.count,
    totalCoins: effect.totalCoins - share.totalCoins,
  };
}
