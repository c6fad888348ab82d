import { expect, it } from "vitest";
import type { LivePoint } from "@/domain/rules/live-figures";
import { sumMinutes } from "./sum-minutes";

const point = (seconds: number, gifts: number | null): LivePoint => ({
  at: new Date(seconds * 1_000).toISOString(),
  gifts,
  coins: 0,
  errors: 0,
  waiting: 0,
  oldestMs: 0,
  viewers: 0,
});

it("has the newest minutes first, with what was seen in each", () => {
  const points = [point(5, 9), point(60, 1), point(65, null), point(70, 2.5), point(121, null)];
  expect(sumMinutes(points, "gifts", 2)).toEqual([
    { at: "1970-01-01T00:02:00.000Z", average: null, highest: null },
    { at: "1970-01-01T00:01:00.000Z", average: 1.8, highest: 2.5 },
  ]);
  expect(sumMinutes([], "gifts", 2)).toEqual([]);
});
