import { setTimeout as delay } from "node:timers/promises";
import { isBlocked } from "@/domain/rules/driver-errors";
import type { RedisClient } from "@/platform/redis/client";
import type { BucketLeases } from "@/server/queue/bucket-leases";
import { type BucketQueue, FROM_THE_START, type StreamEntry } from "@/server/queue/bucket-queue";
import type { Resources } from "@/server/services/context";
import type { HeldItem } from "@/server/services/halve-batch";
import { BucketPauses, type Pause } from "./bucket-pauses";
import { joinBuckets } from "./join-buckets";

/** Entries of one bucket that one read takes, unless its buckets together would be more than a transaction. */
const READ_MAX = 500;
/** Entries of one transaction, over several buckets; large enough that a commit costs little a gift. */
const BATCH_ENTRIES_MAX = 2_000;
/** Batches that may be processed but not yet announced and acknowledged: the further behind, the more one message merges. */
const UNANNOUNCED_MAX = 16;
/** How long a lane without buckets waits before it looks again. */
const IDLE_MS = 100;
const BACK_OFF_MS = [100, 200, 500, 1_000, 2_000] as const;
/** After each failure in a row it reads half as much, down to this part: what was too much for the time given gets done. */
const READ_HALVINGS_MAX = 6;
const REASON_LENGTH_MAX = 300;

export interface Processed<T> {
  /** Tells what came of the entries. It goes on beside the next batch, and what it rejects is read, and posted, again. */
  announce(): Promise<void>;
  /** Entries of which nothing came yet: they stay in the queue, and are tried again after a pause. */
  held: readonly HeldItem<StreamEntry<T>>[];
}

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
   * Posts entries, those of a bucket in order; safe to repeat with the same ones. What it throws holds the whole lane.
   * `isAgain`: they are of buckets that were held up a moment ago.
   */
  process(entries: readonly StreamEntry<T>[], isAgain: boolean): Promise<Processed<T>>;
}

/** How a lane does, for whoever watches it. Times by `performance.now()`. */
export interface LaneState {
  /** Since when the step under way, or the oldest announcement, has not come to an end. Null: it does not run. */
  stillSinceMs: number | null;
  /** Since when nothing is posted any more, deliberately, and why. */
  held: { sinceMs: number; reason: string } | null;
  pauses: readonly Pause[];
}

/**
 * Reads leased buckets, posts, announces, acknowledges. Whatever goes wrong, nothing is acknowledged that was not
 * announced, and everything unacknowledged is read again before anything new. A bucket, or an entry, that cannot be posted
 * now is left for later, and the others go on.
 */
export class BucketLane<T> {
  /** How far each bucket is read, and in which tenure of its lease. */
  readonly #positions = new Map<number, { tenure: number; lastId: string }>();
  readonly #pauses = new BucketPauses();
  /** Buckets of the read that is under way, and how many batches of each are not yet acknowledged. */
  #reading: ReadonlySet<number> = new Set();
  readonly #underWay = new Map<number, number>();
  /** With when each began, the oldest first. */
  readonly #unannounced = new Map<Promise<void>, number>();
  #announcementProblem: { error: unknown } | null = null;
  #failures = 0;
  #held: LaneState["held"] = null;
  #stepSinceMs: number | null = null;
  #passedAtMs = performance.now();
  #stopping = false;

