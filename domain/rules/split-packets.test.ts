import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitTo, digestPackets, type SplitFacts, splitPackets } from "./split-packets";

const RAIN_ID = "0190a1b2-0000-7000-8000-000000000001";
const seedOf = (text: string | number) => createHash("sha256").update(String(text)).digest("hex");
const facts = (over: Partial<SplitFacts> = {}): SplitFacts => ({
  rainId: RAIN_ID,
  budgetCoins: 1_000,
  packetCount: 10,
  entropy: ["7:0190a1b2-0000-7000-8000-00000000000a"],
  ...over,
});
const sum = (amounts: readonly number[]) => amounts.reduce((total, coins) => total + coins, 0);

describe("splitPackets", () => {
  it("gives whole coins, at least one each, exactly the budget", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        (text, packetCount, extra) => {
          const amounts = splitPackets(
            seedOf(text),
            facts({ packetCount, budgetCoins: packetCount + extra }),
          );
          expect(amounts).toHaveLength(packetCount);
          expect(amounts.every((coins) => Number.isSafeInteger(coins) && coins >= 1)).toBe(true);
          expect(sum(amounts)).toBe(packetCount + extra);
        },
      ),
    );
  });

  it("gives a coin each when the budget is the count, all of it when there is one packet", () => {
    expect(splitPackets(seedOf("a"), facts({ budgetCoins: 5, packetCount: 5 }))).toEqual([1, 1, 1, 1, 1]);
    expect(splitPackets(seedOf("a"), facts({ budgetCoins: 777, packetCount: 1 }))).toEqual([777]);
  });

  it("is what its description says, computed by other means", () => {
    const { rainId, budgetCoins, packetCount, entropy } = facts({ packetCount: 40, budgetCoins: 5_000 });
    const seed = createHmac("sha256", Buffer.from(seedOf("known"), "hex"))
      .update(["downpour-rain-1", rainId, budgetCoins, packetCount, ...entropy].join("\n"))
      .digest();
    const numbers: bigint[] = [];
    for (let block = 0; block < 200; block++) {
      const counter = Buffer.alloc(4);
      counter.writeUInt32BE(block);
      const bytes = createHash("sha256")
        .update(Buffer.concat([seed, counter]))
        .digest();
      for (let i = 0; i < 5; i++) numbers.push(BigInt(bytes.readUIntBE(6 * i, 6)));
    }
    const below = (bound: number) => {
      for (;;) {
        const value = numbers.shift() as bigint;
        const whole = (2n ** 48n / BigInt(bound)) * BigInt(bound);
        if (value < whole) return Number(value % BigInt(bound));
      }
    };
    const expected: number[] = [];
    let left = budgetCoins;
    for (let packets = packetCount; packets > 1; packets--) {
      const coins = 1 + below(Math.floor((left * 2) / packets) - 1);
      expected.push(coins);
      left -= coins;
    }
    expected.push(left);
    for (let i = expected.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const kept = expected[i] as number;
      expected[i] = expected[j] as number;
      expected[j] = kept;
    }
    expect(splitPackets(seedOf("known"), facts({ packetCount: 40, budgetCoins: 5_000 }))).toEqual(expected);
  });

  it("never changes: a split of this version stays what it was", () => {
    expect(splitPackets("00".repeat(32), facts({ entropy: [] }))).toMatchInlineSnapshot(`
      [
        135,
        93,
        12,
        161,
        228,
        54,
        64,
        6,
        116,
        131,
      ]
    `);
    expect(
      digestPackets("00".repeat(32), splitPackets("00".repeat(32), facts({ entropy: [] }))),
    ).toMatchInlineSnapshot(`"664fdd7ab60d15647766107475ead175baf4c131a20327d5f2c3a985aef289f2"`);
  });

  it("depends on the seed and on every fact", () => {
    const amounts = splitPackets(seedOf("a"), facts()).join();
    expect(splitPackets(seedOf("b"), facts()).join()).not.toBe(amounts);
    expect(splitPackets(seedOf("a"), facts({ entropy: [] })).join()).not.toBe(amounts);
    expect(splitPackets(seedOf("a"), facts({ entropy: ["8:x"] })).join()).not.toBe(amounts);
    expect(splitPackets(seedOf("a"), facts({ rainId: seedOf("other") })).join()).not.toBe(amounts);
  });

  it("expects the same of every position (chi-square over many seeds)", () => {
    const packetCount = 20;
    const rounds = 5_000;
    // In each round the largest packet stands somewhere: every position alike.
    const largestAt = Array.from({ length: packetCount }, () => 0);
    const sums = Array.from({ length: packetCount }, () => 0);
    let sumOfSquares = 0;
    for (let round = 0; round < rounds; round++) {
      const amounts = splitPackets(seedOf(round), facts({ packetCount, budgetCoins: 2_000 }));
      const position = amounts.indexOf(Math.max(...amounts));
      largestAt[position] = (largestAt[position] as number) + 1;
      amounts.forEach((coins, i) => {
        sums[i] = (sums[i] as number) + coins;
        sumOfSquares += (coins - 100) ** 2;
      });
    }
    const expected = rounds / packetCount;
    const chiSquare = sum(largestAt.map((count) => (count - expected) ** 2 / expected));
    // 19 degrees of freedom: 43.8 is exceeded once in a thousand. The seeds are fixed, so this never flickers.
    expect(chiSquare).toBeLessThan(43.8);
    // Means of positions against the average of 100, in standard errors squared: again 19 degrees of freedom.
    const variance = sumOfSquares / (rounds * packetCount);
    const meansSquare = sum(sums.map((total) => (total / rounds - 100) ** 2 / (variance / rounds)));
    expect(meansSquare).toBeLessThan(43.8);
  });

  it("refuses what cannot be split", () => {
    expect(() => splitPackets(seedOf("a"), facts({ budgetCoins: 9 }))).toThrow(RangeError);
    expect(() => splitPackets(seedOf("a"), facts({ packetCount: 0 }))).toThrow(RangeError);
    expect(() => splitPackets(seedOf("a"), facts({ budgetCoins: 10.5 }))).toThrow(RangeError);
  });
});

describe("commitTo and digestPackets", () => {
  it("are SHA-256 of the seed's bytes, and HMAC with the seed of the amounts with commas", () => {
    expect(commitTo("00".repeat(32))).toBe(createHash("sha256").update(Buffer.alloc(32)).digest("hex"));
    const seed = seedOf("a");
    expect(digestPackets(seed, [3, 1, 20])).toBe(
      createHmac("sha256", Buffer.from(seed, "hex")).update("3,1,20").digest("hex"),
    );
  });

  it("fail for a seed or a packet that was changed", () => {
    const seed = seedOf("a");
    const amounts = splitPackets(seed, facts());
    expect(commitTo(seedOf("b"))).not.toBe(commitTo(seed));
    const changed = amounts.with(0, (amounts[0] as number) + 1);
    expect(digestPackets(seed, changed)).not.toBe(digestPackets(seed, amounts));
  });

  it("tell nothing of a rain before its end, however few splits it has: equal amounts look different each time", () => {
    const digests = new Set(Array.from({ length: 10 }, (_, i) => digestPackets(seedOf(i), [1, 1])));
    expect(digests.size).toBe(10);
  });
});
