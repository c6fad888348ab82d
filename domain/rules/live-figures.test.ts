import { expect, it } from "vitest";
import { type LiveSample, toLivePoints } from "./live-figures";

const sample = (seconds: number, facts: Partial<LiveSample>): LiveSample => ({
  at: new Date(seconds * 1_000).toISOString(),
  gifts: 0,
  coins: 0,
  errors: 0,
  waiting: 0,
  oldestMs: 0,
  viewers: 0,
  ...facts,
});

it("makes what was counted to what came a second", () => {
  const points = toLivePoints([
    sample(0, { gifts: 100, coins: 1_000, errors: 7 }),
    sample(5, { gifts: 150, coins: 2_003, errors: 7, waiting: 3, oldestMs: 40, viewers: 12 }),
    sample(15, { gifts: 150, coins: 2_003, errors: 12 }),
  ]);
  expect(points).toEqual([
    sample(5, { gifts: 10, coins: 200.6, errors: 0, waiting: 3, oldestMs: 40, viewers: 12 }),
    sample(15, { gifts: 0, coins: 0, errors: 0.5 }),
  ]);
});

it("knows nothing where nothing was seen, and nothing below zero", () => {
  const points = toLivePoints([
    sample(0, { gifts: null, coins: 500, errors: 90 }),
    sample(5, { gifts: 50, coins: 400, errors: 3, viewers: null }),
    sample(5, { gifts: 60 }),
  ]);
  expect(points).toEqual([sample(5, { gifts: null, coins: 0, errors: 0, viewers: null })]);
  expect(toLivePoints([])).toEqual([]);
  expect(toLivePoints([sample(0, {})])).toEqual([]);
});
