import { describe, expect, it } from "vitest";
import { isPaymentReturn } from "./payment-return";

describe("a payment that comes back", () => {
  it.each([
    ["/wallet?order=1", "iframe", true],
    ["/wallet?order=1", "document", false],
    ["/wallet?order=1", undefined, false],
    ["/wallet", "iframe", false],
    ["/walletx?order=1", "iframe", false],
    ["/room/1?order=1", "iframe", false],
  ])("of %s asked for by %s is in a frame: %s", (url, dest, expected) => {
    expect(isPaymentReturn({ url, headers: dest ? { "sec-fetch-dest": dest } : {} })).toBe(expected);
  });
});
