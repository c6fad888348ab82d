import { describe, expect, it } from "vitest";
import { type RefundToReverse, reverseGifts, takeReversible } from "./reverse-gifts";
import { buildShareTable } from "./share";

const refund = (refundSeq: number, facts: Partial<RefundToReverse> = {}): RefundToReverse => ({
  refundSeq,
  refundId: `r${refundSeq}`,
  giftOrderId: "g",
  senderId: "s",
  bucket: 0,
  seq: 1,
  anchorId: "a",
  totalCoins: 3,
  sentAtMs: 0,
  traceId: "t",
  mark: `r${refundSeq}/0`,
  ...facts,
});

describe("takeReversible", () => {
  const cursors = new Map([[0, 10]]);
  const seqs = (refunds: RefundToReverse[], afterSeq = 0) => {
    const { ready, gap } = takeReversible(refunds, afterSeq, cursors);
    return { ready: ready.map((r) => r.refundSeq), gap };
  };

  it("stops before the first refund whose gift is not settled, and passes nothing over", () => {
    expect(seqs([refund(1), refund(2, { seq: 11 }), refund(3)])).toEqual({ ready: [1], gap: null });
    expect(seqs([refund(1, { bucket: 5 })])).toEqual({ ready: [], gap: null });
    expect(seqs([refund(1, { seq: 10 })])).toEqual({ ready: [1], gap: null });
  });

  it("stops at a missing number and names it", () => {
    expect(seqs([refund(8), refund(10)], 7)).toEqual({
      ready: [8],
      gap: { expectedSeq: 9, foundSeq: 10 },
    });
  });
});

it("takes back by the share in force when the gift was sent, to the fen", () => {
  const shares = buildShareTable([
    { anchorId: "a", shareBps: 3_333, effectiveAtMs: 0 },
    { anchorId: "a", shareBps: 9_000, effectiveAtMs: 50 },
  ]);
  const reversals = reverseGifts([refund(1, { sentAtMs: 49 }), refund(2, { sentAtMs: 50 })], shares, 5_000);
  expect(reversals).toMatchObject([
    { refundSeq: 1, shareBps: 3_333, grossFen: 30, anchorFen: 9, platformFen: 21 },
    { refundSeq: 2, shareBps: 9_000, grossFen: 30, anchorFen: 27, platformFen: 3 },
  ]);
});
