import { expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import { summarizeGifts } from "./announcement";

function gift(nickname: string, giftId: string, count: number, priceCoins: number) {
  return {
    event: "gift.settled",
    seq: 1,
    at: "2030-01-01T00:00:00.000Z",
    traceId: "0".repeat(32),
    giftOrderId: `${nickname}${giftId}`,
    sender: { userId: nickname, nickname },
    gift: { giftId, nameEn: giftId, nameZh: giftId, effect: giftId, svgaUrl: null, priceCoins },
    count,
    totalCoins: count * priceCoins,
    combo: null,
  } satisfies Extract<RoomEvent, { event: "gift.settled" }>;
}

it("names the dearest gifts, adds up repeats and counts the rest", () => {
  const summary = summarizeGifts([
    gift("Ann", "heart", 1, 1),
    gift("Bob", "rocket", 2, 50),
    gift("Ann", "crown", 3, 10),
    gift("Bob", "rocket", 1, 50),
  ]);
  expect(summary.top.map((entry) => [entry.senderName, entry.nameEn, entry.count])).toEqual([
    ["Bob", "rocket", 3],
    ["Ann", "crown", 3],
  ]);
  expect(summary.otherGifts).toBe(1);
});
