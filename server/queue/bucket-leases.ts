import type { RedisClient } from "../redis/client";
import { bucketLeaseKey, debitWorkersKey } from "../redis/keys";
import { defineScript } from "../redis/script";
import { ALL_BUCKETS, BUCKET_COUNT } from "../rules/bucket";
import renewSource from "./renew-lease.lua";

/** A holder that is silent this long loses its buckets to the others. */
const LEASE_MS = 5_000;

const renewScript = defineScript(renewSource);

/**
 * Which buckets this worker reads. Leases spread the buckets evenly over living workers and keep two of them from
 * fighting over one; correctness does not rest on them (the bucket's row lock and the posted-order check do).
 */
export class BucketLeases {
  readonly #held = new Set<number>();

  constructor(
    private readonly redis: RedisClient,
    private readonly holder: string,
  ) {}

  get held(): ReadonlySet<number> {
    return this.#held;
  }

  /** Renews, gives up what is more than a fair part, takes what is free. Called about once a second. */
  async tick(nowMs: number): Promise<void> {
    const [, , alive] = await Promise.all([
      this.redis.zadd(debitWorkersKey, nowMs + LEASE_MS, this.holder),
      this.redis.zremrangebyscore(debitWorkersKey, 0, nowMs),
      this.redis.zcard(debitWorkersKey),
    ]);
    const fair = Math.ceil(BUCKET_COUNT / Math.max(1, alive));
    const held = [...this.#held];
    const keep = held.slice(0, fair);
    await Promise.all([
      ...keep.map(async (bucket) => {
        if (!(await this.#renew(bucket, LEASE_MS))) this.#held.delete(bucket);
      }),
      ...held.slice(fair).map((bucket) => this.#giveUp(bucket)),
    ]);
    const free = ALL_BUCKETS.filter((bucket) => !this.#held.has(bucket));
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
    await Promise.all([...this.#held].map((bucket) => this.#giveUp(bucket)));
    await this.redis.zrem(debitWorkersKey, this.holder);
  }

  async #take(bucket: number): Promise<void> {
    const answer = await this.redis.set(bucketLeaseKey(bucket), this.holder, "PX", LEASE_MS, "NX");
    if (answer === "OK") this.#held.add(bucket);
  }

  async #renew(bucket: number, ms: number): Promise<boolean> {
    return (await renewScript.run(this.redis, [bucketLeaseKey(bucket)], [this.holder, ms])) === 1;
  }

  async #giveUp(bucket: number): Promise<void> {
    this.#held.delete(bucket);
    await this.#renew(bucket, 0);
  }
}
