import fc from "fast-check";
import { expect, it } from "vitest";
import type { CatalogueGift } from "@/db/live/queries/gift-catalogue";
import { RoomEvent } from "@/domain/contracts/events";
import { joinEvents, numberEvent } from "@/push/publisher/numbered-event";
import { ShownGifts } from "./gift-event";

const AT = "2026-03-01T00:00:00.000Z";
const anyText = fc.string({ unit: "binary", maxLength: 40 });
const item = fc.record({
  nameEn: anyText,
  nameZh: anyText,
  effect: anyText,
  svgaUrl: fc.option(anyText),
}) as fc.Arbitrary<Partial<CatalogueGift>>;
const combo = fc.record({ comboId: fc.uuid(), count: fc.nat(), endsAt: fc.constant(AT) });
const sender = fc.oneof(
  fc.record({ userId: fc.uuid(), nickname: anyText }),
  fc.constant({ userId: null, nickname: "" }),
);

it("writes an event as the contract has it, whatever names say", () => {
  fc.assert(
    fc.property(
      fc.option(item, { nil: undefined }),
      fc.record({
        giftOrderId: fc.uuid(),
        sender,
        count: fc.integer({ min: 1, max: 9_999 }),
        totalCoins: fc.nat(),
        combo: fc.option(combo),
      }),
      fc.option(fc.array(fc.uuid(), { minLength: 1, maxLength: 60 }), { nil: undefined }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (known, facts, mergedOrderIds, priceCoins) => {
        const shown = new ShownGifts(new Map([["rose", known as CatalogueGift | undefined]]));
        const gift = shown.of({ giftId: "rose", priceCoins });
        const body = { ...facts, gift, ...(mergedOrderIds ? { mergedOrderIds } : {}) };
        const written = shown.write({ traceId: "a".repeat(32), body }, AT);
        const travels: unknown = JSON.parse(numberEvent(written, 7).json);
        const expected = { event: "gift.settled", at: AT, traceId: "a".repeat(32), ...body };
        expect(JSON.parse(joinEvents([written]))).toEqual(expected);
        expect(JSON.parse(joinEvents([written, written]))).toEqual([expected, expected]);
        expect(travels).toEqual({ ...expected, seq: 7 });
        expect(RoomEvent.parse(travels)).toEqual({ ...expected, seq: 7 });
      },
    ),
  );
});

it("shows a gift at the price it was sent for, under its id when nobody knows it any more", () => {
  const shown = new ShownGifts(new Map());
  const [cheap, dear] = [
    shown.of({ giftId: "gone", priceCoins: 1 }),
    shown.of({ giftId: "gone", priceCoins: 2 }),
  ];
  expect(cheap).toMatchObject({ giftId: "gone", nameEn: "gone", nameZh: "gone", priceCoins: 1 });
  expect(dear.priceCoins).toBe(2);
  expect(shown.of({ giftId: "gone", priceCoins: 1 })).toBe(cheap);
});
