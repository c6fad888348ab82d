import { describe, expect, it } from "vitest";
import { frameOriginOf, mayFrame } from "./frame-origin";

describe("frames of payment pages", () => {
  it("come from the sandbox, and not from Stripe", () => {
    const PAYMENT_SANDBOX_URL = "http://localhost:7001/some/where";
    expect(frameOriginOf({ PAYMENT_PROVIDER: "sandbox", PAYMENT_SANDBOX_URL })).toBe("http://localhost:7001");
    expect(frameOriginOf({ PAYMENT_PROVIDER: "stripe", PAYMENT_SANDBOX_URL })).toBeNull();
  });

  it.each([
    ["http://localhost:7001", "http://localhost:7001/pay/1", true],
    ["http://localhost:7001", "http://localhost:7002/pay/1", false],
    ["http://localhost:7001", "https://localhost:7001/pay/1", false],
    ["http://localhost:7001", "http://localhost:7001.evil.example/pay/1", false],
    ["http://localhost:7001", "javascript:alert(1)", false],
    ["http://localhost:7001", "", false],
    [null, "https://checkout.stripe.com/c/1", false],
  ])("of %s show %s: %s", (origin, payUrl, expected) => {
    expect(mayFrame(origin, payUrl)).toBe(expected);
  });
});
