/** Counts per half millisecond, up to a minute: cheap enough to note every delivery, and counts of processes add up. */
const BUCKETS_PER_MS = 2;
const BUCKETS = 60_000 * BUCKETS_PER_MS;

/** Bucket and count of those that are not empty, one after the other. */
export type SparseCounts = number[];

export class LatencyCounts {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;

  add(ms: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(ms * BUCKETS_PER_MS)));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total += 1;
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }

  addAll(sparse: SparseCounts): void {
    for (let i = 0; i < sparse.length; i += 2) {
      const bucket = sparse[i] ?? 0;
      const count = sparse[i + 1] ?? 0;
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
      this.total += count;
    }
  }

  toSparse(): SparseCounts {
    const sparse: SparseCounts = [];
    for (const [bucket, count] of this.counts.entries()) if (count > 0) sparse.push(bucket, count);
    return sparse;
  }

  /** The time within which `part` (0..1) of the deliveries came, in milliseconds. */
  quantileMs(part: number): number {
    let below = 0;
    for (const [bucket, count] of this.counts.entries()) {
      below += count;
      if (count > 0 && below >= this.total * part) return (bucket + 1) / BUCKETS_PER_MS;
    }
    return 0;
  }
}
