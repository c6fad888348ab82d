import type { ShareState } from "@/db/finance/queries/shares";
import { findMissingSeq, type GiftGroup, groupGifts } from "@/db/live/queries/gifts-to-settle";
import { type BucketRead, isWhole } from "@/server/rules/plan-settlement";
import type { SeqRange } from "@/server/rules/settle-gifts";
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
  gifts: GiftGroup[];
  /** What of the wanted ranges can be settled; buckets of which nothing can be are left out. */
  ranges: Map<number, SeqRange>;
  gaps: GapInNumbers[];
  late: LateGift[];
  oldestSentAtMs: number | null;
}

/**
 * Reads what can be settled of the wanted ranges: of each bucket everything before the first missing number and before
 * the first gift sent after `clockMs`. All of the wanted numbers have been given out and committed.
 */
export async function readSettleable(
  live: Resources["live"],
  wanted: ReadonlyMap<number, SeqRange>,
  { rows, clockMs }: Pick<ShareState, "rows" | "clockMs">,
): Promise<Settleable> {
  // Gifts of later than now stand in groups of their own, as those before and after a share change do.
  const instants = [...new Set([...rows.map((row) => row.effectiveAtMs), clockMs + 1])].sort((a, b) => a - b);
  const read = await groupGifts(live, wanted, instants);
  const reads = summarise(read, clockMs);
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
  const gifts = read.filter((group) => ranges.has(group.bucket));
  if (cut.size > 0) gifts.push(...(await groupGifts(live, cut, instants)));
  for (const [bucket, range] of cut) ranges.set(bucket, range);
  const oldestSentAtMs = read.reduce<number | null>(
    (oldest, { oldestSentAtMs: ms }) => (oldest === null || ms < oldest ? ms : oldest),
    null,
  );
  return { gifts, ranges, gaps, late, oldestSentAtMs };
}

function summarise(
  groups: readonly GiftGroup[],
  clockMs: number,
): Map<number, BucketRead & { aheadMs: number }> {
  const reads = new Map<number, BucketRead & { aheadMs: number }>();
  for (const group of groups) {
    const read = reads.get(group.bucket) ?? { count: 0, firstLaterSeq: null, aheadMs: 0 };
    read.count += group.gifts;
    if (group.oldestSentAtMs > clockMs) {
      read.firstLaterSeq = Math.min(read.firstLaterSeq ?? Infinity, group.firstSeq);
      read.aheadMs = Math.max(read.aheadMs, group.sentAtMs - clockMs);
    }
    reads.set(group.bucket, read);
  }
  return reads;
}
