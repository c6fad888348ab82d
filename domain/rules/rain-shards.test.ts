import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOfRain, dealPackets, homeShardOf, shardCountFor } from "./rain-shards";

const packetCounts = fc.integer({ min: 1, max: 100_000 });

describe("shards of a rain", () => {
  it("are few for few packets and one a bucket for many", () => {
    expect([1, 127, 128, 1_000, 4_096, 100_000].map(shardCountFor)).toEqual([1, 1, 2, 8, 64, 64]);
  });

  it("lie in buckets of their own, evenly apart", () => {
    fc.assert(
      fc.property(fc.uuid(), packetCounts, (rainId, packetCount) => {
        const shardCount = shardCountFor(packetCount);
        const buckets = bucketsOfRain(rainId, shardCount).toSorted((a, b) => a - b);
        expect(new Set(buckets).size).toBe(shardCount);
        expect(
          buckets.every((bucket, i) => i === 0 || bucket - (buckets[i - 1] ?? 0) === 64 / shardCount),
        ).toBe(true);
      }),
    );
  });

  it("have every packet once, as many each as the others or one more", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1 })), fc.constantFrom(1, 2, 8, 64), (amounts, shardCount) => {
        const shards = dealPackets(amounts, shardCount);
        const back = shards.flat().toSorted(([a], [b]) => a - b);
        expect(back).toEqual(amounts.map((coins, index) => [index, coins]));
        const sizes = shards.map((shard) => shard.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("give every viewer a home", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(1, 2, 8, 64), (userId, shardCount) => {
        const home = homeShardOf(userId, shardCount);
        expect(Number.isInteger(home) && home >= 0 && home < shardCount).toBe(true);
      }),
    );
  });
});
