/** A closed bucket is tried again after this: what holds it up is mostly over soon. */
const CLOSED_MS = [250, 500, 1_000, 2_000] as const;
/** Entries that were left behind are tried again after this: their neighbours go on meanwhile. */
const LEFT_BEHIND_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;

export interface Pause {
  bucket: number;
  /** Closed: nothing of the bucket is read until then. Else only some entries wait, and what follows them goes on. */
  isClosed: boolean;
  reason: string;
  /** By `performance.now()`, as all times here. */
  sinceMs: number;
  untilMs: number;
  tries: number;
}

/** Which buckets of a lane, or entries in them, are left for later, why, and until when. */
export class BucketPauses {
  readonly #pauses = new Map<number, Pause>();

  get all(): readonly Pause[] {
    return [...this.#pauses.values()];
  }

  has(bucket: number): boolean {
    return this.#pauses.has(bucket);
  }

  isDue(bucket: number, nowMs: number): boolean {
    const pause = this.#pauses.get(bucket);
    return pause !== undefined && pause.untilMs <= nowMs;
  }

  isClosed(bucket: number): boolean {
    return this.#pauses.get(bucket)?.isClosed ?? false;
  }

  /** Each time after a longer pause than before. Answers whether it is a new one. */
  pause(bucket: number, { isClosed, reason }: Pick<Pause, "isClosed" | "reason">, nowMs: number): boolean {
    const before = this.#pauses.get(bucket);
    const tries = before?.isClosed === isClosed ? before.tries + 1 : 1;
    const steps: readonly number[] = isClosed ? CLOSED_MS : LEFT_BEHIND_MS;
    const untilMs = nowMs + (steps[Math.min(tries, steps.length) - 1] ?? 0);
    const sinceMs = before?.sinceMs ?? nowMs;
    this.#pauses.set(bucket, { bucket, isClosed, reason, sinceMs, untilMs, tries });
    return before === undefined;
  }

  end(bucket: number): Pause | undefined {
    const pause = this.#pauses.get(bucket);
    this.#pauses.delete(bucket);
    return pause;
  }

  /** Others may read the rest by now. */
  keepOnly(buckets: ReadonlyMap<number, unknown>): void {
    for (const bucket of this.#pauses.keys()) if (!buckets.has(bucket)) this.#pauses.delete(bucket);
  }
}
