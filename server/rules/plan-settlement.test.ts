import { describe, expect, it } from "vitest";
import { isWhole, planSteps } from "./plan-settlement";

describe("planSteps", () => {
  const plan = (waiting: number[], limit: number, step: number) =>
    planSteps(
      new Map(waiting.map((_, bucket) => [bucket, 10])),
      new Map(waiting.map((gifts, bucket) => [bucket, 10 + gifts])),
      limit,
      step,
    ).map((ranges) => [...ranges].map(([bucket, { fromSeq, toSeq }]) => [bucket, toSeq - fromSeq + 1]));

  it("takes every bucket that has something, in one step when it is little", () => {
    expect(plan([3, 0, 2], 100, 100)).toEqual([
      [
        [0, 3],
        [2, 2],
      ],
    ]);
  });

  it("takes no more of a bucket, and about no more in a step, than told", () => {
    expect(plan([50, 50, 50], 20, 40)).toEqual([
      [
        [0, 20],
        [1, 20],
      ],
      [[2, 20]],
    ]);
    expect(plan([50], 1_000, 40)).toEqual([[[0, 50]]]);
  });

  it("has nothing to do where nothing waits, nor for a bucket that has given out nothing", () => {
    expect(planSteps(new Map([[7, 0]]), new Map(), 10, 10)).toEqual([]);
  });
});

it("can settle a range as it is when all of it is there and was sent in time", () => {
  const range = { fromSeq: 5, toSeq: 7 };
  expect(isWhole(range, { count: 3, firstLaterSeq: null })).toBe(true);
  expect(isWhole(range, { count: 2, firstLaterSeq: null })).toBe(false);
  expect(isWhole(range, { count: 3, firstLaterSeq: 6 })).toBe(false);
  expect(isWhole(range, undefined)).toBe(false);
});
