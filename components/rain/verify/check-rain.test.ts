import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { RainProof } from "@/domain/contracts/rain";
import { commitTo, digestPackets, splitPackets } from "@/domain/rules/split-packets";
import { at, rainFacts } from "../../room/features/rain/testing/rain-facts";
import { checkRain, type RainCheckName, type RainEvidence, verdictOf } from "./check-rain";
import { verifyScript } from "./verify-script";

const SEED = "ab".repeat(32);
const FACTS = { rainId: "0190-rain", budgetCoins: 5_000, packetCount: 60, entropy: ["11:a", "12:b", "15:c"] };
const AMOUNTS = splitPackets(SEED, FACTS);

/** The first 40 packets were got, the third of them by the caller. */
function evidence(change: Partial<RainProof> = {}): RainEvidence {
  const claims = AMOUNTS.slice(0, 40).map((coins, index) => [index, coins] as const);
  const claimedCoins = claims.reduce((sum, [, coins]) => sum + coins, 0);
  const proof: RainProof = {
    ...rainFacts({ status: "ended", endReason: "time_up", endedAt: at(30), claimedCount: 40, claimedCoins }),
    ...FACTS,
    refundedCoins: 5_000 - claimedCoins,
    commitment: commitTo(SEED),
    packetsDigest: digestPackets(SEED, AMOUNTS),
    committedSeq: 10,
    serverSeed: SEED,
    ...change,
  };
  return {
    proof,
    claims,
    mine: [{ rainId: FACTS.rainId, claimId: "c", packetIndex: 2, coins: AMOUNTS[2] ?? 0 }],
  };
}

function failing(of: RainEvidence): RainCheckName[] {
  return checkRain(of)
    .checks.filter((check) => check.state === "failed")
    .map((check) => check.name);
}

describe("an honest rain", () => {
  it("passes every check", () => {
    const { checks } = checkRain(evidence());
    expect(checks.map((check) => check.state)).toEqual(Array.from({ length: 7 }, () => "passed"));
    expect(verdictOf(checks)).toBe("passed");
  });

  it("shows each packet once in the distribution, and the caller's where it is", () => {
    const { bins } = checkRain(evidence());
    expect(bins.reduce((sum, bin) => sum + bin.packets, 0)).toBe(60);
    const own = bins.filter((bin) => bin.mine > 0);
    expect(own).toHaveLength(1);
    expect(own[0]?.fromCoins).toBeLessThanOrEqual(AMOUNTS[2] ?? 0);
    expect(own[0]?.toCoins).toBeGreaterThanOrEqual(AMOUNTS[2] ?? 0);
  });
});

describe("a dishonest one fails, and says where", () => {
  it("another seed than was promised", () => {
    expect(failing(evidence({ serverSeed: "cd".repeat(32) }))).toEqual(
      expect.arrayContaining(["commitment", "digest", "claims", "mine"]),
    );
  });
  it("a seed that is none", () => expect(failing(evidence({ serverSeed: "xyz" }))).toContain("commitment"));
  it("a packet that held something else", () => {
    const honest = evidence();
    const [index, coins] = honest.claims[7] ?? [0, 0];
    const claims = honest.claims.map((claim) => (claim[0] === index ? ([index, coins + 1] as const) : claim));
    expect(failing({ ...honest, claims })).toEqual(["claims", "balance"]);
    expect(checkRain({ ...honest, claims }).checks.find((check) => check.name === "claims")).toMatchObject({
      expected: `#7: ${coins}`,
      found: `#7: ${coins + 1}`,
    });
  });
  it("two packets changed for each other, which no sum shows", () => {
    const honest = evidence();
    const claims = honest.claims.map(([index, coins]) => {
      if (index === 0) return [0, AMOUNTS[1] ?? 0] as const;
      return index === 1 ? ([1, AMOUNTS[0] ?? 0] as const) : ([index, coins] as const);
    });
    expect(AMOUNTS[0]).not.toBe(AMOUNTS[1]);
    expect(failing({ ...honest, claims })).toEqual(["claims"]);
  });
  it("a packet that was got twice", () => {
    const honest = evidence();
    const [first] = honest.claims;
    expect(failing({ ...honest, claims: first ? [...honest.claims, first] : [] })).toEqual([
      "claims",
      "balance",
    ]);
  });
  it("amounts that were fixed before, changed afterwards", () => {
    expect(failing(evidence({ packetsDigest: digestPackets(SEED, AMOUNTS.toReversed()) }))).toEqual([
      "digest",
    ]);
  });
  it("room events from before the commitment, or in another order", () => {
    expect(failing(evidence({ committedSeq: 11 }))).toEqual(["entropy"]);
    expect(failing(evidence({ committedSeq: 1, entropy: ["12:b", "11:a", "15:c"] }))).toContain("entropy");
  });
  it("coins that did not go back", () => {
    expect(failing(evidence({ refundedCoins: 0 }))).toEqual(["balance"]);
  });
  it("an own packet that the wallet did not get", () => {
    const honest = evidence();
    const mine = honest.mine.map((packet) => ({ ...packet, coins: packet.coins - 1 }));
    expect(failing({ ...honest, mine })).toEqual(["mine"]);
  });
});

describe("what is not public", () => {
  it("stays open before the end", () => {
    const { checks, bins } = checkRain({
      ...evidence({ status: "started", endReason: null, serverSeed: null }),
      claims: [],
    });
    expect(checks.filter((check) => check.state !== "open").map((check) => check.name)).toEqual(["entropy"]);
    expect(bins).toEqual([]);
  });
  it("stays open for a rain that never came to its packets; its seed is still the promised one", () => {
    const never = evidence({
      startedAt: null,
      entropy: null,
      packetsDigest: null,
      claimedCount: 0,
      claimedCoins: 0,
    });
    const { checks } = checkRain({ ...never, claims: [], mine: [] });
    expect(checks.filter((check) => check.state !== "open")).toEqual([
      { name: "commitment", state: "passed" },
    ]);
  });
});

describe("the program for other tools", () => {
  it("comes to the same packets with none of our code", () => {
    const script = verifyScript(evidence().proof);
    const [commitment, packets, amounts] = execFileSync(process.execPath, ["-e", script ?? ""], {
      encoding: "utf8",
    }).split("\n");
    expect([commitment, packets]).toEqual(["commitment true", "packets true"]);
    expect(JSON.parse(amounts ?? "")).toEqual(AMOUNTS);
  });
  it("is not there before the end", () =>
    expect(verifyScript(evidence({ serverSeed: null }).proof)).toBeNull());
});