  constructor(private readonly options: LaneOptions<T>) {}

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#round();
      } catch (error) {
        await this.#holdUp(error);
      }
    }
    this.#step();
    await Promise.all(this.#unannounced.keys());
    this.#stepSinceMs = null;
  }

  /** Whether this lane is reading a bucket or has entries of it that are not yet acknowledged. */
  isBusy(bucket: number): boolean {
    return this.#reading.has(bucket) || this.#underWay.has(bucket);
  }

  get state(): LaneState {
    const pauses = this.#pauses.all;
    const [announcingSinceMs = Number.POSITIVE_INFINITY] = this.#unannounced.values();
    const stillSinceMs = this.#stepSinceMs === null ? null : Math.min(this.#stepSinceMs, announcingSinceMs);
    // Closed buckets alone hold a lane where nothing at all has passed since.
    const closed = pauses.find((pause) => pause.isClosed && pause.sinceMs > this.#passedAtMs);
    return { stillSinceMs, held: this.#held ?? closed ?? null, pauses };
  }

  #step(): void {
    this.#stepSinceMs = performance.now();
  }

  async #holdUp(error: unknown): Promise<void> {
    const { queue, resources } = this.options;
    const reason = String(error).slice(0, REASON_LENGTH_MAX);
    this.#held = { sinceMs: this.#held?.sinceMs ?? performance.now(), reason };
    const waitMs = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] ?? 0;
    this.#failures += 1;
    resources.log.warn({ queue: queue.name, reason, waitMs }, "a queue is held up; will read it again");
    await this.#startOver();
    this.#step();
    await delay(waitMs);
  }

  /** The store answers again. */
  #goOn(): void {
    this.#failures = 0;
    if (!this.#held) return;
    const heldMs = Math.round(performance.now() - this.#held.sinceMs);
    this.#held = null;
    this.options.resources.log.info({ queue: this.options.queue.name, heldMs }, "a queue goes on");
  }

  /** Everything not acknowledged is read again, once nothing of it is under way any more. */
  async #startOver(): Promise<void> {
    this.#step();
    await Promise.all(this.#unannounced.keys());
    this.#announcementProblem = null;
    this.#positions.clear();
  }

  async #round(): Promise<void> {
    if (this.#announcementProblem) throw this.#announcementProblem.error;
    this.#step();
    const { positions, retried } = this.#choosePositions();
    if (positions.size === 0) {
      await delay(IDLE_MS);
      return;
    }
    this.#reading = new Set(positions.keys());
    try {
      // What is read ahead of its transaction only waits in memory, where it is moved about.
      const countMax = Math.ceil(
        Math.min(READ_MAX, BATCH_ENTRIES_MAX / positions.size) /
          2 ** Math.min(this.#failures, READ_HALVINGS_MAX),
      );
      const entries = await this.options.queue.readEntries(this.options.blocking, positions, countMax);
      if (entries.length === 0) await this.#lookForOverlooked();
      // Apart from the others, which would wait with them should they be held up again.
      const fresh = retried.size === 0 ? entries : entries.filter(({ bucket }) => !retried.has(bucket));
      for (const batch of joinBuckets(fresh, BATCH_ENTRIES_MAX)) await this.#process(batch, false);
      if (retried.size > 0) await this.#retry(entries, retried);
    } finally {
      this.#reading = new Set();
    }
  }

  async #retry(entries: readonly StreamEntry<T>[], retried: ReadonlySet<number>): Promise<void> {
    const again = entries.filter(({ bucket }) => retried.has(bucket));
    const pausedAnew = new Set<number>();
    for (const batch of joinBuckets(again, BATCH_ENTRIES_MAX)) {
      for (const bucket of await this.#process(batch, true)) pausedAnew.add(bucket);
    }
    for (const bucket of retried) {
      if (pausedAnew.has(bucket)) continue;
      const { queue, resources } = this.options;
      const pause = this.#pauses.end(bucket);
      if (!pause) continue;
      const heldMs = Math.round(performance.now() - pause.sinceMs);
      resources.log.info({ queue: queue.name, bucket, heldMs }, "a bucket goes on");
    }
  }

  /**
   * The leased buckets of this lane; one that was leased anew is read from its start, whoever read it meanwhile, and so is
   * one whose pause is over: those are `retried`. What is closed until later is left out.
   */
  #choosePositions(): { positions: Map<number, string>; retried: Set<number> } {
    const { leases, index, lanes } = this.options;
    const nowMs = performance.now();
    const chosen = new Map<number, string>();
    const retried = new Set<number>();
    this.#pauses.keepOnly(leases.held);
    for (const [bucket, tenure] of leases.held) {
      if (bucket % lanes !== index) continue;
      let position = this.#positions.get(bucket);
      if (position?.tenure !== tenure) {
        position = { tenure, lastId: FROM_THE_START };
        this.#positions.set(bucket, position);
      }
      if (this.#pauses.isDue(bucket, nowMs) && !this.#underWay.has(bucket)) {
        position.lastId = FROM_THE_START;
        retried.add(bucket);
      } else if (this.#pauses.isClosed(bucket)) {
        continue;
      }
      chosen.set(bucket, position.lastId);
    }
    return { positions: chosen, retried };
  }

  /**
   * Nothing new, yet something may still wait below where we have read to: an acknowledgement that got lost, or a queue
   * that was lost and begun anew under a clock that went back. Such a bucket is read from its start.
   */
  async #lookForOverlooked(): Promise<void> {
    const { queue, resources } = this.options;
    const quiet = [...this.#positions.keys()].filter(
      (bucket) => !this.#underWay.has(bucket) && !this.#pauses.has(bucket),
    );
    for (const bucket of await queue.findWaiting(resources.redis, quiet)) this.#positions.delete(bucket);
    if (this.#unannounced.size === 0) this.#goOn();
  }

  /** Answers which buckets were paused, wholly or in part. */
  async #process(entries: readonly StreamEntry<T>[], isAgain: boolean): Promise<readonly number[]> {
    this.#step();
    const { announce, held } = await this.options.process(entries, isAgain);
    const waiting = new Set(held.map(({ item }) => item));
    const done = waiting.size === 0 ? entries : entries.filter((entry) => !waiting.has(entry));
    if (done.length > 0) this.#announce(done, announce);
    else this.#goOn();
    for (const entry of entries) {
      const position = this.#positions.get(entry.bucket);
      if (position) position.lastId = entry.id;
    }
    const paused = this.#pause(done, held);
    this.#step();
    if (this.#unannounced.size >= UNANNOUNCED_MAX) await Promise.race(this.#unannounced.keys());
    return paused;
  }

  #pause(done: readonly StreamEntry<T>[], held: Processed<T>["held"]): readonly number[] {
    if (held.length === 0) return [];
    const { queue, resources } = this.options;
    const passed = new Set(done.map(({ bucket }) => bucket));
    const buckets = new Set(held.map(({ item }) => item.bucket));
    for (const bucket of buckets) {
      const list = held.filter(({ item }) => item.bucket === bucket);
      const isClosed = !passed.has(bucket) || list.some(({ problem }) => isBlocked(problem));
      const reason = String(list[0]?.problem).slice(0, REASON_LENGTH_MAX);
      const isNew = this.#pauses.pause(bucket, { isClosed, reason }, performance.now());
      if (!isNew) continue;
      const facts = { queue: queue.name, bucket, entries: list.length, entryId: list[0]?.item.id, reason };
      resources.log.warn(facts, isClosed ? "a bucket is held up" : "entries of a bucket are held up");
    }
    return [...buckets];
  }

  #announce(entries: readonly StreamEntry<T>[], announce: () => Promise<void>): void {
    const { queue, resources } = this.options;
    const buckets = new Set(entries.map((entry) => entry.bucket));
    for (const bucket of buckets) this.#underWay.set(bucket, (this.#underWay.get(bucket) ?? 0) + 1);
    const task = announce()
      .then(() => this.#acknowledge(entries))
      .then(() => {
        this.#passedAtMs = performance.now();
        this.#goOn();
      })
      .catch((error: unknown) => {
        this.#announcementProblem = { error };
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
    this.#unannounced.set(task, performance.now());
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
