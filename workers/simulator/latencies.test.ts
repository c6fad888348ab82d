import fc from "fast-check";
import { expect, it } from "vitest";
import { Latencies } from "./latencies";

function recorded(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const ms of values) latencies.record(ms);
  return latencies;
}

it("says nothing of nothing", () => {
  expect(new Latencies().read()).toBeNull();
});

it("keeps a percentile to three digits", () => {
  const read = recorded(Array.from({ length: 1_000 }, (_, i) => i + 1)).read();
  expect(read?.p50Ms).toBeCloseTo(500, -1);
  expect(read?.p99Ms).toBeGreaterThan(985);
  expect(read?.p99Ms).toBeLessThan(995);
});

it("added parts answer as one: percentiles are not averaged", () => {
  const values = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, values, (some, others) => {
      const merged = recorded(some);
      merged.add(recorded(others));
      expect(merged.read()).toEqual(recorded([...some, ...others]).read());
    }),
    { numRuns: 50 },
  );
});
