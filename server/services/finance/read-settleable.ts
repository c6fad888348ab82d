import type { ShareState } from "@/db/finance/queries/shares";
import { findMissingSeq } from "@/db/live/ledger/gift-feed";
import { countGifts, type SummedGifts, sumGifts } from "@/db/live/queries/gifts-to-settle";
import { SHARE_BPS_DEFAULT } from "@/domain/rules/money";
import { countNumbers, isWhole } from "@/domain/rules/plan-settlement";
import type { BatchLines, SeqRange } from "@/domain/rules/settle-gifts";
import { buildShareTable, toPeriods } from "@/domain/rules/share";
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
  /** Null when nothing can be settled. */
  lines: BatchLines | null;
  /** What of the wanted ranges can be settled; buckets of which nothing can be are left out. */
  ranges: ReadonlyMap<number, SeqRange>;
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
  const all = await sumGifts(live, wanted, shares);
  const oldestSentAtMs = all?.oldestSentAtMs ?? null;
  if (canSettle(wanted, all, clockMs)) {
    return { lines: all, ranges: wanted, gaps: [], late: [], oldestSentAtMs };
  }
  const { ranges, gaps, late } = await cutRanges(live, wanted, clockMs);
  const lines = ranges.size === 0 ? null : await sumGifts(live, ranges, shares);
  if (ranges.size > 0 && !canSettle(ranges, lines, clockMs)) {
    throw new Error("Paid gifts changed while they were summed up.");
  }
  return { lines, ranges, gaps, late, oldestSentAtMs };
}

/** No number is in a range twice: as many gifts as numbers means that none is missing. */
function canSettle(ranges: ReadonlyMap<number, SeqRange>, sum: SummedGifts | null, clockMs: number): boolean {
  return sum !== null && sum.gifts === countNumbers(ranges) && sum.newestSentAtMs <= clockMs;
}

/** Each range up to where it has to stop, and why it does. */
export async function cutRanges(
  live: Resources["live"],
  wanted: ReadonlyMap<number, SeqRange>,
  clockMs: number,
): Promise<Pick<Settleable, "gaps" | "late"> & { ranges: Map<number, SeqRange> }> {
  const reads = await countGifts(live, wanted, clockMs);
  const ranges = new Map<number, SeqRange>();
  const gaps: GapInNumbers[] = [];
  const late: LateGift[] = [];
  for (const [bucket, range] of wanted) {
    const read = reads.get(bucket);
    if (isWhole(range, read)) {
      ranges.set(bucket, range);
      continue;
    }
    const missingSeq = await findMissingSeq(live, bucket, range);
    const laterSeq = read?.firstLaterSeq ?? null;
    const stopSeq = Math.min(missingSeq ?? Infinity, laterSeq ?? Infinity);
    if (stopSeq === missingSeq) gaps.push({ bucket, expectedSeq: missingSeq, lastSeq: range.toSeq });
    if (stopSeq === laterSeq)
      late.push({ bucket, seq: laterSeq, aheadMs: (read?.newestSentAtMs ?? clockMs) - clockMs });
    const toSeq = Math.min(range.toSeq, stopSeq - 1);
    if (toSeq >= range.fromSeq) ranges.set(bucket, { fromSeq: range.fromSeq, toSeq });
  }
  return { ranges, gaps, late };
}
