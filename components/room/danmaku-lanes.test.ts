import { expect, it } from "vitest";
import { pickLane } from "./danmaku-lanes";

it("takes the topmost free lane, drops others' lines under pressure, never one's own", () => {
  expect(pickLane([200, 90, 80], 100, false)).toBe(1);
  expect(pickLane([200, 150], 100, false)).toBeNull();
  expect(pickLane([200, 150], 100, true)).toBe(1);
});
