import type { SeqRange } from "./settle-gifts";

/**
 * The most gifts of one batch. Its sums, in fen, are read as numbers: 64,000 gifts of the dearest price in the largest
 * count (`PRICE_COINS_MAX`, `GIFT_COUNT_MAX`) come to 6.4e15, which is below 2^53. It also bounds memory and how long a
 * statement takes, whatever the backlog.
 */
export const BATCH_GIFTS_MAX = 64_000;

/** What was read of one bucket: how many gifts, and the first that was sent after the time given. */
export interface BucketRead {
  gifts: number;
  firstLaterSeq: number | null;
}

/**
 * Splits what waits into batches of at most `batchGifts`, each bucket in one of them with its next `limitPerBucket`
 * numbers. Few buckets deeply, rather than all of them a little, move fewer cursors.
 */
export function planBatches(
  cursors: ReadonlyMap<number, number>,
  lastSeqs: ReadonlyMap<number, number>,
  limitPerBucket: number,
  batchGifts: number,
): Map<number, SeqRange>[] {
  const batches: Map<number, SeqRange>[] = [];
  let batch = new Map<number, SeqRange>();
  let gifts = 0;
  for (const [bucket, settledSeq] of cursors) {
    const toSeq = Math.min(lastSeqs.get(bucket) ?? 0, settledSeq + Math.min(limitPerBucket, batchGifts));
    if (toSeq <= settledSeq) continue;
    if (gifts + toSeq - settledSeq > batchGifts) {
      batches.push(batch);
      batch = new Map();
      gifts = 0;
    }
    batch.set(bucket, { fromSeq: settledSeq + 1, toSeq });
    gifts += toSeq - settledSeq;
  }
  if (batch.size > 0) batches.push(batch);
  return batches;
}

/** How many gifts there are in ranges of which no number is missing. */
export function countNumbers(ranges: ReadonlyMap<number, SeqRange>): number {
  return [...ranges.values()].reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
}

/** Whether every number of the range was read and none was sent too late: then it can be settled as it is. */
export function isWhole(range: SeqRange, read: BucketRead | undefined): boolean {
  return read !== undefined && read.firstLaterSeq === null && read.gifts === range.toSeq - range.fromSeq + 1;
}
