import { pipeline } from "node:stream/promises";
import {
  addGifts,
  addRefunds,
  type Counter,
  readAnalyticsPlaces,
  UnsureBatchError,
} from "@/db/finance/queries/analytics-cells";
import { type JobHold, noteCountedTo, noteWaiting } from "@/db/finance/queries/analytics-job";
import { COUNTED } from "@/db/finance/queries/count-tables";
import { listRefundsAfter, readRefundFeed } from "@/db/live/ledger/gift-feed";
import { copyGiftCells, readRefundCells } from "@/db/live/queries/gift-cells";
import { findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import { planBatches } from "@/domain/rules/plan-settlement";
import { takeReversible } from "@/domain/rules/reverse-gifts";
import type { SeqRange } from "@/domain/rules/settle-gifts";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { cutRanges } from "../finance/read-settleable";
import { lastSeqsOf, readOwnGiftFeed } from "../restore/read-own-gift-feed";
import { requireOwnFeed } from "../restore/require-own-feed";

/** Of one transaction: bounds how long it takes, whatever waits. Nothing of it stands in this process's memory. */
export const BATCH_GIFTS = 2_500_000;
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
  const { finance } = resources;
  const counter: Counter = { tables: COUNTED, hold, leaseMs: options.leaseMs };
  const stopped = new Map<number, Stopped>();
  const beganAt = sharedNow();
  /** What there was when it began: whoever counts up to what comes meanwhile is never done while people give. */
  let target: ReadonlyMap<number, number> | undefined;
  for (;;) {
    const { buckets } = await readAnalyticsPlaces(finance);
    const feed = await readOwnGiftFeed(resources, "analytics", buckets);
    const cursors = seqsOf([...buckets].filter(([bucket]) => !stopped.has(bucket)));
    if (!target) {
      const lastSeqs = lastSeqsOf(feed);
      target = lastSeqs;
      const waiting = [...cursors].reduce((sum, [bucket, seq]) => sum + (lastSeqs.get(bucket) ?? 0) - seq, 0);
      if (hold.runId !== null) await noteWaiting(finance, hold, waiting);
    }
    const batches = planBatches(cursors, target, options.batchGifts, options.batchGifts);
    if (batches.length === 0) break;
    for (const stop of await countBatches(resources, counter, batches, options)) {
      stopped.set(stop.bucket, stop);
    }
  }
  await countRefunds(resources, counter, options);
  if (stopped.size === 0) await noteCountedTo(finance, hold, beganAt);
  return [...stopped.values()];
}

/** One after the other; while one is added, the next is read. */
async function countBatches(
  resources: CountResources,
  counter: Counter,
  batches: readonly ReadonlyMap<number, SeqRange>[],
  { onBatch }: CountOptions,
): Promise<Stopped[]> {
  const stopped: Stopped[] = [];
  let before = Promise.resolve();
  for (const ranges of batches) {
    const added = countBatch(resources, counter, ranges, before);
    const done = added.then(async (stops) => {
      stopped.push(...stops);
      await onBatch?.();
    });
    // What fails is heard of with the next one, or below.
    done.catch(() => {});
    await before.catch(async (error: unknown) => {
      await done.catch(() => {});
      throw error;
    });
    before = done;
  }
  await before;
  return stopped;
}

/** Counts ranges that are given out, up to where each of them can be, once it is their turn. */
export async function countBatch(
  resources: CountResources,
  counter: Counter,
  wanted: ReadonlyMap<number, SeqRange>,
  turn: Promise<void> = Promise.resolve(),
): Promise<Stopped[]> {
  const { live } = resources;
  try {
    await addBatch(resources, counter, wanted, turn);
    return [];
  } catch (error) {
    if (!(error instanceof UnsureBatchError)) throw error;
    const { ranges, gaps, late } = await cutRanges(live, wanted, error.clockMs);
    await turn;
    if (ranges.size > 0) await addBatch(resources, counter, ranges, turn);
    return [
      ...gaps.map(({ bucket }) => ({ bucket, why: "gap" as const })),
      ...late.map(({ bucket }) => ({ bucket, why: "ahead" as const })),
    ];
  }
}

const addBatch = (
  { live, finance }: CountResources,
  counter: Counter,
  ranges: ReadonlyMap<number, SeqRange>,
  turn: Promise<void>,
) =>
  addGifts(finance, counter, {
    ranges,
    turn,
    copy: (into) => copyGiftCells(live, ranges, async (rows) => pipeline(rows, await into())),
  });

async function countRefunds(
  resources: CountResources,
  counter: Counter,
  { onBatch }: CountOptions,
): Promise<void> {
  const { live, finance, log } = resources;
  for (;;) {
    const { buckets, refunds: cursor } = await readAnalyticsPlaces(finance);
    const contradiction = findContradiction("refunds", cursor, await readRefundFeed(live, cursor.seq));
    await requireOwnFeed(resources, "analytics-refunds", contradiction ? [contradiction] : []);
    const refunds = await listRefundsAfter(live, cursor.seq, REFUNDS_AT_ONCE);
    const cursors = seqsOf(buckets);
    const { ready, gap } = takeReversible(refunds, cursor.seq, cursors);
    if (gap)
      log.error(
        gap,
        "the number of a refund is missing; analytics takes nothing after it off until it is found",
      );
    const last = ready.at(-1);
    if (!last) return;
    await takeOff(resources, counter, { fromSeq: cursor.seq + 1, toSeq: last.refundSeq }, last.mark);
    await onBatch?.();
  }
}

/** Takes the refunds of a range off. */
export async function takeOff(
  { live, finance }: CountResources,
  counter: Counter,
  range: SeqRange,
  lastRefund: string,
): Promise<void> {
  const cells = await readRefundCells(live, range);
  if (cells.facts !== range.toSeq - range.fromSeq + 1)
    throw new Error("Refunds changed while they were counted.");
  await addRefunds(finance, counter, { cells, range, lastRefund });
}
