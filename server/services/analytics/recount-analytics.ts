import { adoptRecount, forgetRecount, type MendedRows } from "@/db/finance/queries/adopt-recount";
import { type Counter, readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { RECOUNT } from "@/db/finance/queries/count-tables";
import { listRefundsAfter, readGiftFeed, readRefundFeed } from "@/db/live/ledger/gift-feed";
import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import { planBatches } from "@/domain/rules/plan-settlement";
import { BATCH_GIFTS, type CountResources, countBatch, takeOff } from "./count-gifts";

const REFUNDS_AT_ONCE = 1_000;

export interface RecountOptions {
  batchGifts?: number;
  /** Told after each batch how many numbers are counted anew, of how many; what it throws ends the recount. */
  onBatch?: (done: number, all: number) => void | Promise<void>;
}

/**
 * Counts all gifts and refunds up to the cursors of analytics anew, beside what is answered from, and then writes what
 * differs over it, while people give, ask and the worker counts. What was cut off goes on where it stood. Two at once
 * count nothing twice: the cursors move in the transaction that adds, and whoever is behind stops (LostHoldError).
 *
 * @returns how many rows of each table were wrong.
 */
export async function recountAnalytics(
  resources: CountResources,
  options: RecountOptions = {},
): Promise<MendedRows> {
  await forgetOtherPast(resources);
  for (;;) {
    await countAnew(resources, options);
    // The worker may have counted more meanwhile.
    const mended = await adoptRecount(resources.finance);
    if (mended) return mended;
  }
}

/** What was counted anew before a restore of the live database, or of this one, is of no use. */
async function forgetOtherPast({ live, finance }: CountResources): Promise<void> {
  const { buckets, refunds } = await readAnalyticsPlaces(finance, RECOUNT);
  const counted = await readAnalyticsPlaces(finance);
  const feed = await readGiftFeed(live, seqsOf(buckets));
  const isOther =
    refunds.seq > counted.refunds.seq ||
    findContradiction("", refunds, await readRefundFeed(live, refunds.seq)) !== null ||
    [...buckets].some(
      ([bucket, cursor]) =>
        cursor.seq > (counted.buckets.get(bucket)?.seq ?? 0) ||
        findContradiction("", cursor, feed.get(bucket) ?? { lastSeq: 0, mark: null }) !== null,
    );
  if (isOther) await forgetRecount(finance);
}

/** Up to where the cursors of analytics stand. */
async function countAnew(resources: CountResources, options: RecountOptions): Promise<void> {
  const { live, finance } = resources;
  const { batchGifts = BATCH_GIFTS, onBatch } = options;
  const counter: Counter = { tables: RECOUNT, hold: null, leaseMs: 0 };
  for (;;) {
    const [counted, anew] = [await readAnalyticsPlaces(finance), await readAnalyticsPlaces(finance, RECOUNT)];
    const seqs = (places: typeof counted) => seqsOf(places.buckets);
    const [ranges] = planBatches(seqs(anew), seqs(counted), batchGifts, batchGifts);
    if (ranges) {
      const [stopped] = await countBatch(resources, counter, ranges);
      if (stopped) throw new Error(`Bucket ${stopped.bucket} was counted beyond a gift that is not there.`);
    } else if (anew.refunds.seq < counted.refunds.seq) {
      const refunds = await listRefundsAfter(live, anew.refunds.seq, REFUNDS_AT_ONCE);
      const last = refunds.findLast(({ refundSeq }) => refundSeq <= counted.refunds.seq);
      if (!last) throw new Error("A refund was counted that is not there.");
      await takeOff(resources, counter, { fromSeq: anew.refunds.seq + 1, toSeq: last.refundSeq }, last.mark);
    } else return;
    const sum = (places: typeof counted) =>
      [...seqs(places).values()].reduce((all, seq) => all + seq, places.refunds.seq);
    await onBatch?.(sum(await readAnalyticsPlaces(finance, RECOUNT)), sum(counted));
  }
}
