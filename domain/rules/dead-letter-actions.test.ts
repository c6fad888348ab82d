import { describe, expect, it } from "vitest";
import { actionsOf, type GiftStanding } from "./dead-letter-actions";

const gift = (facts: Partial<GiftStanding>) =>
  actionsOf({ kind: "gift", isReadable: true, isNamed: true, isTold: false, order: null, ...facts });

describe("a gift", () => {
  it("is tried again or ended as long as nobody knows how it ended", () => {
    expect(gift({})).toEqual(["requeue", "refund"]);
  });

  it("is never tried again once its sender was told, whatever the books say", () => {
    for (const order of ["settled", "failed", "refunded", null] as const)
      expect(gift({ isTold: true, order })).not.toContain("requeue");
    expect(gift({ isTold: true })).toEqual(["refund"]);
  });

  it("is given back only where coins were taken", () => {
    expect(gift({ order: "settled" })).toEqual(["refund", "dismiss"]);
    expect(gift({ order: "failed" })).toEqual(["dismiss"]);
    expect(gift({ order: "refunded" })).toEqual(["dismiss"]);
  });

  it("that cannot be read is put aside, or what it reserved released", () => {
    expect(gift({ isReadable: false })).toEqual(["refund", "dismiss"]);
    expect(gift({ isReadable: false, isNamed: false })).toEqual(["dismiss"]);
  });
});

describe("a won packet", () => {
  const refused = (
    reason: "PACKET_TAKEN" | "RAIN_OVER" | "UNKNOWN_RAIN" | "WRONG_COINS" | "NO_SUCH_PACKET",
  ) => ({ outcome: "refused", reason }) as const;

  it("is credited as it would have been where its rain can pay, and where it was credited before", () => {
    for (const outcome of ["credited", "repeated"] as const)
      expect(actionsOf({ kind: "claim", decision: { outcome }, rain: "ending" })).toEqual([
        "credit_escrow",
        "dismiss",
      ]);
  });

  it("is paid for by the platform only where its rain cannot pay any more", () => {
    expect(actionsOf({ kind: "claim", decision: refused("PACKET_TAKEN"), rain: "started" })).toEqual([
      "credit_promotion",
      "dismiss",
    ]);
    expect(actionsOf({ kind: "claim", decision: refused("RAIN_OVER"), rain: "ended" })).toEqual([
      "credit_promotion",
      "dismiss",
    ]);
    for (const rain of ["created", "preparing", "ready"] as const)
      expect(actionsOf({ kind: "claim", decision: refused("RAIN_OVER"), rain })).toEqual(["dismiss"]);
    for (const reason of ["UNKNOWN_RAIN", "WRONG_COINS", "NO_SUCH_PACKET"] as const)
      expect(actionsOf({ kind: "claim", decision: refused(reason), rain: "ended" })).toEqual(["dismiss"]);
    expect(actionsOf({ kind: "claim", decision: null, rain: null })).toEqual(["dismiss"]);
  });
});
