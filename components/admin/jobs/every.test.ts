import { expect, it } from "vitest";
import { joinEvery, splitEvery } from "./every";

it.each([
  [1_500, 1.5, "seconds"],
  [15_000, 15, "seconds"],
  [60_000, 1, "minutes"],
  [90_000, 90, "seconds"],
  [7_200_000, 2, "hours"],
  [86_400_000, 1, "days"],
] as const)("says %d ms as %d %s, and back", (everyMs, count, unit) => {
  expect(splitEvery(everyMs)).toEqual({ count, unit });
  expect(joinEvery(count, unit)).toBe(everyMs);
});
