import { describe, expect, it } from "vitest";
import { type GiftWay, toSpans, wayOfGift, wayOfRain } from "./trace-way";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const GIFT: GiftWay = {
  giftOrderId: "g",
  sentAt: at(0),
  facts: {},
  bucket: 3,
  seq: 17,
  reason: null,
  refunds: [],
};
const shown = (gift: Partial<GiftWay>) =>
  toSpans(wayOfGift({ ...GIFT, ...gift })).map(({ name, durationMs, parent }) => [name, durationMs, parent]);

describe("the way of a gift", () => {
  it("goes from the click to settlement, each step after the one it follows from", () => {
    const settled = { at: at(900), batchId: 1, lineId: 2, shareBps: 5_000 };
    expect(shown({ bookedAt: at(40), announced: { at: at(55), seq: 8 }, settled })).toEqual([
      ["gift.accepted", 0, undefined],
      ["gift.queued", 40, "gift.accepted"],
      ["gift.paid", 0, "gift.queued"],
      ["gift.announced", 15, "gift.paid"],
      ["gift.settled", 860, "gift.paid"],
    ]);
  });

  it("is open while it waits in the queue", () => {
    const spans = toSpans(wayOfGift({ ...GIFT, waiting: { entryId: "5-0", now: at(7_000) } }));
    expect(spans.at(-1)).toMatchObject({ name: "gift.queued", durationMs: 7_000, isOpen: true });
  });

  it("ends where it failed", () => {
    expect(shown({ bookedAt: at(40), reason: "INSUFFICIENT_COINS", bucket: null, seq: null }).at(-1)).toEqual(
      ["gift.failed", 0, "gift.queued"],
    );
  });

  it("goes back when it is refunded", () => {
    const takenBack = { at: at(6_000), anchorFen: 5 };
    const refunds = [{ at: at(5_000), reason: "asked", refundSeq: 1, takenBack }];
    expect(shown({ bookedAt: at(40), refunds }).slice(-2)).toEqual([
      ["gift.refunded", 0, "gift.paid"],
      ["gift.takenBack", 1_000, "gift.refunded"],
    ]);
  });

  it("lasts nothing where clocks of two machines disagree", () => {
    expect(shown({ bookedAt: at(-5) }).find(([name]) => name === "gift.queued")?.[1]).toBe(0);
  });
});

it("a rain's states last until the next one that it reached", () => {
  const rain = { rainId: "r", facts: {}, result: { claimedCount: 2 } };
  const times = { createdAt: at(0), preparedAt: at(10), readyAt: null, startedAt: at(30), endingAt: null };
  const spans = toSpans(wayOfRain({ ...rain, ...times, endedAt: at(60) }));
  expect(spans.map(({ name, durationMs, parent }) => [name, durationMs, parent])).toEqual([
    ["rain.created", 10, undefined],
    ["rain.prepared", 20, "rain.created"],
    ["rain.started", 30, "rain.prepared"],
    ["rain.ended", 0, "rain.started"],
  ]);
  expect(spans.at(-1)?.facts).toEqual({ claimedCount: 2 });
});
