import { BUCKET_COUNT, bucketOf } from "./bucket";

/** A shard with fewer packets would send too many viewers on to the next. */
const PACKETS_PER_SHARD_MIN = 64;

/** Over how many shards the packets of a rain lie: a power of two, at most one a bucket. */
export function shardCountFor(packetCount: number): number {
  let shards = 1;
  while (shards < BUCKET_COUNT && packetCount / (shards * 2) >= PACKETS_PER_SHARD_MIN) shards *= 2;
  return shards;
}

/** The bucket of a shard: those of one rain lie evenly apart, those of different rains begin at different ones. */
export function bucketOfShard(rainId: string, shardCount: number, shard: number): number {
  return (bucketOf(rainId) + shard * (BUCKET_COUNT / shardCount)) % BUCKET_COUNT;
}

/** The buckets of all shards, in order. */
export function bucketsOfRain(rainId: string, shardCount: number): number[] {
  return Array.from({ length: shardCount }, (_, shard) => bucketOfShard(rainId, shardCount, shard));
}

/** Where a viewer's walk over the shards begins. */
export function homeShardOf(userId: string, shardCount: number): number {
  return bucketOf(userId) % shardCount;
}

/** Deals packets out to shards in turns: each `[packetIndex, coins]`, in order of index. */
export function dealPackets(amounts: readonly number[], shardCount: number): [number, number][][] {
  const shards = Array.from({ length: shardCount }, (): [number, number][] => []);
  amounts.forEach((coins, index) => {
    shards[index % shardCount]?.push([index, coins]);
  });
  return shards;
}
