import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketQuantile } from "./bucket-quantile";

const BOUNDS = [1, 2, 4];

describe("a quantile of buckets", () => {
  it.each([
    ["nothing", [0, 0, 0, 0], 0.5, 0],
    ["the middle of one bucket", [0, 10, 0, 0], 0.5, 1.5],
    ["the end of a bucket", [5, 5, 0, 0], 0.5, 1],
    ["what is above all bounds", [0, 0, 0, 3], 0.99, 4],
    ["the highest of many", [98, 0, 2, 0], 0.99, 3],
  ])("of %s", (_what, counts, quantile, value) => {
    expect(bucketQuantile(BOUNDS, counts, quantile)).toBeCloseTo(value, 9);
  });

  it("lies in the bucket that has the value of this rank", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 4, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, quantile) => {
          const bucketOf = (value: number) => {
            const index = BOUNDS.findIndex((bound) => value <= bound);
            return index < 0 ? BOUNDS.length : index;
          };
          const counts = [0, 0, 0, 0];
          for (const value of values) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1;
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(quantile * values.length) - 1] ?? 0;
          expect(bucketOf(bucketQuantile(BOUNDS, counts, quantile))).toBe(bucketOf(exact));
        },
      ),
    );
  });
});
