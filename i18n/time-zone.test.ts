import { describe, expect, it } from "vitest";
import { readTimeZone } from "./time-zone";

describe("readTimeZone", () => {
  it("knows a zone by one name", () => {
    expect(readTimeZone("Asia/Shanghai")).toBe("Asia/Shanghai");
    expect(readTimeZone("asia/shanghai")).toBe("Asia/Shanghai");
    expect(readTimeZone("America/St_Johns")).toBe("America/St_Johns");
  });
  it.each([undefined, "", "Middle/Earth", "Asia/Shanghai; path=/", "x".repeat(4_000)])(
    "falls back from %s",
    (name) => {
      expect(readTimeZone(name)).toBe("UTC");
    },
  );
});
