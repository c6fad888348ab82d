import { describe, expect, it } from "vitest";
import { formatBps, formatCoins, formatDuration, formatFen, initialOf } from "./format";

describe("formatFen", () => {
  it("never rounds", () => {
    expect(formatFen(0, "en")).toBe("¥0.00");
    expect(formatFen(5, "en")).toBe("¥0.05");
    expect(formatFen(123_456, "en")).toBe("¥1,234.56");
    expect(formatFen(-199, "en")).toBe("−¥1.99");
  });
  it("keeps every digit of the largest safe amount", () => {
    expect(formatFen(Number.MAX_SAFE_INTEGER, "en")).toBe("¥90,071,992,547,409.91");
  });
});

describe("other formats", () => {
  it("groups coins", () => expect(formatCoins(1_314_000, "en")).toBe("1,314,000"));
  it("writes shares exactly", () => {
    expect(formatBps(5000)).toBe("50%");
    expect(formatBps(5250)).toBe("52.5%");
    expect(formatBps(3)).toBe("0.03%");
  });
  it("writes durations", () => {
    expect(formatDuration(3_723_999)).toBe("01:02:03");
    expect(formatDuration(-5)).toBe("00:00:00");
  });
  it("takes a whole character as initial", () => {
    expect(initialOf(" 雨下")).toBe("雨");
    expect(initialOf("ann")).toBe("A");
    expect(initialOf("😀x")).toBe("😀");
    expect(initialOf("")).toBe("·");
  });
});
