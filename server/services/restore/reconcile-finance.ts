import { listReversalsAfter } from "@/db/finance/queries/audit-reversals";
import { listRangeEnds, type Rewind, rewindSettlement } from "@/db/finance/queries/rewind-settlement";
import { readCursorPlaces } from "@/db/finance/queries/settle";
import { readRefundCursor } from "@/db/finance/queries/take-back";
import { readGiftFeed, readRefundFeed } from "@/db/live/ledger/gift-feed";
import { listRefundsForAudit, type RefundFacts } from "@/db/live/queries/audit-sums";

import { type FeedPlace, findContradiction, seqsOf } from "@/domain/rules/feed-agreement";
import { pairUp } from "@/domain/rules/pair-up";
import type { Resources } from "../context";

const RANGES_AT_ONCE = 64;
const REFUNDS_AT_ONCE = 1_000;
const NOTHING: FeedPlace = { lastSeq: 0, mark: null };

type Databases = Pick<Resources, "live" | "finance">;

/**
 * Takes settlement back to the last batch, and the last refund, that the live database agrees with, after that was put
 * back to an earlier state; see `rewindSettlement`. Null when it agrees with all of it. Safe to repeat. Nobody settles
 * meanwhile: whoever does is refused.
 */
export async function reconcileFinance(
  { live, finance }: Databases,
  facts: { liveIncarnation: string; node: string; traceId: string },
): Promise<Rewind | null> {
  const cursors = await readCursorPlaces(finance);
  const feed = await readGiftFeed(live, seqsOf(cursors));
  let fromBatchId: number | null = null;
  for (const [bucket, cursor] of cursors) {
    if (!findContradiction(`bucket:${bucket}`, cursor, feed.get(bucket) ?? NOTHING)) continue;
    const batchId = await findFirstBatchOfAnotherPast({ live, finance }, bucket);
    if (batchId !== null) fromBatchId = Math.min(batchId, fromBatchId ?? batchId);
  }
  const refund = await findAgreedRefund({ live, finance });
  if (fromBatchId === null && refund.isAtCursor) return null;
  return await rewindSettlement(finance, { fromBatchId, refund, ...facts });
}

/** The batch after the last one of a bucket under whose end stands the gift that it settled. */
async function findFirstBatchOfAnotherPast(
  { live, finance }: Databases,
  bucket: number,
): Promise<number | null> {
  let first: number | null = null;
  let belowSeq = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const ends = await listRangeEnds(finance, { bucket, belowSeq, limit: RANGES_AT_ONCE });
    for (const { batchId, toSeq, lastGift } of ends) {
      const place = (await readGiftFeed(live, new Map([[bucket, toSeq]]))).get(bucket) ?? NOTHING;
      if (!findContradiction("", { seq: toSeq, mark: lastGift }, place)) return first;
      first = batchId;
      belowSeq = toSeq;
    }
    if (ends.length < RANGES_AT_ONCE) return first;
  }
}

/** The last refund, in the order of their numbers, up to which finance has taken back what the live database has refunded. */
async function findAgreedRefund({
  live,
  finance,
}: Databases): Promise<{ seq: number; mark: string | null; isAtCursor: boolean }> {
  const cursor = await readRefundCursor(finance);
  const isContradicted = findContradiction("", cursor, await readRefundFeed(live, cursor.seq)) !== null;
  if (!isContradicted) return { ...cursor, isAtCursor: true };
  let seq = 0;
  const taken = listAll((after) => listReversalsAfter(finance, after, REFUNDS_AT_ONCE));
  const refunded = listAll((after) => listRefundsForAudit(live, after, REFUNDS_AT_ONCE));
  const bySeq = (one: { refundSeq: number }, other: { refundSeq: number }) => one.refundSeq - other.refundSeq;
  for await (const [reversal, refund] of pairUp<RefundFacts | TakenBack>(taken, refunded, bySeq)) {
    if (!reversal || !refund || !isSameRefund(reversal, refund)) break;
    seq = reversal.refundSeq;
  }
  return { seq, mark: (await readRefundFeed(live, seq)).mark, isAtCursor: false };
}

type TakenBack = Awaited<ReturnType<typeof listReversalsAfter>>[number];

const isSameRefund = (one: RefundFacts | TakenBack, other: RefundFacts | TakenBack) =>
  one.refundId === other.refundId &&
  one.giftOrderId === other.giftOrderId &&
  one.senderId === other.senderId &&
  one.bucket === other.bucket &&
  one.seq === other.seq;

async function* listAll<T extends { refundSeq: number }>(
  list: (afterSeq: number) => Promise<T[]>,
): AsyncIterable<T> {
  let afterSeq = 0;
  for (;;) {
    const rows = await list(afterSeq);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    afterSeq = last.refundSeq;
  }
}
