import { expect, it } from "vitest";
import { fillMinutes } from "./fill-minutes";

it("puts a zero where no gift came and leaves out what is older", () => {
  const now = Date.UTC(2030, 0, 1, 12, 3, 30);
  const series = [
    { at: "2030-01-01T11:00:00.000Z", coins: 999 },
    { at: "2030-01-01T12:01:00.000Z", coins: 5 },
    { at: "2030-01-01T12:01:40.000Z", coins: 2 },
    { at: "2030-01-01T12:03:10.000Z", coins: 1 },
  ];
  const points = fillMinutes(series, 4, now);
  expect(points.map((point) => point.coins)).toEqual([0, 7, 0, 1]);
  expect(points[0]?.at).toBe("2030-01-01T12:00:00.000Z");
});
