import { bucketsOfRain } from "@/domain/rules/rain-shards";
import type { RedisClient } from "@/platform/redis/client";
import { claimStreamKey, rainViewersKey } from "@/platform/redis/keys";
import { scanKeys } from "@/platform/redis/scan";

/** Viewers read in one step. */
const VIEWERS_AT_ONCE = 500;
/** Entries read in one step. */
const ENTRIES_AT_ONCE = 1_000;

/** A packet that Redis says somebody got. */
export interface RememberedClaim {
  rainId: string;
  /** Where its claim was queued. */
  bucket: number;
  userId: string;
  claimId: string;
  packetIndex: number;
  coins: number;
}

/** Every packet that was got and is remembered, in blocks (see claim-packet.lua). */
export async function* listRememberedClaims(redis: RedisClient): AsyncIterable<RememberedClaim[]> {
  for await (const keys of scanKeys(redis, "rain-viewers:*")) {
    for (const key of keys) {
      const [, tag = "", rainId = ""] = key.split(":");
      const bucket = Number(/^\{b(\d+)\}$/.exec(tag)?.[1]);
      yield* listViewers(redis, rainId, bucket);
    }
  }
}

/** The same of one rain. */
export async function* listClaimsOfRain(
  redis: RedisClient,
  { rainId, shardCount }: { rainId: string; shardCount: number },
): AsyncIterable<RememberedClaim[]> {
  for (const bucket of bucketsOfRain(rainId, shardCount)) yield* listViewers(redis, rainId, bucket);
}

async function* listViewers(
  redis: RedisClient,
  rainId: string,
  bucket: number,
): AsyncIterable<RememberedClaim[]> {
  let cursor = "0";
  do {
    const [next, pairs] = await redis.hscan(rainViewersKey(rainId, bucket), cursor, "COUNT", VIEWERS_AT_ONCE);
    cursor = next;
    const claims: RememberedClaim[] = [];
    for (let i = 0; i < pairs.length; i += 2)
      claims.push(...parseViewer({ rainId, bucket, userId: pairs[i] ?? "" }, pairs[i + 1] ?? ""));
    if (claims.length > 0) yield claims;
  } while (cursor !== "0");
}

function parseViewer(of: Pick<RememberedClaim, "rainId" | "bucket" | "userId">, value: string) {
  const packets = value.slice(value.indexOf("|") + 1);
  return [...packets.matchAll(/([^;=]+)=(\d+):(\d+);/g)].map(([, claimId = "", index, coins]) => ({
    ...of,
    claimId,
    packetIndex: Number(index),
    coins: Number(coins),
  }));
}

const scopeOf = (claim: Record<"rainId" | "userId" | "claimId" | "packetIndex", unknown>) =>
  [claim.rainId, claim.packetIndex, claim.userId, claim.claimId].join("/");

/** Which of these claims, all of one bucket, are in its queue. Reads the queue in blocks. */
export async function findQueuedClaims(
  redis: RedisClient,
  bucket: number,
  claims: readonly RememberedClaim[],
): Promise<ReadonlySet<RememberedClaim>> {
  const wanted = new Map(claims.map((claim) => [scopeOf(claim), claim]));
  const found = new Set<RememberedClaim>();
  let after = "-";
  for (;;) {
    const rows = await redis.xrange(claimStreamKey(bucket), after, "+", "COUNT", ENTRIES_AT_ONCE);
    for (const [, fields] of rows) {
      const claim = wanted.get(scopeOfEntry(fields[1] ?? ""));
      if (claim) found.add(claim);
    }
    const last = rows.at(-1);
    if (!last || rows.length < ENTRIES_AT_ONCE) return found;
    after = `(${last[0]}`;
  }
}

function scopeOfEntry(text: string): string {
  try {
    return scopeOf(JSON.parse(text));
  } catch {
    return "";
  }
}
