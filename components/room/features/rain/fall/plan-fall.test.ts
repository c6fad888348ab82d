import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../lib/seeded";
import { isHit, planFall, poseAt, spawnEveryMs } from "./plan-fall";

const areas = fc.record({
  widthPx: fc.integer({ min: 200, max: 2_600 }),
  heightPx: fc.integer({ min: 200, max: 1_600 }),
});

describe("the fall of a packet", () => {
  it("begins above and ends below the area, whatever its size", () => {
    fc.assert(
      fc.property(areas, fc.integer(), (area, seed) => {
        const plan = planFall(area, null, seededRandom(seed));
        expect(plan.fromY).toBeLessThanOrEqual(-plan.widthPx);
        expect(plan.toY).toBeGreaterThanOrEqual(area.heightPx);
        expect(plan.durationMs).toBeGreaterThan(3_000);
      }),
    );
  });

  it("crosses the area: its middle is in sight somewhere on the way", () => {
    fc.assert(
      fc.property(areas, fc.integer(), (area, seed) => {
        const plan = planFall(area, null, seededRandom(seed));
        expect(plan.toX).toBeLessThan(plan.fromX);
        expect(plan.toX).toBeLessThan(area.widthPx);
        expect(plan.fromX).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("never uses one lane twice in a row and leaves none out", () => {
    const random = seededRandom(7);
    const seen = new Set<number>();
    let lane: number | null = null;
    for (let i = 0; i < 500; i++) {
      const plan = planFall({ widthPx: 900, heightPx: 500 }, lane, random);
      expect(plan.lane).not.toBe(lane);
      lane = plan.lane;
      seen.add(plan.lane);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: seen.size }, (_, i) => i));
    expect(seen.size).toBeGreaterThan(8);
  });

  it("is at every depth, and of the night now and then", () => {
    const random = seededRandom(3);
    const plans = Array.from({ length: 700 }, () => planFall({ widthPx: 900, heightPx: 500 }, null, random));
    expect(new Set(plans.map((plan) => plan.depth)).size).toBe(3);
    const nights = plans.filter((plan) => plan.paint === "night").length;
    expect(nights).toBeGreaterThan(50);
    expect(nights).toBeLessThan(150);
  });
});

it("rains thinner on a phone, within bounds", () => {
  expect(spawnEveryMs(390)).toBe(210);
  expect(spawnEveryMs(1_000)).toBe(140);
  expect(spawnEveryMs(4_000)).toBe(130);
});

describe("a tap", () => {
  const plan = { ...planFall({ widthPx: 900, heightPx: 500 }, null, seededRandom(1)), widthPx: 60 };
  it("hits a packet where it is at that moment, and a little beside it", () => {
    const pose = poseAt({ ...plan, fromX: 100, toX: 200, fromY: 0, toY: 400, fromDeg: 0, toDeg: 0 }, 0.5);
    expect(pose).toEqual({ x: 150, y: 200, angle: 0 });
    expect(isHit(plan, pose, 150, 200)).toBe(true);
    expect(isHit(plan, pose, 150 + 41, 200)).toBe(true);
    expect(isHit(plan, pose, 150 + 43, 200)).toBe(false);
    expect(isHit(plan, pose, 150, 200 + 49)).toBe(true);
    expect(isHit(plan, pose, 150, 200 + 51)).toBe(false);
  });
  it("knows how the packet is turned", () => {
    const lying = { x: 0, y: 0, angle: Math.PI / 2 };
    expect(isHit(plan, lying, 49, 0)).toBe(true);
    expect(isHit(plan, lying, 0, 49)).toBe(false);
  });
});
