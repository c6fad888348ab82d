import { BizError } from "@/domain/contracts/errors";
import { bucketOfShard, homeShardOf } from "@/domain/rules/rain-shards";
import type { RateWindow } from "@/domain/rules/rate-limit";
import type { RedisClient } from "@/platform/redis/client";
import { claimStreamKey, rainPacketsKey, rainStateKey, rainViewersKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import type { CallNonce } from "./call-nonce";
import claimSource from "./claim-packet.lua";

const claimScript = defineScript(claimSource);

export interface PacketClaim {
  rainId: string;
  shardCount: number;
  roomId: string;
  userId: string;
  claimId: string;
  traceId: string;
  claimedAt: string;
  /** Of the call by which it comes: noted with the first shard that is asked, unless it is used. */
  nonce?: CallNonce | undefined;
}

export type ClaimResult = { kind: "won" | "seen"; packetIndex: number; coins: number } | ClaimRefused;

export type ClaimRefused =
  /** `unknown`: Redis has no such rain. `room`: it belongs to another room. `enough`: the viewer has as many as allowed. */
  | { kind: "replayed" | "unknown" | "room" | "soon" | "over" | "enough" | "empty" }
  | { kind: "fast"; retryAfterMs: number };

/** A claim as it lies in the queue, up to the packet. */
export function claimEntryHead({ rainId, userId, claimId, traceId, claimedAt }: PacketClaim): string {
  return `{"rainId":"${rainId}","userId":"${userId}","claimId":"${claimId}","traceId":"${traceId}","claimedAt":"${claimedAt}",`;
}

/** The bucket in which a viewer's walk over the shards of a rain begins. */
export function homeBucketOf(
  { rainId, shardCount }: { rainId: string; shardCount: number },
  userId: string,
): number {
  return bucketOfShard(rainId, shardCount, homeShardOf(userId, shardCount));
}

/**
 * Takes one packet for a viewer, out of their home shard or, where that is empty, the next one that is not: one round trip
 * as long as the home shard has packets. The walk always goes the same way, which is what makes the viewer's limit and
 * the answer to a repeated claim exact (see claim-packet.lua).
 *
 * @param allGone every shard is known to be empty, which it then stays: whoever got nothing is answered at once
 */
export async function claimPacket(
  redis: RedisClient,
  claim: PacketClaim,
  limit: RateWindow | undefined,
  allGone: boolean,
): Promise<ClaimResult> {
  const { rainId, shardCount, roomId, userId, claimId } = claim;
  const nonce = claim.nonce?.isUsed ? undefined : claim.nonce;
  const home = homeShardOf(userId, shardCount);
  const entry = claimEntryHead(claim);
  const { stream } = redis;
  let have = 0;
  let isOver = false;
  for (let step = 0; step < shardCount; step++) {
    // What this walk was told may be of a Redis that knew more than the one it would go on with.
    if (redis.stream !== stream) throw new BizError("UNAVAILABLE");
    const bucket = bucketOfShard(rainId, shardCount, (home + step) % shardCount);
    const keys = [
      rainStateKey(rainId, bucket),
      rainPacketsKey(rainId, bucket),
      rainViewersKey(rainId, bucket),
      claimStreamKey(bucket),
    ];
    const notes = step === 0 ? nonce : undefined;
    if (notes) keys.push(notes.key);
    // The viewer's tries are counted at home.
    const tries = step === 0 ? (limit?.limit ?? 0) : 0;
    const windowMs = (limit?.windowSeconds ?? 1) * 1_000;
    const args = [
      userId,
      claimId,
      roomId,
      have,
      tries,
      windowMs,
      allGone ? "1" : "",
      entry,
      notes?.keptMs ?? "",
    ];
    const [kind, first, second] = ((await claimScript.run(redis, keys, args)) as string).split(":");
    if (notes) notes.isUsed = true;
    switch (kind) {
      case "REPLAYED":
        return { kind: "replayed" };
      case "WON":
      case "SEEN":
        return { kind: kind === "WON" ? "won" : "seen", packetIndex: Number(first), coins: Number(second) };
      case "FAST":
        return { kind: "fast", retryAfterMs: Number(first) };
      case "EMPTY":
        // Who was never sent on has nothing anywhere else.
        if (step === 0 && allGone && second !== "1") return { kind: "empty" };
        have += Number(first);
        break;
      case "UNKNOWN":
        return { kind: "unknown" };
      case "ROOM":
        return { kind: "room" };
      case "SOON":
        return { kind: "soon" };
      case "OVER":
        // A packet that was got elsewhere is still the answer to its claim.
        if (step === 0 && second !== "1") return { kind: "over" };
        isOver = true;
        // The next shard may not be over yet.
        have += Number(first);
        break;
      case "ENOUGH":
        return { kind: "enough" };
      default:
        throw new Error(`The claim script answered ${kind}.`);
    }
  }
  return { kind: isOver ? "over" : "empty" };
}
