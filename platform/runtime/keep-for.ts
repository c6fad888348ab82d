/** One reading at a time, and again only when the last one is old: those who ask meanwhile share it. */
export function keepFor<T>(keptMs: number, read: () => Promise<T>): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let isReading = false;
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (latest && (isReading || performance.now() - readAtMs < keptMs)) return latest;
    isReading = true;
    latest = read().finally(() => {
      isReading = false;
      readAtMs = performance.now();
    });
    return latest;
  };
}
