import type { RoomEvent } from "@/domain/contracts/events";

type GiftEvent = Extract<RoomEvent, { event: "gift.settled" }>;

export interface GiftSummary {
  /** The dearest gifts of the period, one entry per sender and gift. */
  top: { senderName: string; nameEn: string; nameZh: string; count: number }[];
  otherGifts: number;
}

const SPOKEN_MAX = 2;

/** Condenses the gifts of a few seconds into what a screen reader can say before the next ones come. */
export function summarizeGifts(events: readonly GiftEvent[]): GiftSummary {
  const groups = new Map<string, GiftSummary["top"][number] & { coins: number }>();
  for (const { sender, gift, count, totalCoins } of events) {
    const key = `${sender.userId ?? sender.nickname}/${gift.giftId}`;
    const group = groups.get(key);
    if (group) {
      group.count += count;
      group.coins += totalCoins;
    } else {
      const { nameEn, nameZh } = gift;
      groups.set(key, { senderName: sender.nickname, nameEn, nameZh, count, coins: totalCoins });
    }
  }
  const ranked = [...groups.values()].sort((a, b) => b.coins - a.coins);
  return {
    top: ranked
      .slice(0, SPOKEN_MAX)
      .map(({ senderName, nameEn, nameZh, count }) => ({ senderName, nameEn, nameZh, count })),
    otherGifts: ranked.slice(SPOKEN_MAX).reduce((sum, group) => sum + group.count, 0),
  };
}
