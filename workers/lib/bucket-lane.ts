import { setTimeout as delay } from "node:timers/promises";
import type { BucketLeases } from "@/server/queue/bucket-leases";
import { type BucketQueue, FROM_THE_START, type StreamEntry } from "@/server/queue/bucket-queue";
import type { RedisClient } from "@/server/redis/client";
import type { Resources } from "@/server/services/context";

/** Entries of one bucket that one read takes, unless its buckets together would be more than a transaction. */
const READ_MAX = 500;
/** Entries of one transaction, over several buckets; large enough that a commit costs little a gift. */
const BATCH_ENTRIES_MAX = 2_000;
/** Batches that may be processed but not yet announced and acknowledged: the further behind, the more one message merges. */
const UNANNOUNCED_MAX = 16;
/** How long a lane without buckets waits before it looks again. */
const IDLE_MS = 100;
const BACK_OFF_MS = [100, 200, 500, 1_000, 2_000] as const;

export interface LaneOptions<T> {
  queue: BucketQueue<T>;
  resources: Pick<Resources, "redis" | "log">;
  /** A connection of its own, because a read blocks it. */
  blocking: RedisClient;
  leases: Pick<BucketLeases, "held">;
  /** This lane takes the leased buckets whose number leaves this rest. */
  index: number;
  lanes: number;
  /**
   * Posts entries, those of a bucket in order; safe to repeat with the same ones. Answers how to announce what came of
   * them: that goes on beside the next batch, and what it rejects is read, and posted, again.
   */
  process(entries: readonly StreamEntry<T>[]): Promise<() => Promise<void>>;
}

/**
 * Reads leased buckets, posts, announces, acknowledges. Whatever goes wrong, nothing is acknowledged that was not
 * announced, and everything unacknowledged is read again before anything new.
 */
export class BucketLane<T> {
  /** How far each bucket is read, and in which tenure of its lease. */
  readonly #positions = new Map<number, { tenure: number; lastId: string }>();
  /** Buckets of the read that is under way, and how many batches of each are not yet acknowledged. */
  #reading: ReadonlySet<number> = new Set();
  readonly #underWay = new Map<number, number>();
  readonly #unannounced = new Set<Promise<void>>();
  #announcementFailed = false;
  #stopping = false;

  constructor(private readonly options: LaneOptions<T>) {}

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { queue, resources } = this.options;
    let failures = 0;
    while (!this.#stopping) {
      try {
        await this.#round();
        failures = 0;
      } catch (error) {
        await this.#startOver();
        const waitMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
        failures += 1;
        resources.log.warn(
          { queue: queue.name, reason: String(error), waitMs },
          "a queue is held up; will read it again",
        );
        await delay(waitMs);
      }
    }
    await Promise.all(this.#unannounced);
  }

  /** Whether this lane is reading a bucket or has entries of it that are not yet acknowledged. */
  isBusy(bucket: number): boolean {
    return this.#reading.has(bucket) || this.#underWay.has(bucket);
  }

  /** Everything not acknowledged is read again, once nothing of it is under way any more. */
  async #startOver(): Promise<void> {
    await Promise.all(this.#unannounced);
    this.#announcementFailed = false;
    this.#positions.clear();
  }

  async #round(): Promise<void> {
    if (this.#announcementFailed) await this.#startOver();
    const positions = this.#choosePositions();
    if (positions.size === 0) {
      await delay(IDLE_MS);
      return;
    }
    this.#reading = new Set(positions.keys());
    try {
      // What is read ahead of its transaction only waits in memory, where it is moved about.
      const countMax = Math.min(READ_MAX, Math.ceil(BATCH_ENTRIES_MAX / positions.size));
      const entries = await this.options.queue.readEntries(this.options.blocking, positions, countMax);
      if (entries.length === 0) await this.#lookForOverlooked();
      for (const batch of splitByBucket(entries)) {
        await this.#process(batch);
        for (const entry of batch) {
          const position = this.#positions.get(entry.bucket);
          if (position) position.lastId = entry.id;
        }
      }
    } finally {
      this.#reading = new Set();
    }
  }

  /** The leased buckets of this lane; one that was leased anew is read from its start, whoever read it meanwhile. */
  #choosePositions(): Map<number, string> {
    const { leases, index, lanes } = this.options;
    const chosen = new Map<number, string>();
    for (const [bucket, tenure] of leases.held) {
      if (bucket % lanes !== index) continue;
      let position = this.#positions.get(bucket);
      if (position?.tenure !== tenure) {
        position = { tenure, lastId: FROM_THE_START };
        this.#positions.set(bucket, position);
      }
      chosen.set(bucket, position.lastId);
    }
    return chosen;
  }

  /**
   * Nothing new, yet something may still wait below where we have read to: an acknowledgement that got lost, or a queue
   * that was lost and begun anew under a clock that went back. Such a bucket is read from its start.
   */
  async #lookForOverlooked(): Promise<void> {
    const { queue, resources } = this.options;
    const quiet = [...this.#positions.keys()].filter((bucket) => !this.#underWay.has(bucket));
    for (const bucket of await queue.findWaiting(resources.redis, quiet)) this.#positions.delete(bucket);
  }

  async #process(entries: readonly StreamEntry<T>[]): Promise<void> {
    const { queue, resources, process } = this.options;
    const announce = await process(entries);
    const buckets = new Set(entries.map((entry) => entry.bucket));
    for (const bucket of buckets) this.#underWay.set(bucket, (this.#underWay.get(bucket) ?? 0) + 1);
    const task = announce()
      .then(() => this.#acknowledge(entries))
      .catch((error: unknown) => {
        this.#announcementFailed = true;
        resources.log.warn(
          { queue: queue.name, reason: String(error) },
          "results could not be announced; will repeat",
        );
      })
      .finally(() => {
        this.#unannounced.delete(task);
        for (const bucket of buckets) {
          const left = (this.#underWay.get(bucket) ?? 1) - 1;
          if (left > 0) this.#underWay.set(bucket, left);
          else this.#underWay.delete(bucket);
        }
      });
    this.#unannounced.add(task);
    if (this.#unannounced.size >= UNANNOUNCED_MAX) await Promise.race(this.#unannounced);
  }

  async #acknowledge(entries: readonly StreamEntry<T>[]): Promise<void> {
    const ids = new Map<number, string[]>();
    for (const entry of entries) {
      const list = ids.get(entry.bucket);
      if (list) list.push(entry.id);
      else ids.set(entry.bucket, [entry.id]);
    }
    const { queue, resources } = this.options;
    await Promise.all([...ids].map(([bucket, list]) => queue.acknowledge(resources.redis, bucket, list)));
  }
}

/** Puts whole buckets together until a transaction is large enough. Entries of a bucket stay in order. */
function splitByBucket<T>(entries: readonly StreamEntry<T>[]): StreamEntry<T>[][] {
  const byBucket = new Map<number, StreamEntry<T>[]>();
  for (const entry of entries) {
    const list = byBucket.get(entry.bucket);
    if (list) list.push(entry);
    else byBucket.set(entry.bucket, [entry]);
  }
  const batches: StreamEntry<T>[][] = [];
  let batch: StreamEntry<T>[] = [];
  for (const list of byBucket.values()) {
    if (batch.length > 0 && batch.length + list.length > BATCH_ENTRIES_MAX) {
      batches.push(batch);
      batch = [];
    }
    batch.push(...list);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
