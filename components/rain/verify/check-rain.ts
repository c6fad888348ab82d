import type { RainPacket, RainProof } from "@/domain/contracts/rain";
import { commitTo, digestPackets, splitPackets } from "@/domain/rules/split-packets";

/** What is proven of a rain, in the order in which one follows from the other. */
export const RAIN_CHECKS = [
  "commitment",
  "entropy",
  "packets",
  "digest",
  "claims",
  "balance",
  "mine",
] as const;
export type RainCheckName = (typeof RAIN_CHECKS)[number];

export interface RainCheck {
  name: RainCheckName;
  /** `open`: what it needs is not public, or does not exist. */
  state: "passed" | "failed" | "open";
  /** There was nothing that could have failed. */
  isVacuous?: boolean;
  /** What does not agree, when it failed. */
  expected?: string;
  found?: string;
}

export interface AmountBin {
  fromCoins: number;
  toCoins: number;
  packets: number;
  /** How many of the caller's packets are in it. */
  mine: number;
}

export interface CheckedRain {
  checks: RainCheck[];
  /** How many packets had how many coins; empty while the packets cannot be computed. */
  bins: AmountBin[];
}

export interface RainEvidence {
  proof: RainProof;
  claims: readonly (readonly [packetIndex: number, coins: number])[];
  mine: readonly RainPacket[];
}

const BINS_MAX = 24;

/** Computes a rain anew from what was published and compares. Pure; 100,000 packets take a good part of a second. */
export function checkRain({ proof, claims, mine }: RainEvidence): CheckedRain {
  const amounts = computeAmounts(proof);
  const checks: RainCheck[] = [
    checkCommitment(proof),
    checkEntropy(proof),
    checkPackets(proof, amounts),
    checkDigest(proof, amounts),
    checkClaims("claims", proof, amounts, claims),
    checkBalance(proof, claims),
    checkClaims(
      "mine",
      proof,
      amounts,
      mine.map((packet) => [packet.packetIndex, packet.coins] as const),
    ),
  ];
  return { checks, bins: amounts instanceof Error || !amounts ? [] : toBins(amounts, mine) };
}

function computeAmounts(proof: RainProof): number[] | Error | null {
  const { serverSeed, entropy } = proof;
  if (serverSeed === null || entropy === null) return null;
  try {
    return splitPackets(serverSeed, { ...proof, entropy });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function compare(name: RainCheckName, expected: string, found: string): RainCheck {
  return expected === found ? { name, state: "passed" } : { name, state: "failed", expected, found };
}

const open = (name: RainCheckName): RainCheck => ({ name, state: "open" });

function checkCommitment({ serverSeed, commitment }: RainProof): RainCheck {
  if (serverSeed === null) return open("commitment");
  try {
    return compare("commitment", commitment, commitTo(serverSeed));
  } catch {
    return { name: "commitment", state: "failed", expected: commitment, found: serverSeed };
  }
}

/** What was mixed in has happened after the commitment was published, in this order. */
function checkEntropy({ entropy, committedSeq }: RainProof): RainCheck {
  if (entropy === null || committedSeq === null) return open("entropy");
  if (entropy.length === 0) return { name: "entropy", state: "passed", isVacuous: true };
  let last = committedSeq;
  for (const entry of entropy) {
    const seq = Number(entry.split(":", 1)[0]);
    if (!(seq > last)) return { name: "entropy", state: "failed", expected: `> ${last}`, found: entry };
    last = seq;
  }
  return { name: "entropy", state: "passed" };
}

function checkPackets({ packetCount, budgetCoins }: RainProof, amounts: number[] | Error | null): RainCheck {
  if (amounts === null) return open("packets");
  if (amounts instanceof Error) {
    return {
      name: "packets",
      state: "failed",
      expected: `${packetCount}: ${budgetCoins}`,
      found: amounts.message,
    };
  }
  const sum = amounts.reduce((total, coins) => total + coins, 0);
  return compare("packets", `${packetCount}: ${budgetCoins}`, `${amounts.length}: ${sum}`);
}

function checkDigest({ packetsDigest, serverSeed }: RainProof, amounts: number[] | Error | null): RainCheck {
  if (packetsDigest === null || serverSeed === null || !Array.isArray(amounts)) return open("digest");
  return compare("digest", packetsDigest, digestPackets(serverSeed, amounts));
}

/** Every packet that was got held what was computed for it, and was got once. */
function checkClaims(
  name: "claims" | "mine",
  proof: RainProof,
  amounts: number[] | Error | null,
  claims: readonly (readonly [number, number])[],
): RainCheck {
  if (!Array.isArray(amounts) || proof.startedAt === null) return open(name);
  if (name === "mine" && claims.length === 0) return open(name);
  const seen = new Set<number>();
  for (const [index, coins] of claims) {
    const expected = seen.has(index) ? undefined : amounts[index];
    if (coins !== expected) {
      return {
        name,
        state: "failed",
        expected: `#${index}: ${expected ?? "–"}`,
        found: `#${index}: ${coins}`,
      };
    }
    seen.add(index);
  }
  return { name, state: "passed" };
}

/** Whatever was not got went back. */
function checkBalance(proof: RainProof, claims: readonly (readonly [number, number])[]): RainCheck {
  const { status, packetsDigest, budgetCoins, claimedCount, claimedCoins, refundedCoins } = proof;
  if (status !== "ended" || packetsDigest === null) return open("balance");
  const coins = claims.reduce((sum, [, each]) => sum + each, 0);
  return compare(
    "balance",
    `${claimedCount}: ${claimedCoins} + ${budgetCoins - claimedCoins} = ${budgetCoins}`,
    `${claims.length}: ${coins} + ${refundedCoins} = ${coins + refundedCoins}`,
  );
}

function toBins(amounts: readonly number[], mine: readonly RainPacket[]): AmountBin[] {
  const max = amounts.reduce((largest, coins) => Math.max(largest, coins), 1);
  const size = Math.max(1, Math.ceil(max / BINS_MAX));
  const bins = Array.from({ length: Math.ceil(max / size) }, (_, i) => ({
    fromCoins: i * size + 1,
    toCoins: (i + 1) * size,
    packets: 0,
    mine: 0,
  }));
  const binOf = (coins: number) => bins[Math.floor((coins - 1) / size)];
  for (const coins of amounts) {
    const bin = binOf(coins);
    if (bin) bin.packets += 1;
  }
  for (const { coins } of mine) {
    const bin = binOf(coins);
    if (bin) bin.mine += 1;
  }
  return bins;
}

/** The whole in one word. */
export function verdictOf(checks: readonly RainCheck[]): "passed" | "failed" {
  return checks.some((check) => check.state === "failed") ? "failed" : "passed";
}
