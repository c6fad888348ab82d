import { expect, it } from "vitest";
import { queuedAtMsOf, sentAtMost } from "./gift-time";

it("reads when an entry was queued out of its id", () => {
  expect(queuedAtMsOf("1790000000123-7")).toBe(1_790_000_000_123);
});

it.each([
  [5_000, 5_000, 5_000],
  // A call took a moment, or was queued again long after.
  [5_000, 5_900, 5_000],
  [5_000, 9_999_999, 5_000],
  // Clocks a little apart.
  [7_000, 5_000, 7_000],
  [7_001, 5_000, 5_000],
  [4_102_444_800_000, 5_000, 5_000],
])("takes %d, queued at %d, to be sent at %d", (sentAtMs, queuedAtMs, expected) => {
  expect(sentAtMost(sentAtMs, queuedAtMs)).toBe(expected);
});
