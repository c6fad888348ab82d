import { splitGift } from "./money";
import { type ShareTable, shareInForce } from "./share";

/** A refund as finance has to know it. */
export interface RefundToReverse {
  refundSeq: number;
  refundId: string;
  giftOrderId: string;
  senderId: string;
  /** Where the gift's record stands. */
  bucket: number;
  seq: number;
  anchorId: string;
  totalCoins: number;
  sentAtMs: number;
  traceId: string;
  /** Names it beyond doubt, as `markOfRefund` does. */
  mark: string;
}

/** What a refund takes back of each side. */
export interface Reversal extends Omit<RefundToReverse, "sentAtMs" | "mark"> {
  shareBps: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

/**
 * Refunds that can be taken back now: from the first on, as long as their numbers follow each other and their gifts are
 * settled. Pure.
 *
 * @returns `gap` names a number that is missing where others follow.
 */
export function takeReversible(
  refunds: readonly RefundToReverse[],
  afterSeq: number,
  cursors: ReadonlyMap<number, number>,
): { ready: RefundToReverse[]; gap: { expectedSeq: number; foundSeq: number } | null } {
  const ready: RefundToReverse[] = [];
  for (const refund of refunds) {
    const expectedSeq = afterSeq + ready.length + 1;
    if (refund.refundSeq !== expectedSeq) return { ready, gap: { expectedSeq, foundSeq: refund.refundSeq } };
    if (refund.seq > (cursors.get(refund.bucket) ?? 0)) break;
    ready.push(refund);
  }
  return { ready, gap: null };
}

/** Splits refunded gifts by the share in force when each was sent: the one by which it was settled. Pure. */
export function reverseGifts(
  refunds: readonly RefundToReverse[],
  shares: ShareTable,
  defaultBps: number,
): Reversal[] {
  return refunds.map(({ sentAtMs, mark: _, ...refund }) => {
    const shareBps = shareInForce(shares, refund.anchorId, sentAtMs, defaultBps);
    return { ...refund, shareBps, ...splitGift(refund.totalCoins, shareBps) };
  });
}
