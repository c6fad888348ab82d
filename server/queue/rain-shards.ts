import { bucketOfShard, bucketsOfRain, dealPackets, homeShardOf } from "@/domain/rules/rain-shards";
import type { RedisClient } from "@/platform/redis/client";
import {
  claimStreamKey,
  rainLoadingKey,
  rainPacketsKey,
  rainStateKey,
  rainViewersKey,
} from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import closeSource from "./close-shard.lua";
import openSource from "./open-shard.lua";
import { claimQueue } from "./queues";
import sealSource from "./seal-shard.lua";

/** Longer than any rain may wait for its start. */
export const SHARD_SECONDS = 3 * 24 * 3600;
/** After the end the database answers; this long the answer to a repeated claim is at hand. */
const OVER_SECONDS = 3600;
/** Packets that one command adds: few enough that Redis answers others in between. */
const PACKETS_AT_ONCE = 500;

const sealScript = defineScript(sealSource);
const openScript = defineScript(openSource);
const closeScript = defineScript(closeSource);

/** What of a rain its shards are made from. */
export interface ShardedRain {
  rainId: string;
  roomId: string;
  shardCount: number;
  claimsPerViewer: number;
}

/** A packet that a viewer has, or was shown. */
export interface TakenPacket {
  packetIndex: number;
  coins: number;
  userId: string;
  claimId: string;
}

/**
 * Loads the packets of a rain, shard by shard, not yet open. Repeating it, or several loaders at once, come to the same
 * packets once. Throws when a shard was not loaded as it should be: nothing of it is in place then, and it is to be repeated.
 *
 * @param loader names this attempt, and no other
 * @param onLoaded told how many packets are in place, after each shard
 * @param taken what viewers have already. It is remembered at their home shards, wherever the packets lay: shards that were
 *   empty may not be any more, and a walk must meet what a viewer has before it meets a packet
 */
export async function loadShards(
  redis: RedisClient,
  rain: ShardedRain,
  amounts: readonly number[],
  loader: string,
  onLoaded: (packets: number) => Promise<void>,
  taken: readonly TakenPacket[] = [],
): Promise<void> {
  let loaded = 0;
  await rememberTaken(redis, rain, taken);
  const isTaken = new Set(taken.map(({ packetIndex }) => packetIndex));
  for (const [shard, packets] of dealPackets(amounts, rain.shardCount).entries()) {
    const bucket = bucketOfShard(rain.rainId, rain.shardCount, shard);
    const loading = rainLoadingKey(rain.rainId, bucket, loader);
    const left = packets.filter(([index]) => !isTaken.has(index));
    for (let i = 0; i < left.length; i += PACKETS_AT_ONCE) {
      const texts = left.slice(i, i + PACKETS_AT_ONCE).map(([index, coins]) => `${index}:${coins}`);
      // Sent together: whoever dies now leaves nothing behind for long.
      await Promise.all([redis.rpush(loading, ...texts), redis.expire(loading, OVER_SECONDS)]);
    }
    const sealed = await sealScript.run(
      redis,
      [rainStateKey(rain.rainId, bucket), rainPacketsKey(rain.rainId, bucket), loading],
      [rain.roomId, rain.claimsPerViewer, left.length, SHARD_SECONDS, packets.length],
    );
    if (sealed === -1) throw new Error(`A shard was not loaded with just its ${left.length} packets.`);
    loaded += packets.length;
    await onLoaded(loaded);
  }
}

