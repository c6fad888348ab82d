import fc from "fast-check";
import { expect, it } from "vitest";
import type { GiftSettledBody } from "../contracts/room-event-bodies";
import { mergeComboGifts } from "./merge-combo-gifts";

const event = (id: number, comboId: string | null, count = 1, giftId = "rose") => ({
  traceId: `t${id}`,
  body: {
    giftOrderId: `o${id}`,
    sender: { userId: "u", nickname: "n" },
    gift: { giftId, nameEn: "", nameZh: "", effect: "", svgaUrl: null, priceCoins: 5 },
    count,
    totalCoins: 5 * count,
    combo: comboId === null ? null : { comboId, count: id, endsAt: "2026-01-01T00:00:00.000Z" },
  } satisfies GiftSettledBody as GiftSettledBody,
});

it("tells a combo once, as its newest gift, and leaves others alone", () => {
  const merged = mergeComboGifts([
    event(1, "a", 10),
    event(2, null),
    event(3, "b"),
    event(4, "a"),
    event(5, "a"),
  ]);
  expect(merged.map(({ body }) => body.giftOrderId)).toEqual(["o2", "o3", "o5"]);
  expect(merged[2]).toMatchObject({
    traceId: "t5",
    body: { count: 12, totalCoins: 60, combo: { comboId: "a", count: 5 }, mergedOrderIds: ["o1", "o4"] },
  });
  expect(merged[0]?.body.mergedOrderIds).toBeUndefined();
});

it("loses no order and no coin, and keeps events small", () => {
  const gifts = fc.array(
    fc.tuple(
      fc.constantFrom("a", "b", null),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("rose", "car"),
    ),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(gifts, (list) => {
      const events = list.map(([comboId, count, giftId], i) => event(i, comboId, count, giftId));
      const merged = mergeComboGifts(events);
      const told = merged.flatMap(({ body }) => [...(body.mergedOrderIds ?? []), body.giftOrderId]);
      expect(told.sort()).toEqual(events.map(({ body }) => body.giftOrderId).sort());
      const sum = (all: typeof events) => all.reduce((coins, { body }) => coins + body.totalCoins, 0);
      expect(sum(merged)).toBe(sum(events));
      for (const one of merged) expect(JSON.stringify(one).length).toBeLessThan(5_000);
    }),
  );
});
