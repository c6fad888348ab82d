import { expect, it } from "vitest";
import { accumulateFen } from "./accumulate-fen";

it("adds up from the oldest line on, one point per moment", () => {
  const points = accumulateFen([
    { settledAt: "2030-01-01T00:00:02.000Z", anchorFen: 7 },
    { settledAt: "2030-01-01T00:00:01.000Z", anchorFen: 1 },
    { settledAt: "2030-01-01T00:00:01.000Z", anchorFen: 2 },
  ]);
  expect(points.map((point) => point.fen)).toEqual([3, 10]);
});