async function rememberTaken(
  redis: RedisClient,
  rain: ShardedRain,
  taken: readonly TakenPacket[],
): Promise<void> {
  const byViewer = new Map<string, string>();
  for (const { userId, claimId, packetIndex, coins } of taken) {
    byViewer.set(userId, `${byViewer.get(userId) ?? "|"}${claimId}=${packetIndex}:${coins};`);
  }
  const byShard = new Map<number, [userId: string, packets: string][]>();
  for (const pair of byViewer) {
    const home = homeShardOf(pair[0], rain.shardCount);
    const list = byShard.get(home);
    if (list) list.push(pair);
    else byShard.set(home, [pair]);
  }
  for (const [shard, pairs] of byShard) {
    const key = rainViewersKey(rain.rainId, bucketOfShard(rain.rainId, rain.shardCount, shard));
    for (let i = 0; i < pairs.length; i += PACKETS_AT_ONCE) {
      const some = pairs.slice(i, i + PACKETS_AT_ONCE).flat();
      await Promise.all([redis.hset(key, ...some), redis.expire(key, SHARD_SECONDS)]);
    }
  }
}

/** Forgets every shard: nothing is popped until they are loaded again. What was popped is in the queues of claims. */
export async function dropShards(
  redis: RedisClient,
  { rainId, shardCount }: Pick<ShardedRain, "rainId" | "shardCount">,
): Promise<void> {
  await Promise.all(
    bucketsOfRain(rainId, shardCount).map((bucket) =>
      redis.unlink(
        rainStateKey(rainId, bucket),
        rainPacketsKey(rainId, bucket),
        rainViewersKey(rainId, bucket),
      ),
    ),
  );
}

/** Every claim of a rain that is in the queue, in no order. */
export async function listQueuedClaims(
  redis: RedisClient,
  { rainId, shardCount }: Pick<ShardedRain, "rainId" | "shardCount">,
): Promise<TakenPacket[]> {
  const queued: TakenPacket[] = [];
  for (const bucket of bucketsOfRain(rainId, shardCount)) {
    for await (const claims of claimQueue.listItems(redis, bucket)) {
      queued.push(...claims.filter((claim) => claim.rainId === rainId));
    }
  }
  return queued;
}

/** Opens every shard for `remainingMs`. False when one of them is not there. */
export async function openShards(
  redis: RedisClient,
  rain: Pick<ShardedRain, "rainId" | "shardCount">,
  remainingMs: number,
): Promise<boolean> {
  const answers = await Promise.all(
    bucketsOfRain(rain.rainId, rain.shardCount).map((bucket) =>
      openScript.run(
        redis,
        [rainStateKey(rain.rainId, bucket), rainViewersKey(rain.rainId, bucket)],
        [Math.max(0, Math.round(remainingMs)), SHARD_SECONDS],
      ),
    ),
  );
  return answers.every((answer) => answer === 1);
}

export interface ClosedShards {
  /** How many packets were popped; null when Redis has lost a shard and nobody knows. */
  poppedPackets: number | null;
  /** Whether every claim that was made has left the queue. */
  isDrained: boolean;
}

/**
 * Ends every shard: from now on nobody gets a packet. `queuedUpTo` keeps, by bucket, the last claim that was queued then;
 * hand the same map in again to ask whether the queue has got beyond it.
 */
export async function closeShards(
  redis: RedisClient,
  rain: Pick<ShardedRain, "rainId" | "shardCount">,
  queuedUpTo: Map<number, string>,
): Promise<ClosedShards> {
  const shards = await Promise.all(
    bucketsOfRain(rain.rainId, rain.shardCount).map(async (bucket) => {
      const keys = [
        rainStateKey(rain.rainId, bucket),
        rainPacketsKey(rain.rainId, bucket),
        rainViewersKey(rain.rainId, bucket),
        claimStreamKey(bucket),
      ];
      const [popped, last] = (await closeScript.run(redis, keys, [OVER_SECONDS])) as [number, string];
      const upTo = queuedUpTo.get(bucket) ?? last;
      queuedUpTo.set(bucket, upTo);
      const waiting = upTo === "" ? [] : await redis.xrange(claimStreamKey(bucket), "-", upTo, "COUNT", 1);
      return { popped, isDrained: waiting.length === 0 };
    }),
  );
  const isLost = shards.some(({ popped }) => popped < 0);
  return {
    poppedPackets: isLost ? null : shards.reduce((sum, { popped }) => sum + popped, 0),
    isDrained: shards.every(({ isDrained }) => isDrained),
  };
}
