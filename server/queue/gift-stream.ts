import { GiftQueueEntry } from "../contracts/gift";
import type { RedisClient } from "../redis/client";
import { giftDeadLetterKey, giftStreamKey } from "../redis/keys";
import { defineScript } from "../redis/script";
import ackSource from "./ack-and-trim.lua";

/**
 * One consumer name for all workers: a bucket is read by whoever holds its lease, and entries that a dead holder left
 * unacknowledged belong to the next one at once, without waiting for them to grow old.
 */
const GROUP = "gift-debit";
const CONSUMER = "lease-holder";
/** How long a read waits for a gift before it looks at its leases again. */
const BLOCK_MS = 500;
/** Kept dead letters a bucket. */
const DEAD_LETTERS_KEPT = 10_000;

const ackScript = defineScript(ackSource);

/** A stream entry: parsed, or with the reason why it cannot be. */
export interface StreamEntry {
  bucket: number;
  id: string;
  raw: string;
  gift: GiftQueueEntry | null;
  problem?: string;
}

type RawStreams = [key: string, entries: [id: string, fields: string[] | null][]][] | null;

/** Creates the group of every stream that has none. Called at start and when Redis came back without its data. */
export async function ensureGroups(redis: RedisClient, buckets: readonly number[]): Promise<void> {
  await Promise.all(
    buckets.map(async (bucket) => {
      try {
        await redis.xgroup("CREATE", giftStreamKey(bucket), GROUP, "0", "MKSTREAM");
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("BUSYGROUP"))) throw error;
      }
    }),
  );
}

/** Entries of a bucket that were delivered and never acknowledged, oldest first, after `afterId`. */
export async function readUnacknowledged(
  redis: RedisClient,
  bucket: number,
  afterId: string,
  countMax: number,
): Promise<StreamEntry[]> {
  const reply = (await redis.xreadgroup(
    "GROUP",
    GROUP,
    CONSUMER,
    "COUNT",
    countMax,
    "STREAMS",
    giftStreamKey(bucket),
    afterId,
  )) as RawStreams;
  return parseStreams(reply, [bucket]);
}

/** New entries of some buckets; waits up to half a second for the first. `redis` must be a blocking client. */
export async function readNew(
  redis: RedisClient,
  buckets: readonly number[],
  countMaxPerBucket: number,
): Promise<StreamEntry[]> {
  const reply = (await redis.xreadgroup(
    "GROUP",
    GROUP,
    CONSUMER,
    "COUNT",
    countMaxPerBucket,
    "BLOCK",
    BLOCK_MS,
    "STREAMS",
    ...buckets.map(giftStreamKey),
    ...buckets.map(() => ">"),
  )) as RawStreams;
  return parseStreams(reply, buckets);
}

function parseStreams(reply: RawStreams, buckets: readonly number[]): StreamEntry[] {
  if (!reply) return [];
  const bucketOfKey = new Map(buckets.map((bucket) => [giftStreamKey(bucket), bucket]));
  const entries: StreamEntry[] = [];
  for (const [key, rows] of reply) {
    const bucket = bucketOfKey.get(key);
    if (bucket === undefined) continue;
    for (const [id, fields] of rows) entries.push(parseEntry(bucket, id, fields));
  }
  return entries;
}

function parseEntry(bucket: number, id: string, fields: string[] | null): StreamEntry {
  const raw = fields?.[1] ?? "";
  try {
    const parsed = GiftQueueEntry.safeParse(JSON.parse(raw));
    if (parsed.success) return { bucket, id, raw, gift: parsed.data };
    return { bucket, id, raw, gift: null, problem: parsed.error.issues[0]?.message ?? "malformed" };
  } catch {
    return { bucket, id, raw, gift: null, problem: "not JSON" };
  }
}

/** Acknowledges entries of one bucket (ids ascending) and trims what nobody needs any more. */
export async function acknowledge(redis: RedisClient, bucket: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ackScript.run(redis, [giftStreamKey(bucket)], [GROUP, ...ids]);
}

/** Puts an entry that cannot be posted where an operator sees it. Adding it twice after a crash is harmless. */
export async function addDeadLetter(redis: RedisClient, entry: StreamEntry, reason: string): Promise<void> {
  await redis.xadd(
    giftDeadLetterKey(entry.bucket),
    "MAXLEN",
    "~",
    DEAD_LETTERS_KEPT,
    "*",
    "entryId",
    entry.id,
    "reason",
    reason.slice(0, 500),
    "g",
    entry.raw,
  );
}

export interface BucketLag {
  bucket: number;
  /** Entries not yet acknowledged, delivered or not. */
  waiting: number;
  /** Age of the oldest of them in milliseconds; 0 when there is none. */
  oldestMs: number;
  deadLetters: number;
}

/** How far behind the queue is. Costs a few commands a bucket, sent as one pipeline. */
export async function readLag(
  redis: RedisClient,
  buckets: readonly number[],
  nowMs: number,
): Promise<BucketLag[]> {
  return await Promise.all(
    buckets.map(async (bucket) => {
      const key = giftStreamKey(bucket);
      const [groups, deadLetters] = await Promise.all([
        readGroups(redis, key),
        redis.xlen(giftDeadLetterKey(bucket)),
      ]);
      // A queue that nobody has ever read has no group, and all of it waits.
      const group =
        groups.map(pairsToMap).find((g) => g.get("name") === GROUP) ??
        new Map<string, unknown>([["lag", await redis.xlen(key)]]);
      const pending = Number(group.get("pending") ?? 0);
      const lastDelivered = String(group.get("last-delivered-id") ?? "0-0");
      // `lag` is null when Redis cannot tell; the entries themselves then answer.
      const undelivered = await redis.xrange(key, `(${lastDelivered}`, "+", "COUNT", 1);
      const lag = Number(group.get("lag") ?? undelivered.length);
      let oldestId = undelivered[0]?.[0];
      if (pending > 0) {
        const [, firstPending] = (await redis.xpending(key, GROUP)) as [number, string | null];
        oldestId = firstPending ?? oldestId;
      }
      const oldestMs = oldestId ? Math.max(0, nowMs - Number(oldestId.split("-", 1)[0])) : 0;
      return { bucket, waiting: pending + lag, oldestMs, deadLetters };
    }),
  );
}

async function readGroups(redis: RedisClient, key: string): Promise<unknown[][]> {
  try {
    return (await redis.xinfo("GROUPS", key)) as unknown[][];
  } catch (error) {
    if (error instanceof Error && error.message.includes("no such key")) return [];
    throw error;
  }
}

function pairsToMap(pairs: unknown[]): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (let i = 0; i + 1 < pairs.length; i += 2) map.set(String(pairs[i]), pairs[i + 1]);
  return map;
}
