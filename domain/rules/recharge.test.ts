import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RechargeStatus } from "../contracts/recharge";
import { decidePayment, firstAskAt, nextAskAt, type PaymentFact } from "./recharge";

const order = (status: RechargeStatus, providerRef: string | null = "ref") => ({
  status,
  amountFen: 600,
  providerRef,
});
const fact = (
  kind: PaymentFact["kind"],
  amountFen: number | null = 600,
  providerRef: string | null = "ref",
) => ({
  kind,
  amountFen,
  providerRef,
});

describe("decidePayment", () => {
  it.each(["pending", "failed", "expired"] as const)("credits money that came, also when %s", (status) => {
    expect(decidePayment(order(status), fact("paid"))).toEqual({ status: "paid", credits: true });
  });

  it.each(["paid", "charged_back"] as const)("changes nothing by a late word when %s", (status) => {
    for (const kind of ["paid", "failed"] as const)
      expect(decidePayment(order(status), fact(kind))).toEqual({ status: null, credits: false });
  });

  it.each([
    ["another amount", order("pending"), fact("paid", 599)],
    ["no amount", order("pending"), fact("paid", null)],
    ["another amount although paid", order("paid"), fact("paid", 601)],
    ["another payment", order("pending"), fact("paid", 600, "other")],
    ["a failure of another amount", order("pending"), fact("failed", 1)],
  ])("refuses %s", (_what, known, said) => {
    expect(decidePayment(known, said)).toBe("mismatch");
  });

  it("takes a payment whose id was not known yet", () => {
    expect(decidePayment(order("pending", null), fact("paid"))).toMatchObject({ credits: true });
  });

  it("ends in the same state and credits once, in whatever order and however often the same things are said", () => {
    const kinds = fc.array(fc.constantFrom("paid", "failed" as const), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(kinds, (said) => {
        let status: RechargeStatus = "pending";
        let credits = 0;
        for (const kind of said) {
          const decision = decidePayment(order(status), fact(kind));
          if (decision === "mismatch") throw new Error("fits");
          status = decision.status ?? status;
          credits += Number(decision.credits);
        }
        const expected = said.includes("paid") ? "paid" : "failed";
        expect({ status, credits }).toEqual({ status: expected, credits: expected === "failed" ? 0 : 1 });
      }),
    );
  });
});

describe("nextAskAt", () => {
  const at = (ms: number) => new Date(1_700_000_000_000 + ms);
  it("waits longer each time, up to a bound", () => {
    const far = at(10 * 3_600_000);
    expect(firstAskAt(at(0))).toEqual(at(30_000));
    expect([1, 2, 3, 60].map((asks) => nextAskAt(at(0), asks, far))).toEqual(
      [60_000, 120_000, 240_000, 900_000].map(at),
    );
  });
  it("does not sleep through the expiry, and asks on after it", () => {
    expect(nextAskAt(at(0), 5, at(1_000))).toEqual(at(1_000));
    expect(nextAskAt(at(1_000), 60, at(1_000))).toEqual(at(301_000));
  });
});
