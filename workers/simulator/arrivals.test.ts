import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arrivals, type Intent } from "./arrivals";
import { BEHAVIOUR } from "./behaviour";
import { SeededRandom } from "./random";

function take(seed: number, rate: number, ms: number, stepMs = ms): Intent[] {
  const arrivals = new Arrivals(BEHAVIOUR, new SeededRandom(seed), rate);
  const taken: Intent[] = [];
  for (let at = stepMs; at <= ms; at += stepMs) taken.push(...arrivals.takeUntil(at));
  return taken;
}

describe("Arrivals", () => {
  it("are the same for the same seed, however often somebody looks", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 300 }), (seed, rate) => {
        expect(take(seed, rate, 2_000, 5)).toEqual(take(seed, rate, 2_000));
      }),
      { numRuns: 50 },
    );
  });

  it("come in order of time, are numbered, and a combo goes on after its gift", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (seed) => {
        const intents = take(seed, 200, 3_000);
        intents.forEach((intent, i) => {
          expect(intent.number).toBe(i);
          expect(intent.atMs).toBeGreaterThanOrEqual(intents[i - 1]?.atMs ?? 0);
          if (intent.comboOf === null) return;
          expect(intents[intent.comboOf]?.action).toBe("gift");
          expect(intents[intent.comboOf]?.atMs).toBeCloseTo(intent.atMs - BEHAVIOUR.comboTapMs);
        });
      }),
      { numRuns: 10 },
    );
  });

  it("are as many gifts as wanted, in the long run", () => {
    const gifts = take(7, 100, 200_000).filter(({ action }) => action === "gift");
    expect(gifts.length / 200).toBeGreaterThan(95);
    expect(gifts.length / 200).toBeLessThan(105);
  });

  it("come without memory: as many gaps are longer than the mean as in a Poisson process", () => {
    const fresh = take(11, 100, 200_000).filter(({ comboOf }) => comboOf === null);
    const gaps = fresh.slice(1).map(({ atMs }, i) => atMs - (fresh[i] as Intent).atMs);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    for (const times of [1, 2, 3]) {
      const longer = gaps.filter((gap) => gap > times * mean).length / gaps.length;
      expect(longer).toBeCloseTo(Math.exp(-times), 1);
    }
  });

  it("follow another rate from the moment it is set", () => {
    const arrivals = new Arrivals(BEHAVIOUR, new SeededRandom(3), 10);
    const before = [...arrivals.takeUntil(20_000)].length;
    arrivals.setRate(100, 20_000);
    const after = [...arrivals.takeUntil(40_000)].length;
    expect(after / before).toBeGreaterThan(7);
    expect(after / before).toBeLessThan(14);
  });
});
