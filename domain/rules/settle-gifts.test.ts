import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitGift } from "./money";
import { type GiftToSettle, groupByBatch, type LineToSettle, settleGifts } from "./settle-gifts";
import { buildShareTable, shareInForce } from "./share";

const shares = buildShareTable([
  { anchorId: "a", shareBps: 3_333, effectiveAtMs: 0 },
  { anchorId: "a", shareBps: 6_667, effectiveAtMs: 50 },
  { anchorId: null, shareBps: 4_999, effectiveAtMs: 30 },
]);
const DEFAULT_BPS = 5_000;
const gift = (facts: Partial<GiftToSettle>): GiftToSettle => ({
  anchorId: "a",
  totalCoins: 1,
  sentAtMs: 0,
  ...facts,
});
const run = (gifts: GiftToSettle[]) => settleGifts(gifts, shares, DEFAULT_BPS);

describe("settleGifts", () => {
  it("sums by anchor and the share in force when each was sent", () => {
    const lines = run([
      gift({ sentAtMs: 49 }),
      gift({ sentAtMs: 50 }),
      gift({ sentAtMs: 49, totalCoins: 2 }),
      gift({ anchorId: "b" }),
    ]);
    expect(lines).toEqual([
      {
        anchorId: "a",
        shareBps: 3_333,
        gifts: 2,
        coins: 3,
        grossFen: 30,
        anchorFen: 9,
        platformFen: 21,
      },
      {
        anchorId: "a",
        shareBps: 6_667,
        gifts: 1,
        coins: 1,
        grossFen: 10,
        anchorFen: 6,
        platformFen: 4,
      },
      {
        anchorId: "b",
        shareBps: 5_000,
        gifts: 1,
        coins: 1,
        grossFen: 10,
        anchorFen: 5,
        platformFen: 5,
      },
    ]);
  });

  it("adds up to the same, to the fen, wherever batches are cut", () => {
    const gifts = fc.array(
      fc.record({
        anchorId: fc.constantFrom("a", "b"),
        totalCoins: fc.integer({ min: 1, max: 9_999_000_000 }),
        sentAtMs: fc.integer({ min: 0, max: 99 }),
      }),
      { maxLength: 40 },
    );
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(gifts, cuts, (facts, sizes) => {
        const lines: LineToSettle[] = [];
        let cursor = 0;
        for (let n = 0; cursor < facts.length; n++) {
          const size = sizes[n % sizes.length] as number;
          lines.push(...run(facts.slice(cursor, cursor + size)));
          cursor += size;
        }
        const expected = new Map<string, number[]>();
        for (const g of facts) {
          const bps = shareInForce(shares, g.anchorId, g.sentAtMs, DEFAULT_BPS);
          const split = splitGift(g.totalCoins, bps);
          const sum = expected.get(`${g.anchorId}/${bps}`) ?? [0, 0, 0, 0, 0];
          const add = [1, g.totalCoins, split.grossFen, split.anchorFen, split.platformFen];
          expected.set(
            `${g.anchorId}/${bps}`,
            sum.map((value, i) => value + (add[i] as number)),
          );
        }
        const got = new Map<string, number[]>();
        for (const l of lines) {
          const key = `${l.anchorId}/${l.shareBps}`;
          const sum = got.get(key) ?? [0, 0, 0, 0, 0];
          const add = [l.gifts, l.coins, l.grossFen, l.anchorFen, l.platformFen];
          got.set(
            key,
            sum.map((value, i) => value + (add[i] as number)),
          );
        }
        expect(got).toEqual(expected);
      }),
    );
  });
});

it("puts together what belongs to each batch", () => {
  const items = [
    { batchId: 2, name: "a" },
    { batchId: 1, name: "b" },
    { batchId: 2, name: "c" },
  ];
  expect([...groupByBatch(items)]).toEqual([
    [2, [items[0], items[2]]],
    [1, [items[1]]],
  ]);
});
