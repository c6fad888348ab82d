import { GiftQueueEntry } from "../contracts/gift";
import type { RedisClient } from "../redis/client";
import { giftDeadLetterKey, giftStreamKey } from "../redis/keys";

/** How long a read waits for a gift before it looks at its leases again. */
const BLOCK_MS = 500;
const ENTRIES_AT_ONCE = 500;
/** Kept dead letters a bucket. */
const DEAD_LETTERS_KEPT = 10_000;
/** Where a reader of a bucket begins: before everything that is not acknowledged. */
export const FROM_THE_START = "0-0";

/** A stream entry: parsed, or with the reason why it cannot be. */
export interface StreamEntry {
  bucket: number;
  id: string;
  raw: string;
  gift: GiftQueueEntry | null;
  problem?: string;
}

type RawStreams = [key: string, entries: [id: string, fields: string[] | null][]][] | null;

/**
 * Entries of some buckets after the place that each was read to; waits up to half a second for the first. A stream holds
 * just what is not acknowledged, so a new reader that begins at the start misses nothing of what another left behind.
 * `redis` must be a blocking client.
 */
export async function readEntries(
  redis: RedisClient,
  positions: ReadonlyMap<number, string>,
  countMaxPerBucket: number,
): Promise<StreamEntry[]> {
  const buckets = [...positions.keys()];
  const reply = (await redis.xread(
    "COUNT",
    countMaxPerBucket,
    "BLOCK",
    BLOCK_MS,
    "STREAMS",
    ...buckets.map(giftStreamKey),
    ...positions.values(),
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

/** Takes entries that were announced out of one bucket's queue: nobody reads them again. */
export async function acknowledge(redis: RedisClient, bucket: number, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await redis.xdel(giftStreamKey(bucket), ...ids);
}

/** Which of these buckets have anything in their queue, being dealt with or not. */
export async function findWaiting(redis: RedisClient, buckets: readonly number[]): Promise<number[]> {
  const lengths = await Promise.all(buckets.map((bucket) => redis.xlen(giftStreamKey(bucket))));
  return buckets.filter((_, i) => (lengths[i] ?? 0) > 0);
}

/** Whether an order has an entry in the queue of its bucket. Reads the queue: for an audit. */
export async function isInQueue(redis: RedisClient, bucket: number, giftOrderId: string): Promise<boolean> {
  let after = FROM_THE_START;
  for (;;) {
    const rows = await redis.xrange(giftStreamKey(bucket), `(${after}`, "+", "COUNT", ENTRIES_AT_ONCE);
    const entries = rows.map(([id, fields]) => parseEntry(bucket, id, fields));
    if (entries.some((entry) => entry.gift?.giftOrderId === giftOrderId)) return true;
    const last = entries.at(-1);
    if (!last) return false;
    after = last.id;
  }
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
  /** Entries not yet acknowledged, read or not. */
  waiting: number;
  /** Age of the oldest of them in milliseconds; 0 when there is none. */
  oldestMs: number;
  deadLetters: number;
}

/** How far behind the queue is. Costs a few commands a bucket, sent together. */
export async function readLag(
  redis: RedisClient,
  buckets: readonly number[],
  nowMs: number,
): Promise<BucketLag[]> {
  return await Promise.all(
    buckets.map(async (bucket) => {
      const key = giftStreamKey(bucket);
      const [waiting, oldest, deadLetters] = await Promise.all([
        redis.xlen(key),
        redis.xrange(key, "-", "+", "COUNT", 1),
        redis.xlen(giftDeadLetterKey(bucket)),
      ]);
      const oldestId = oldest[0]?.[0];
      const oldestMs = oldestId ? Math.max(0, nowMs - Number(oldestId.split("-", 1)[0])) : 0;
      return { bucket, waiting, oldestMs, deadLetters };
    }),
  );
}
