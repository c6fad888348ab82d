import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** What fixes a split, and with it every packet of a rain. */
export interface SplitFacts {
  rainId: string;
  budgetCoins: number;
  packetCount: number;
  /** What viewers did in the room after the commitment, as `seq:id`, oldest first. */
  entropy: readonly string[];
}

/** The words that the server's seed is mixed with; they say which version of the split this is. */
const LABEL = "downpour-rain-1";

/** SHA-256 of the server's seed, both in hex: published before anything that the seed is mixed with exists. */
export function commitTo(serverSeedHex: string): string {
  return bytesToHex(sha256(hexToBytes(serverSeedHex)));
}

/**
 * The amounts of all packets by index: whole coins, each at least 1, together exactly the budget. A pure function of the
 * seed and the facts: anybody can compute it again.
 *
 * Seed: HMAC-SHA256 keyed with the server's seed over the label, rain, budget, count and entropy, one a line. Split: the
 * double-average method (each packet is uniform from 1 to twice the average of what is left, less 1), whose later packets
 * vary more; so the amounts are shuffled (Fisher–Yates) and every index has the same distribution.
 *
 * Throws RangeError when the budget does not give each packet a coin.
 */
export function splitPackets(serverSeedHex: string, facts: SplitFacts): number[] {
  const { budgetCoins, packetCount } = facts;
  if (!Number.isSafeInteger(budgetCoins) || !Number.isSafeInteger(packetCount) || packetCount < 1)
    throw new RangeError("A split needs whole coins and at least one packet.");
  if (budgetCoins < packetCount) throw new RangeError("Each packet needs at least one coin.");
  const lines = [LABEL, facts.rainId, budgetCoins, packetCount, ...facts.entropy];
  const seed = hmac(sha256, hexToBytes(serverSeedHex), utf8ToBytes(lines.join("\n")));
  const below = uniformIntegers(seed);

  const amounts: number[] = [];
  let leftCoins = budgetCoins;
  for (let left = packetCount; left > 1; left--) {
    const coins = 1 + below(Math.floor((2 * leftCoins) / left) - 1);
    amounts.push(coins);
    leftCoins -= coins;
  }
  amounts.push(leftCoins);
  for (let i = amounts.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [amounts[i], amounts[j]] = [amounts[j] as number, amounts[i] as number];
  }
  return amounts;
}

/**
 * HMAC-SHA256, keyed with the server's seed, of all amounts, comma-separated: published before the first packet is taken, so
 * that no amount can change afterwards. Without the key, whoever tries all splits of a small rain would find the one.
 */
export function digestPackets(serverSeedHex: string, amounts: readonly number[]): string {
  return bytesToHex(hmac(sha256, hexToBytes(serverSeedHex), utf8ToBytes(amounts.join(","))));
}

/** Bytes of one random number: more than any budget times two needs. */
const NUMBER_BYTES = 6;
const NUMBER_RANGE = 2 ** (8 * NUMBER_BYTES);

/**
 * Uniform whole numbers from 0 up to, not including, a bound of at most 2^48, out of SHA-256(seed, block number) block by
 * block. Numbers in the last, incomplete repetition of the bound are thrown away: no remainder is likelier than another.
 */
function uniformIntegers(seed: Uint8Array): (bound: number) => number {
  const input = new Uint8Array(seed.length + 4);
  input.set(seed);
  const counter = new DataView(input.buffer, seed.length);
  let block = new Uint8Array();
  let used = 0;
  let blocks = 0;
  const next = () => {
    if (used + NUMBER_BYTES > block.length) {
      counter.setUint32(0, blocks);
      blocks += 1;
      block = sha256(input);
      used = 0;
    }
    let value = 0;
    for (let i = 0; i < NUMBER_BYTES; i++) value = value * 256 + (block[used + i] as number);
    used += NUMBER_BYTES;
    return value;
  };
  return (bound) => {
    const limit = NUMBER_RANGE - (NUMBER_RANGE % bound);
    let value = next();
    while (value >= limit) value = next();
    return value % bound;
  };
}
