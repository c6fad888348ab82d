import { describe, expect, it } from "vitest";
import type { RainClaimEntry, RainStatus } from "../contracts/rain";
import { decideClaims, packetScope } from "./decide-claims";

const claim = (facts: Partial<RainClaimEntry> = {}): RainClaimEntry => ({
  rainId: "rain",
  packetIndex: 0,
  coins: 5,
  userId: "viewer",
  claimId: "claim",
  traceId: "t",
  claimedAt: "2026-11-28T00:00:00.000Z",
  ...facts,
});
const rains = (status: RainStatus = "started") => new Map([["rain", { status, packetCount: 3 }]]);
const decide = (
  claims: RainClaimEntry[],
  status?: RainStatus,
  credited = new Map<string, RainClaimEntry>(),
) =>
  decideClaims(claims, rains(status), credited).map((d) => (d.outcome === "refused" ? d.reason : d.outcome));

describe("a packet", () => {
  it("goes to the first claim that names it, and that claim may be repeated", () => {
    const other = claim({ userId: "other", claimId: "other" });
    expect(decide([claim(), claim(), other])).toEqual(["credited", "repeated", "PACKET_TAKEN"]);
  });

  it("stays with whom it was credited to", () => {
    const credited = new Map([[packetScope("rain", 0), claim()]]);
    const claims = [claim(), claim({ claimId: "another" }), claim({ userId: "thief" }), claim({ coins: 6 })];
    expect(decide(claims, "started", credited)).toEqual([
      "repeated",
      "PACKET_TAKEN",
      "PACKET_TAKEN",
      "WRONG_COINS",
    ]);
  });

  it("is one of the rain's", () => {
    expect(decide([claim({ packetIndex: 2 }), claim({ packetIndex: 3 })])).toEqual([
      "credited",
      "NO_SUCH_PACKET",
    ]);
    expect(decide([claim({ rainId: "no rain" })])).toEqual(["UNKNOWN_RAIN"]);
  });
});

it.each<[RainStatus, string]>([
  ["created", "RAIN_OVER"],
  ["preparing", "RAIN_OVER"],
  ["ready", "RAIN_OVER"],
  ["started", "credited"],
  ["ending", "credited"],
  ["ended", "RAIN_OVER"],
])("a claim of a rain that is %s: %s", (status, decision) => {
  expect(decide([claim()], status)).toEqual([decision]);
  expect(decide([claim()], status, new Map([[packetScope("rain", 0), claim()]]))).toEqual(["repeated"]);
});

it("leaves what it was given as it was", () => {
  const credited = new Map<string, RainClaimEntry>();
  decide([claim()], "started", credited);
  expect(credited.size).toBe(0);
});
