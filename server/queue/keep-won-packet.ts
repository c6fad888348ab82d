import { bucketOfShard, homeShardOf } from "@/domain/rules/rain-shards";
import type { RedisClient } from "@/platform/redis/client";
import { claimStreamKey, rainPacketsKey, rainViewersKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import keepSource from "./keep-won-packet.lua";
import { claimEntryHead, type PacketClaim } from "./rain-claims";
import { SHARD_SECONDS } from "./rain-shards";

const keepScript = defineScript(keepSource);

/** A claim, and the packet that its viewer was shown. */
export interface WonPacket extends PacketClaim {
  packetIndex: number;
  coins: number;
}

/**
 * Gives a viewer the packet that they were shown as won, where Redis may have forgotten it: out of its shard, if nobody has it,
 * and into the queue of credits. Repeating it changes nothing. Should another have got the packet meanwhile, the credit
 * finds that out.
 */
export async function keepWonPacket(redis: RedisClient, won: WonPacket): Promise<void> {
  const { rainId, shardCount, userId, claimId, packetIndex, coins } = won;
  const packet = `${packetIndex}:${coins}`;
  const shard = packetIndex % shardCount;
  await redis.lrem(rainPacketsKey(rainId, bucketOfShard(rainId, shardCount, shard)), 1, packet);
  const home = bucketOfShard(rainId, shardCount, homeShardOf(userId, shardCount));
  const entry = `${claimEntryHead(won)}"packetIndex":${packetIndex},"coins":${coins}}`;
  await keepScript.run(
    redis,
    [rainViewersKey(rainId, home), claimStreamKey(home)],
    [userId, claimId, packet, entry, SHARD_SECONDS],
  );
}
