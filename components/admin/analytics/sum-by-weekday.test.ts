import { expect, it } from "vitest";
import { sumByWeekday } from "./sum-by-weekday";

it("sums hours of all weeks by weekday in the platform's calendar", () => {
  const row = (hour: string, coins: number) => ({ hour, coins, gifts: 1, grossFen: coins * 10, viewers: 1 });
  // Sunday evening in London is Monday in China; a week later is the same place.
  const sums = sumByWeekday([row("2026-03-01T17:00:00.000Z", 5), row("2026-03-08T17:00:00.000Z", 6)]);
  expect(sums[1]?.[0]).toBe(11);
  expect(sums.flat().reduce((sum, coins) => sum + coins, 0)).toBe(11);
});
