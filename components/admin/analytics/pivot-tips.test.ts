import { expect, it } from "vitest";
import { pivotTips } from "./pivot-tips";

const row = (day: string, anchor: string, coins: number) => ({
  day,
  anchor,
  anchorName: anchor.toUpperCase(),
  coins,
  grossFen: coins * 10,
  gifts: 1,
  viewers: 1,
});

it("has a point for each time in order, with nothing where nothing was given", () => {
  const rows = [row("2026-01-02", "a", 5), row("2026-01-01", "b", 7)];
  expect(pivotTips(rows, "day", "anchor", "coins")).toEqual({
    points: [
      { at: "2026-01-01", a: 0, b: 7 },
      { at: "2026-01-02", a: 5, b: 0 },
    ],
    series: [
      { key: "b", name: "B" },
      { key: "a", name: "A" },
    ],
  });
});

it("keeps who gave most and puts the rest together, so that the sum stays", () => {
  const rows = Array.from({ length: 12 }, (_, i) => row("2026-01-01", `anchor${i}`, i + 1));
  const { points, series } = pivotTips(rows, "day", "anchor", "coins");
  expect(series).toHaveLength(8);
  expect(series.at(-1)?.key).toBe("others");
  const [point] = points;
  expect(series.reduce((sum, { key }) => sum + Number(point?.[key]), 0)).toBe(78);
});
