import type { ShareState } from "@/db/finance/queries/shares";
import { findMissingSeq, type SummedGifts, sumGifts } from "@/db/live/queries/gifts-to-settle";
import { SHARE_BPS_DEFAULT } from "@/server/rules/money";
import { type BucketRead, isWhole } from "@/server/rules/plan-settlement";
import type { BucketLines, SeqRange } from "@/server/rules/settle-gifts";
import { buildShareTable, toPeriods } from "@/server/rules/share";
import type { Resources } from "../context";

export interface GapInNumbers {
  bucket: number;
  expectedSeq: number;
  lastSeq: number;
}

/** A gift that was sent after the finance database's now: it waits, and what follows it in its bucket. */
export interface LateGift {
  bucket: number;
  seq: number;
  aheadMs: number;
}

export interface Settleable {
  lines: BucketLines[];
  /** What of the wanted ranges can be settled; buckets of which nothing can be are left out. */
  ranges: Map<number, SeqRange>;
  gaps: GapInNumbers[];
  late: LateGift[];
  oldestSentAtMs: number | null;
}

/**
 * Computes the lines of what can be settled of the wanted ranges: of each bucket everything before the first missing
 * number and before the first gift sent after `clockMs`. All of the wanted numbers have been given out and committed.
 */
export async function readSettleable(
  live: Resources["live"],
  wanted: ReadonlyMap<number, SeqRange>,
  { rows, clockMs }: Pick<ShareState, "rows" | "clockMs">,
): Promise<Settleable> {
  const shares = toPeriods(buildShareTable(rows), SHARE_BPS_DEFAULT);
  const read = await sumGifts(live, wanted, shares, clockMs);
  const reads = new Map(read.map((sum) => [sum.bucket, toRead(sum, clockMs)]));
  const ranges = new Map<number, SeqRange>();
  const cut = new Map<number, SeqRange>();
  const gaps: GapInNumbers[] = [];
  const late: LateGift[] = [];
  for (const [bucket, range] of wanted) {
    const found = reads.get(bucket);
    if (isWhole(range, found)) {
      ranges.set(bucket, range);
      continue;
    }
    const missingSeq = await findMissingSeq(live, bucket, range);
    const laterSeq = found?.firstLaterSeq ?? null;
    const stopSeq = Math.min(missingSeq ?? Infinity, laterSeq ?? Infinity);
    if (stopSeq === missingSeq) gaps.push({ bucket, expectedSeq: missingSeq, lastSeq: range.toSeq });
    if (stopSeq === laterSeq) late.push({ bucket, seq: laterSeq, aheadMs: found?.aheadMs ?? 0 });
    if (stopSeq > range.fromSeq) cut.set(bucket, { fromSeq: range.fromSeq, toSeq: stopSeq - 1 });
  }
  const sums = read.filter((sum) => ranges.has(sum.bucket));
  if (cut.size > 0) sums.push(...(await sumGifts(live, cut, shares, clockMs)));
  for (const [bucket, range] of cut) ranges.set(bucket, range);
  const oldestSentAtMs = read.reduce((oldest, sum) => Math.min(oldest, sum.oldestSentAtMs), Infinity);
  return {
    lines: sums.map((sum) => toLines(sum, ranges)),
    ranges,
    gaps,
    late,
    oldestSentAtMs: Number.isFinite(oldestSentAtMs) ? oldestSentAtMs : null,
  };
}

function toLines(
  { bucket, lines, gifts, grossFen, anchorFen, columns }: SummedGifts,
  ranges: ReadonlyMap<number, SeqRange>,
): BucketLines {
  const range = ranges.get(bucket);
  if (!range) throw new Error(`Gifts of bucket ${bucket} have no range.`);
  return { bucket, ...range, lines, gifts, grossFen, anchorFen, columns };
}

function toRead(
  { gifts, firstLaterSeq, newestSentAtMs }: SummedGifts,
  clockMs: number,
): BucketRead & { aheadMs: number } {
  return { count: gifts, firstLaterSeq, aheadMs: firstLaterSeq === null ? 0 : newestSentAtMs - clockMs };
}
