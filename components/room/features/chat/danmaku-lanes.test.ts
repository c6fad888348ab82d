import { expect, it } from "vitest";
import { laneCount, pickLane } from "./danmaku-lanes";

const lanes = (...freeAtMs: number[]) => freeAtMs.map((at) => ({ freeAtMs: at }));

it("takes the topmost free lane, and one that nothing flew in yet", () => {
  expect(pickLane(lanes(200, 90, 80), 3, 100, false)).toEqual({ lane: 1, waitMs: 0 });
  expect(pickLane([], 3, 100, false)).toEqual({ lane: 0, waitMs: 0 });
  expect(pickLane(lanes(200), 2, 100, true)).toEqual({ lane: 1, waitMs: 0 });
});
it("drops others' lines under pressure; own ones enter behind the first that makes room, over none", () => {
  expect(pickLane(lanes(200, 150), 2, 100, false)).toBeNull();
  expect(pickLane(lanes(200, 150), 2, 100, true)).toEqual({ lane: 1, waitMs: 50 });
});
it("uses the lanes that fit only", () => {
  expect(pickLane(lanes(200, 0), 1, 100, false)).toBeNull();
  expect([0, 37, 76, 113, 1_000].map(laneCount)).toEqual([1, 1, 2, 2, 6]);
});
