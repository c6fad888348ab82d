import type { SeqRange } from "./settle-gifts";

/** What was read of one bucket: how many gifts, and the first that was sent after the time given. */
export interface BucketRead {
  count: number;
  firstLaterSeq: number | null;
}

/**
 * Splits what waits into steps of at most about `stepGifts`, each bucket in one of them with its next
 * `limitPerBucket` numbers. Few buckets deeply, rather than all of them a little, make fewer lines.
 */
export function planSteps(
  cursors: ReadonlyMap<number, number>,
  lastSeqs: ReadonlyMap<number, number>,
  limitPerBucket: number,
  stepGifts: number,
): Map<number, SeqRange>[] {
  const steps: Map<number, SeqRange>[] = [];
  let step = new Map<number, SeqRange>();
  let gifts = 0;
  for (const [bucket, settledSeq] of cursors) {
    const toSeq = Math.min(lastSeqs.get(bucket) ?? 0, settledSeq + limitPerBucket);
    if (toSeq <= settledSeq) continue;
    if (gifts > 0 && gifts + toSeq - settledSeq > stepGifts) {
      steps.push(step);
      step = new Map();
      gifts = 0;
    }
    step.set(bucket, { fromSeq: settledSeq + 1, toSeq });
    gifts += toSeq - settledSeq;
  }
  if (step.size > 0) steps.push(step);
  return steps;
}

/** Whether every number of the range was read and none was sent too late: then it can be settled as it is. */
export function isWhole(range: SeqRange, read: BucketRead | undefined): boolean {
  return read !== undefined && read.firstLaterSeq === null && read.count === range.toSeq - range.fromSeq + 1;
}
