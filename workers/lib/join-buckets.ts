import type { StreamEntry } from "@/server/queue/bucket-queue";

/** Puts whole buckets together until a transaction is large enough. Entries of a bucket stay in order. */
export function joinBuckets<T>(entries: readonly StreamEntry<T>[], entriesMax: number): StreamEntry<T>[][] {
  const byBucket = new Map<number, StreamEntry<T>[]>();
  for (const entry of entries) {
    const list = byBucket.get(entry.bucket);
    if (list) list.push(entry);
    else byBucket.set(entry.bucket, [entry]);
  }
  const batches: StreamEntry<T>[][] = [];
  let batch: StreamEntry<T>[] = [];
  for (const list of byBucket.values()) {
    if (batch.length > 0 && batch.length + list.length > entriesMax) {
      batches.push(batch);
      batch = [];
    }
    batch.push(...list);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
