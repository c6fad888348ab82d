import fc from "fast-check";
import { expect, it } from "vitest";
import { pairUp } from "./pair-up";

async function* stream(values: readonly number[]): AsyncIterable<number> {
  for (const value of values) yield await Promise.resolve(value);
}

it("pairs what both have and gives what one has alone", async () => {
  const sorted = fc.uniqueArray(fc.integer({ min: 0, max: 30 })).map((list) => list.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(sorted, sorted, async (left, right) => {
      const pairs: unknown[] = [];
      for await (const pair of pairUp(stream(left), stream(right), (a, b) => a - b)) pairs.push(pair);
      const all = [...new Set([...left, ...right])].sort((a, b) => a - b);
      expect(pairs).toEqual(
        all.map((n) => [left.includes(n) ? n : undefined, right.includes(n) ? n : undefined]),
      );
    }),
  );
});
