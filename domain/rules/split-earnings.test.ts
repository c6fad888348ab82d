import fc from "fast-check";
import { expect, it } from "vitest";
import { splitEarnings } from "./split-earnings";

it.each([
  ["nothing young", [1_000, 200, 300, 0], [500, 0]],
  ["a part young", [1_000, 200, 300, 400], [100, 400]],
  ["all of what is left young", [1_000, 200, 300, 1_000], [0, 500]],
  ["a debt, whatever is young", [100, 0, 300, 100], [-200, 0]],
  ["nothing at all", [0, 0, 0, 0], [0, 0]],
] as const)("splits what is left: %s", (_, [earnedFen, frozenFen, withdrawnFen, youngFen], [now, later]) => {
  expect(splitEarnings({ earnedFen, frozenFen, withdrawnFen, youngFen })).toEqual({
    withdrawableFen: now,
    maturingFen: later,
  });
});

it("always adds up to what was earned, and never lets young earnings go", () => {
  const fen = fc.nat({ max: 1_000_000 });
  fc.assert(
    fc.property(fen, fen, fen, fen, (earnedFen, frozenFen, withdrawnFen, youngFen) => {
      const { withdrawableFen, maturingFen } = splitEarnings({
        earnedFen,
        frozenFen,
        withdrawnFen,
        youngFen,
      });
      expect(withdrawableFen + maturingFen + frozenFen + withdrawnFen).toBe(earnedFen);
      expect(maturingFen).toBeGreaterThanOrEqual(0);
      if (withdrawableFen > 0) expect(maturingFen).toBe(youngFen);
    }),
  );
});
