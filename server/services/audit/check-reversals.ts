import { DIFFERENCES_MAX } from "@/db/audit-rows";
import { readShareRows } from "@/db/finance/queries/audit-lines";
import {
  listReversalsAfter,
  type ReversalRow,
  readReversalState,
} from "@/db/finance/queries/audit-reversals";
import { listRefundsForAudit, type RefundFacts } from "@/db/live/queries/audit-sums";
import type { Difference } from "@/domain/contracts/reconciliation";
import { SHARE_BPS_DEFAULT, splitGift } from "@/domain/rules/money";
import { pairUp } from "@/domain/rules/pair-up";
import { buildShareTable, type ShareTable, shareInForce } from "@/domain/rules/share";
import type { AuditResources, Outcome } from "./check";

const ROWS_AT_ONCE = 1_000;

/** What was taken back from anchors against the refunds it was taken back for, up to the cursor. */
export async function checkReversals({ live, finance }: AuditResources): Promise<Outcome> {
  const { cursor, reversals, lastSeq } = await readReversalState(finance);
  const differences: Difference[] = [];
  if (reversals !== cursor || lastSeq !== cursor) {
    differences.push({
      subject: "ledger:reversals",
      expected: String(cursor),
      actual: String(reversals),
      facts: { lastSeq },
    });
  }
  const shares = buildShareTable(await readShareRows(finance));
  const taken = upTo(cursor, (after) => listReversalsAfter(finance, after, ROWS_AT_ONCE));
  const refunded = upTo(cursor, (after) => listRefundsForAudit(live, after, ROWS_AT_ONCE));
  const bySeq = (one: { refundSeq: number }, other: { refundSeq: number }) => one.refundSeq - other.refundSeq;
  for await (const [one, other] of pairUp<ReversalRow | RefundFacts>(taken, refunded, bySeq)) {
    const reversal = one as ReversalRow | undefined;
    const refund = other as RefundFacts | undefined;
    if (reversal && refund && belongs(reversal, refund, shares)) continue;
    if (differences.length >= DIFFERENCES_MAX) break;
    differences.push(describe(reversal, refund));
  }
  return { compared: reversals, differences };
}

async function* upTo<T extends { refundSeq: number }>(
  cursor: number,
  list: (afterSeq: number) => Promise<T[]>,
): AsyncIterable<T> {
  let afterSeq = 0;
  for (;;) {
    const rows = await list(afterSeq);
    for (const row of rows) {
      if (row.refundSeq > cursor) return;
      yield row;
    }
    const last = rows.at(-1);
    if (!last) return;
    afterSeq = last.refundSeq;
  }
}

function belongs(reversal: ReversalRow, refund: RefundFacts, shares: ShareTable): boolean {
  const shareBps = shareInForce(shares, refund.anchorId, refund.sentAtMs, SHARE_BPS_DEFAULT);
  const split = splitGift(refund.totalCoins, shareBps);
  return (
    reversal.refundId === refund.refundId &&
    reversal.giftOrderId === refund.giftOrderId &&
    reversal.senderId === refund.senderId &&
    reversal.bucket === refund.bucket &&
    reversal.seq === refund.seq &&
    reversal.anchorId === refund.anchorId &&
    reversal.coins === refund.totalCoins &&
    reversal.shareBps === shareBps &&
    reversal.grossFen === split.grossFen &&
    reversal.anchorFen === split.anchorFen &&
    reversal.platformFen === split.platformFen
  );
}

function describe(reversal: ReversalRow | undefined, refund: RefundFacts | undefined): Difference {
  const { refundId, giftOrderId, senderId, anchorId, traceId } = (reversal ?? refund) as
    | ReversalRow
    | RefundFacts;
  return {
    subject: `refund:${refundId}`,
    expected: refund ? String(refund.totalCoins) : null,
    actual: reversal ? String(reversal.coins) : null,
    facts: {
      giftOrderId,
      senderId,
      anchorId,
      traceId,
      shareBps: reversal?.shareBps ?? null,
      anchorFen: reversal?.anchorFen ?? null,
    },
  };
}
