import type { CatalogueGift } from "@/db/live/queries/gift-catalogue";
import type { GiftSettledBody } from "@/domain/contracts/room-event-bodies";
import type { WrittenEvent } from "@/push/publisher/numbered-event";

/** What a room is told of each gift, before it is written. */
export interface GiftEvent {
  traceId: string;
  body: GiftSettledBody;
}

/** What an event says of the gift itself, once for all that are given in a round. */
export class ShownGifts {
  readonly #shown = new Map<string, GiftSettledBody["gift"]>();
  readonly #texts = new Map<GiftSettledBody["gift"], string>();

  constructor(private readonly items: ReadonlyMap<string, CatalogueGift | undefined>) {}

  of({ giftId, priceCoins }: { giftId: string; priceCoins: number }): GiftSettledBody["gift"] {
    const key = `${giftId}/${priceCoins}`;
    const known = this.#shown.get(key);
    if (known) return known;
    const item = this.items.get(giftId);
    const gift = {
      giftId,
      nameEn: item?.nameEn ?? giftId,
      nameZh: item?.nameZh ?? giftId,
      effect: item?.effect ?? "present",
      svgaUrl: item?.svgaUrl ?? null,
      priceCoins,
    };
    this.#shown.set(key, gift);
    this.#texts.set(gift, JSON.stringify(gift));
    return gift;
  }

  /**
   * An event without its number. Written out, because it is made for every gift: the contract of the queue leaves nothing but
   * the name that would have to be quoted.
   */
  write({ traceId, body }: GiftEvent, at: string): WrittenEvent {
    const { giftOrderId, sender, gift, count, totalCoins, combo, mergedOrderIds } = body;
    const userId = sender.userId === null ? "null" : `"${sender.userId}"`;
    const more = mergedOrderIds ? `,"mergedOrderIds":["${mergedOrderIds.join('","')}"]` : "";
    return {
      event: "gift.settled",
      rest:
        `"event":"gift.settled","at":"${at}","traceId":"${traceId}","giftOrderId":"${giftOrderId}",` +
        `"sender":{"userId":${userId},"nickname":${JSON.stringify(sender.nickname)}},` +
        `"gift":${this.#texts.get(gift)},"count":${count},"totalCoins":${totalCoins},` +
        `"combo":${combo === null ? "null" : JSON.stringify(combo)}${more}}`,
    };
  }
}
