import { setTimeout as delay } from "node:timers/promises";
import type { BucketLeases } from "@/server/queue/bucket-leases";
import {
  acknowledge,
  ensureGroups,
  readNew,
  readUnacknowledged,
  type StreamEntry,
} from "@/server/queue/gift-stream";
import type { RedisClient } from "@/server/redis/client";
import type { Resources } from "@/server/services/context";
import { debitBatch } from "@/server/services/gift/debit-batch";
import type { Announcer } from "./announcer";
import type { WalletUpdates } from "./wallet-updates";

/** Entries of one bucket that one read takes. */
const READ_MAX = 500;
/** Entries of one transaction, over several buckets; large enough that a commit costs little a gift. */
const BATCH_ENTRIES_MAX = 1_000;
/** Batches that may be debited but not yet announced and acknowledged. */
const UNANNOUNCED_MAX = 4;
const BACK_OFF_MS = [100, 200, 500, 1_000, 2_000] as const;

export interface LaneOptions {
  resources: Resources;
  /** A connection of its own, because a read blocks it. */
  blocking: RedisClient;
  leases: BucketLeases;
  announcer: Announcer;
  walletUpdates: WalletUpdates;
  /** This lane takes the leased buckets whose number leaves this rest. */
  index: number;
  lanes: number;
}

/**
 * Reads leased buckets, debits, announces, acknowledges. Whatever goes wrong, nothing is acknowledged that was not
 * announced, and everything unacknowledged is read again before anything new.
 */
export class DebitLane {
  /** Buckets whose unacknowledged entries of earlier times have been dealt with, with the tenure in which they were. */
  readonly #caughtUp = new Map<number, number>();
  /** Buckets of the read that is under way, and how many batches of each are not yet acknowledged. */
  #reading: ReadonlySet<number> = new Set();
  readonly #underWay = new Map<number, number>();
  readonly #unannounced = new Set<Promise<void>>();
  #announcementFailed = false;
  #stopping = false;

  constructor(private readonly options: LaneOptions) {}

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { log } = this.options.resources;
    let failures = 0;
    while (!this.#stopping) {
      try {
        await this.#round();
        failures = 0;
      } catch (error) {
        this.#caughtUp.clear();
        await this.#settleAnnouncements();
        if (error instanceof Error && error.message.startsWith("NOGROUP")) {
          await ensureGroups(this.options.resources.redis, this.#buckets()).catch(() => {});
        }
        const waitMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
        failures += 1;
        log.warn({ reason: String(error), waitMs }, "debit is held up; will read again");
        await delay(waitMs);
      }
    }
    await this.#settleAnnouncements();
  }

  /** Whether this lane is reading a bucket or has entries of it that are not yet acknowledged. */
  isBusy(bucket: number): boolean {
    return this.#reading.has(bucket) || this.#underWay.has(bucket);
  }

  #buckets(): number[] {
    const { leases, index, lanes } = this.options;
    return [...leases.held.keys()].filter((bucket) => bucket % lanes === index);
  }

  async #round(): Promise<void> {
    if (this.#announcementFailed) {
      await this.#settleAnnouncements();
      this.#announcementFailed = false;
      this.#caughtUp.clear();
    }
    const buckets = this.#buckets();
    if (buckets.length === 0) {
      await delay(100);
      return;
    }
    this.#reading = new Set(buckets);
    try {
      for (const bucket of buckets) {
        const tenure = this.options.leases.held.get(bucket);
        if (tenure !== undefined && this.#caughtUp.get(bucket) !== tenure)
          await this.#catchUp(bucket, tenure);
      }
      const entries = await readNew(this.options.blocking, buckets, READ_MAX);
      for (const batch of splitByBucket(entries)) await this.#debit(batch);
    } finally {
      this.#reading = new Set();
    }
  }

  /** Deals with what a former holder of the bucket, or this one before a fault, read and did not finish. */
  async #catchUp(bucket: number, tenure: number): Promise<void> {
    let afterId = "0";
    for (;;) {
      const entries = await readUnacknowledged(this.options.resources.redis, bucket, afterId, READ_MAX);
      const last = entries.at(-1);
      if (!last) break;
      await this.#debit(entries);
      afterId = last.id;
    }
    this.#caughtUp.set(bucket, tenure);
  }

  async #debit(entries: readonly StreamEntry[]): Promise<void> {
    const { resources, announcer, walletUpdates } = this.options;
    const batch = await debitBatch(resources, entries);
    walletUpdates.add(batch);
    const buckets = new Set(entries.map((entry) => entry.bucket));
    for (const bucket of buckets) this.#underWay.set(bucket, (this.#underWay.get(bucket) ?? 0) + 1);
    const task = announcer
      .announce(batch)
      .then(() => this.#acknowledge(entries))
      .catch((error: unknown) => {
        this.#announcementFailed = true;
        resources.log.warn({ reason: String(error) }, "results could not be announced; will repeat");
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

  async #acknowledge(entries: readonly StreamEntry[]): Promise<void> {
    const ids = new Map<number, string[]>();
    for (const entry of entries) {
      const list = ids.get(entry.bucket);
      if (list) list.push(entry.id);
      else ids.set(entry.bucket, [entry.id]);
    }
    await Promise.all(
      [...ids].map(([bucket, list]) => acknowledge(this.options.resources.redis, bucket, list)),
    );
  }

  async #settleAnnouncements(): Promise<void> {
    await Promise.all(this.#unannounced);
  }
}

/** Puts whole buckets together until a transaction is large enough. Entries of a bucket stay in order. */
export function splitByBucket(entries: readonly StreamEntry[]): StreamEntry[][] {
  const byBucket = new Map<number, StreamEntry[]>();
  for (const entry of entries) {
    const list = byBucket.get(entry.bucket);
    if (list) list.push(entry);
    else byBucket.set(entry.bucket, [entry]);
  }
  const batches: StreamEntry[][] = [];
  let batch: StreamEntry[] = [];
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
