import { describe, expect, it } from "vitest";
import { GIFT_COUNT_MAX, giftTotalCoins, PRICE_COINS_MAX, SHARE_BPS_MAX, splitGift } from "./money";
import { BATCH_GIFTS_MAX, countNumbers, isWhole, planBatches } from "./plan-settlement";

describe("planBatches", () => {
  const plan = (waiting: number[], limit: number, batch: number) =>
    planBatches(
      new Map(waiting.map((_, bucket) => [bucket, 10])),
      new Map(waiting.map((gifts, bucket) => [bucket, 10 + gifts])),
      limit,
      batch,
    ).map((ranges) => [...ranges].map(([bucket, { fromSeq, toSeq }]) => [bucket, toSeq - fromSeq + 1]));

  it("takes every bucket that has something, in one batch when it is little", () => {
    expect(plan([3, 0, 2], 100, 100)).toEqual([
      [
        [0, 3],
        [2, 2],
      ],
    ]);
  });

  it("takes no more of a bucket, and no more in a batch, than told", () => {
    expect(plan([50, 50, 50], 20, 40)).toEqual([
      [
        [0, 20],
        [1, 20],
      ],
      [[2, 20]],
    ]);
    expect(plan([50, 1], 1_000, 40)).toEqual([[[0, 40]], [[1, 1]]]);
  });

  it("has nothing to do where nothing waits, nor for a bucket that has given out nothing", () => {
    expect(planBatches(new Map([[7, 0]]), new Map(), 10, 10)).toEqual([]);
  });
});

it("has batches whose sums are safe integers, were every gift the dearest", () => {
  const { grossFen } = splitGift(giftTotalCoins(PRICE_COINS_MAX, GIFT_COUNT_MAX), SHARE_BPS_MAX);
  expect(Number.isSafeInteger(BATCH_GIFTS_MAX * grossFen)).toBe(true);
});

it("counts the numbers of ranges, both ends included", () => {
  expect(countNumbers(new Map())).toBe(0);
  expect(
    countNumbers(
      new Map([
        [3, { fromSeq: 5, toSeq: 7 }],
        [9, { fromSeq: 1, toSeq: 1 }],
      ]),
    ),
  ).toBe(4);
});

it("can settle a range as it is when all of it is there and was sent in time", () => {
  const range = { fromSeq: 5, toSeq: 7 };
  expect(isWhole(range, { gifts: 3, firstLaterSeq: null })).toBe(true);
  expect(isWhole(range, { gifts: 2, firstLaterSeq: null })).toBe(false);
  expect(isWhole(range, { gifts: 3, firstLaterSeq: 6 })).toBe(false);
  expect(isWhole(range, undefined)).toBe(false);
});
