import { ALL_BUCKETS, BUCKET_COUNT } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { bucketLeaseKey, type QueueName, queueWorkersKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import countSource from "./count-workers.lua";
import renewSource from "./renew-lease.lua";
import takeSource from "./take-lease.lua";

/** A holder that is silent this long loses its buckets to the others. */
export const LEASE_MS = 5_000;

const countScript = defineScript(countSource);
const renewScript = defineScript(renewSource);
const takeScript = defineScript(takeSource);

export interface BucketLeasesOptions {
  redis: RedisClient;
  /** Of which queue. */
  queue: QueueName;
  /** Unique to this process. */
  holder: string;
  /** Whether entries of a bucket are being read or dealt with: it is not handed over before that has ended. */
  isBusy: (bucket: number) => boolean;
  /** Whether what reads this bucket moves at all. What stands still is left to others at once, whatever is under way. */
  canMove?: (bucket: number) => boolean;
}

/**
 * Which buckets this worker reads. Leases spread the buckets evenly over living workers and keep two of them from
 * fighting over one; correctness does not rest on them (row locks and the check for what was posted do).
 */
export class BucketLeases {
  /** Bucket → tenure, another number each time it is taken: between two tenures somebody else may have read it. */
  readonly #held = new Map<number, number>();
  /** Buckets to hand over as soon as nothing of them is under way. */
  readonly #leaving = new Set<number>();
  #tenures = 0;

  constructor(private readonly options: BucketLeasesOptions) {}

  /** The buckets to read, each with its tenure. */
  get held(): ReadonlyMap<number, number> {
    return this.#held;
  }

  /**
   * Renews, hands over what is more than a fair part, takes what is free. Called about once a second. A worker of which
   * something stands still leaves everything to the others, as long as there are any.
   */
  async tick(): Promise<void> {
    const { isBusy, canMove = () => true } = this.options;
    const still = ALL_BUCKETS.filter((bucket) => !canMove(bucket));
    if (still.length > 0 && (await this.#countAlive(0)) > 0) return await this.releaseAll();
    const alive = await this.#countAlive(LEASE_MS);
    await Promise.all(
      still.map(async (bucket) => {
        if (this.#held.delete(bucket) || this.#leaving.delete(bucket)) await this.#renew(bucket, 0);
      }),
    );
    const fair = Math.ceil(BUCKET_COUNT / Math.max(1, alive));
    for (const bucket of [...this.#held.keys()].slice(fair)) {
      this.#held.delete(bucket);
      this.#leaving.add(bucket);
    }
    await Promise.all([
      ...[...this.#held.keys()].map(async (bucket) => {
        if (!(await this.#renew(bucket, LEASE_MS))) this.#held.delete(bucket);
      }),
      ...[...this.#leaving].map(async (bucket) => {
        const stillOurs = await this.#renew(bucket, isBusy(bucket) ? LEASE_MS : 0);
        if (!stillOurs || !isBusy(bucket)) this.#leaving.delete(bucket);
      }),
    ]);
    const free = ALL_BUCKETS.filter(
      (bucket) => !this.#held.has(bucket) && !this.#leaving.has(bucket) && canMove(bucket),
    );
    // Start somewhere of our own, so that workers that start together do not all ask for the same buckets.
    const offset = Math.floor(Math.random() * free.length);
    const inMyOrder = [...free.slice(offset), ...free.slice(0, offset)];
    while (inMyOrder.length > 0 && this.#held.size < fair) {
      const tries = inMyOrder.splice(0, fair - this.#held.size);
      await Promise.all(tries.map((bucket) => this.#take(bucket)));
    }
  }

  /** Gives everything back at once, so that another worker need not wait for the leases to run out. */
  async releaseAll(): Promise<void> {
    const buckets = [...this.#held.keys(), ...this.#leaving];
    this.#held.clear();
    this.#leaving.clear();
    await Promise.all(buckets.map((bucket) => this.#renew(bucket, 0)));
    const { redis, queue, holder } = this.options;
    await redis.zrem(queueWorkersKey(queue), holder);
  }

  /** Who is alive; with 0 milliseconds this one is not, and counts the others. */
  async #countAlive(ms: number): Promise<number> {
    const { redis, queue, holder } = this.options;
    return Number(await countScript.run(redis, [queueWorkersKey(queue)], [holder, ms]));
  }

  async #take(bucket: number): Promise<void> {
    const { redis, queue, holder } = this.options;
    if ((await takeScript.run(redis, [bucketLeaseKey(queue, bucket)], [holder, LEASE_MS])) !== 1) return;
    this.#tenures += 1;
    this.#held.set(bucket, this.#tenures);
  }

  async #renew(bucket: number, ms: number): Promise<boolean> {
    const { redis, queue, holder } = this.options;
    return (await renewScript.run(redis, [bucketLeaseKey(queue, bucket)], [holder, ms])) === 1;
  }
}
