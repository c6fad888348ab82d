import { ZodError } from "zod";
import type { RedisClient } from "@/platform/redis/client";
import { type QueueName, streamKey } from "@/platform/redis/keys";

/** How long a read waits for an entry before it looks at its leases again. */
const BLOCK_MS = 500;
/** Entries that one look at the queue takes. */
const LISTED_AT_ONCE = 1_000;
/** Where a reader of a bucket begins: before everything that is not acknowledged. */
export const FROM_THE_START = "0-0";

/** A stream entry: parsed, or with the reason why it cannot be. */
export interface StreamEntry<T> {
  bucket: number;
  id: string;
  raw: string;
  item: T | null;
  problem?: string;
  /** Names and values in turn, where it is not one of ours. */
  fields?: readonly string[];
}

export interface BucketLag {
  bucket: number;
  /** Entries not yet acknowledged, read or not. */
  waiting: number;
  /** Age of the oldest of them in milliseconds; 0 when there is none. */
  oldestMs: number;
}

type RawStreams = [key: string, entries: [id: string, fields: string[] | null][]][] | null;

/** A queue in one stream a bucket, whose entries are JSON in the field `g`. A stream holds just what is not acknowledged. */
export class BucketQueue<T> {
  constructor(
    readonly name: QueueName,
    /** Makes an item of what lay in a bucket, or throws a ZodError that says what is wrong with it. */
    private readonly read: (value: unknown, bucket: number) => T,
  ) {}

  /**
   * Entries of some buckets after the place that each was read to; waits up to half a second for the first. A new reader
   * that begins at the start misses nothing of what another left behind. `redis` must be a blocking client.
   */
  async readEntries(
    redis: RedisClient,
    positions: ReadonlyMap<number, string>,
    countMaxPerBucket: number,
  ): Promise<StreamEntry<T>[]> {
    const buckets = [...positions.keys()];
    const reply = (await redis.xread(
      "COUNT",
      countMaxPerBucket,
      "BLOCK",
      BLOCK_MS,
      "STREAMS",
      ...buckets.map((bucket) => streamKey(this.name, bucket)),
      ...positions.values(),
    )) as RawStreams;
    return this.#parseStreams(reply, buckets);
  }

  /** Takes entries that were announced out of one bucket's queue: nobody reads them again. */
  async acknowledge(redis: RedisClient, bucket: number, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await redis.xdel(streamKey(this.name, bucket), ...ids);
  }

  /** Which of these buckets have anything in their queue, being dealt with or not. */
  async findWaiting(redis: RedisClient, buckets: readonly number[]): Promise<number[]> {
    const lengths = await Promise.all(buckets.map((bucket) => redis.xlen(streamKey(this.name, bucket))));
    return buckets.filter((_, i) => (lengths[i] ?? 0) > 0);
  }

  /** Everything in one bucket's queue that is one of ours, oldest first, in blocks. */
  async *listItems(redis: RedisClient, bucket: number): AsyncIterable<T[]> {
    let from = "-";
    for (;;) {
      const rows = await redis.xrange(streamKey(this.name, bucket), from, "+", "COUNT", LISTED_AT_ONCE);
      yield rows.flatMap(([id, fields]) => this.#parseEntry(bucket, id, fields).item ?? []);
      const last = rows.at(-1);
      if (!last || rows.length < LISTED_AT_ONCE) return;
      from = `(${last[0]}`;
    }
  }

  /** The entry with this id; undefined when it is not in the queue (any more), or not one of ours. */
  async findItem(redis: RedisClient, bucket: number, id: string): Promise<T | undefined> {
    const [row] = await redis.xrange(streamKey(this.name, bucket), id, id);
    return row ? (this.#parseEntry(bucket, row[0], row[1]).item ?? undefined) : undefined;
  }

  /** Entries that have this text in them, among the oldest of one bucket. */
  async findWithText(
    redis: RedisClient,
    bucket: number,
    text: string,
    count: number,
  ): Promise<StreamEntry<T>[]> {
    const rows = await redis.xrange(streamKey(this.name, bucket), "-", "+", "COUNT", count);
    const found = rows.filter(([, fields]) => fields[1]?.includes(text));
    return found.map(([id, fields]) => this.#parseEntry(bucket, id, fields));
  }

  /** How far behind the queue is. Costs a few commands a bucket, sent together. */
  async readLag(redis: RedisClient, buckets: readonly number[], nowMs: number): Promise<BucketLag[]> {
    return await Promise.all(
      buckets.map(async (bucket) => {
        const key = streamKey(this.name, bucket);
        const [waiting, oldest] = await Promise.all([
          redis.xlen(key),
          redis.xrange(key, "-", "+", "COUNT", 1),
        ]);
        const oldestId = oldest[0]?.[0];
        const oldestMs = oldestId ? Math.max(0, nowMs - Number(oldestId.split("-", 1)[0])) : 0;
        return { bucket, waiting, oldestMs };
      }),
    );
  }

  #parseStreams(reply: RawStreams, buckets: readonly number[]): StreamEntry<T>[] {
    if (!reply) return [];
    const bucketOfKey = new Map(buckets.map((bucket) => [streamKey(this.name, bucket), bucket]));
    const entries: StreamEntry<T>[] = [];
    for (const [key, rows] of reply) {
      const bucket = bucketOfKey.get(key);
      if (bucket === undefined) continue;
      for (const [id, fields] of rows) entries.push(this.#parseEntry(bucket, id, fields));
    }
    return entries;
  }

  #parseEntry(bucket: number, id: string, fields: string[] | null): StreamEntry<T> {
    const raw = fields?.[1] ?? "";
    try {
      return { bucket, id, raw, item: this.read(JSON.parse(raw), bucket) };
    } catch (error) {
      return { bucket, id, raw, item: null, problem: describeProblem(error), fields: fields ?? [] };
    }
  }
}

function describeProblem(error: unknown): string {
  if (error instanceof ZodError) return error.issues[0]?.message ?? "malformed";
  return error instanceof SyntaxError ? "not JSON" : String(error);
}
