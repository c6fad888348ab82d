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
}
