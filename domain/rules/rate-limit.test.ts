import { expect, it } from "vitest";
import { parseRateWindows } from "./rate-limit";

it("reads windows", () => {
  expect(parseRateWindows("20/1, 300/60")).toEqual([
    { limit: 20, windowSeconds: 1 },
    { limit: 300, windowSeconds: 60 },
  ]);
});

it.each(["", "20", "20/0", "0/1", "20/1,", "-1/1", "1.5/1", "20/1/1", "1e3/1"])(
  "names the fault in %j",
  (text) => {
    expect(() => parseRateWindows(text)).toThrow(/Not a rate limit/);
  },
);
