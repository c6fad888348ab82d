import { addGifts, addRefunds, readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { type JobHold, noteWaiting } from "@/db/finance/queries/analytics-job";
import { readRefundFeed } from "@/db/live/queries/feeds";
import { readGiftCells, readRefundCells } from "@/db/live/queries/gift-cells";
import { listRefundsAfter } from "@/db/live/queries/gift-refunds";
import { findContradiction } from "@/domain/rules/feed-agreement";
import { countNumbers, planBatches } from "@/domain/rules/plan-settlement";
import { takeReversible } from "@/domain/rules/reverse-gifts";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import type { Resources } from "../context";
import { cutRanges } from "../finance/read-settleable";
import { lastSeqsOf, readOwnGiftFeed } from "../restore/read-own-gift-feed";
import { requireOwnFeed } from "../restore/require-own-feed";

/** Of one transaction: bounds memory and how long it takes, whatever waits. */
export const BATCH_GIFTS = 20_000;
const REFUNDS_AT_ONCE = 1_000;

export interface CountResources extends Pick<Resources, "live" | "finance" | "log"> {}

export interface CountOptions {
  leaseMs: number;
  batchGifts: number;
  /** Asked between two batches; what it throws ends the counting. */
  onBatch?: () => void | Promise<void>;
}

/** Why a bucket is not counted to its end: a number is missing, or a gift was sent in the future. */
export interface Stopped {
  bucket: number;
  why: "gap" | "ahead";
}

/**
 * Counts everything that was paid, and refunded, from the cursors to where the feed stands now, batch by batch. A missing
 * number or a gift from the future stops its bucket; a cursor of another past stops all (ContradictedCursorError).
 */
export async function countGifts(
  resources: CountResources,
  hold: JobHold,
  options: CountOptions,
): Promise<Stopped[]> {
  const stopped = new Map<number, Stopped>();
  /** What there was when it began: whoever counts up to what comes meanwhile is never done while people give. */
  let target: ReadonlyMap<number, number> | undefined;
  for (;;) {
    const { buckets } = await readAnalyticsPlaces(resources.finance);
    const feed = await readOwnGiftFeed(resources, "analytics", buckets);
    const cursors = new Map(
      [...buckets].filter(([bucket]) => !stopped.has(bucket)).map(([bucket, { seq }]) => [bucket, seq]),
    );
    if (!target) {
      const lastSeqs = lastSeqsOf(feed);
      target = lastSeqs;
      const waiting = [...cursors].reduce((sum, [bucket, seq]) => sum + (lastSeqs.get(bucket) ?? 0) - seq, 0);
      await noteWaiting(resources.finance, hold, waiting);
    }
    const [ranges] = planBatches(cursors, target, options.batchGifts, options.batchGifts);
    if (!ranges) break;
    for (const stop of await countBatch(resources, hold, ranges, options)) stopped.set(stop.bucket, stop);
    await options.onBatch?.();
  }
  await countRefunds(resources, hold, options);
  return [...stopped.values()];
}

async function countBatch(
  { live, finance }: CountResources,
  hold: JobHold,
  wanted: ReadonlyMap<number, SeqRange>,
  { leaseMs }: CountOptions,
): Promise<Stopped[]> {
  const read = await readGiftCells(live, wanted);
  if (read.facts === countNumbers(wanted) && read.newestSentAtMs <= read.clockMs) {
    await addGifts(finance, hold, { cells: read, ranges: wanted, lastGifts: read.lastGifts, leaseMs });
    return [];
  }
  const { ranges, gaps, late } = await cutRanges(live, wanted, read.clockMs);
  if (ranges.size > 0) {
    const cells = await readGiftCells(live, ranges);
    if (cells.facts !== countNumbers(ranges)) throw new Error("Paid gifts changed while they were counted.");
    await addGifts(finance, hold, { cells, ranges, lastGifts: cells.lastGifts, leaseMs });
  }
  return [
    ...gaps.map(({ bucket }) => ({ bucket, why: "gap" as const })),
    ...late.map(({ bucket }) => ({ bucket, why: "ahead" as const })),
  ];
}

async function countRefunds(
  resources: CountResources,
  hold: JobHold,
  { leaseMs, onBatch }: CountOptions,
): Promise<void> {
  const { live, finance, log } = resources;
  for (;;) {
    const { buckets, refunds: cursor } = await readAnalyticsPlaces(finance);
    const contradiction = findContradiction("refunds", cursor, await readRefundFeed(live, cursor.seq));
    await requireOwnFeed(resources, "analytics-refunds", contradiction ? [contradiction] : []);
    const refunds = await listRefundsAfter(live, cursor.seq, REFUNDS_AT_ONCE);
    const cursors = new Map([...buckets].map(([bucket, { seq }]) => [bucket, seq]));
    const { ready, gap } = takeReversible(refunds, cursor.seq, cursors);
    if (gap)
      log.error(
        gap,
        "the number of a refund is missing; analytics takes nothing after it off until it is found",
      );
    const last = ready.at(-1);
    if (!last) return;
    const range = { fromSeq: cursor.seq + 1, toSeq: last.refundSeq };
    const cells = await readRefundCells(live, range);
    if (cells.facts !== ready.length) throw new Error("Refunds changed while they were counted.");
    await addRefunds(finance, hold, { cells, range, lastRefund: last.mark, leaseMs });
    await onBatch?.();
  }
}
