import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { FinanceDb, Sql } from "@/db/client";
import { settlementReversals } from "@/db/finance/schema";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";
import type { CursorPlace } from "@/domain/rules/feed-agreement";
import type { Reversal } from "@/domain/rules/reverse-gifts";
import type { AnchorEarned } from "./settle";

/** Up to which number refunds are taken back, and the refund that has it. */
export async function readRefundCursor(db: FinanceDb): Promise<CursorPlace> {
  const [row] = await db.sql<{ last_seq: string; last_refund: string | null }[]>`
    SELECT last_seq, last_refund FROM refund_cursor`;
  return { seq: Number(row?.last_seq ?? 0), mark: row?.last_refund ?? null };
}

/**
 * Writes down reversals of gifts that are settled, in one transaction: reversals, earnings and the cursor move together
 * or not at all. What an anchor may withdraw can become negative; later gifts make up for it.
 * Returns null, and changes nothing, when somebody else took these refunds back meanwhile, or settlement went back since
 * `read.rewindId`. `read.lastRefund` names the last of the refunds.
 *
 * Lock order: the refund cursor, earnings by anchor. Shares need no lock: those of settled gifts cannot change any more.
 */
export async function takeBack(
  db: FinanceDb,
  afterSeq: number,
  reversals: readonly Reversal[],
  read: { rewindId: number; lastRefund: string },
): Promise<AnchorEarned[] | null> {
  return await inTransaction(db.sql, async (tx) => {
    const [cursor] = await tx<{ last_seq: string }[]>`SELECT last_seq FROM refund_cursor FOR UPDATE`;
    const [rewinds] = await tx<{ id: number }[]>`SELECT coalesce(max(id), 0) AS id FROM settlement_rewinds`;
    if (Number(cursor?.last_seq) !== afterSeq || rewinds?.id !== read.rewindId) return null;
    await insertReversals(tx, reversals, read.rewindId);
    const sums = new Map<string, number>();
    for (const { anchorId, anchorFen } of reversals)
      sums.set(anchorId, (sums.get(anchorId) ?? 0) + anchorFen);
    const anchors = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
    const ids = arrayLiteral(anchors.map(([id]) => id));
    await tx`SELECT 1 FROM anchor_earnings WHERE anchor_id = ANY(${ids}::uuid[]) ORDER BY anchor_id FOR UPDATE`;
    const rows = await tx<{ anchor_id: string; earned_fen: string; gifts: string }[]>`
      UPDATE anchor_earnings e SET earned_fen = e.earned_fen - s.fen, reversed_fen = e.reversed_fen + s.fen,
        updated_at = now()
      FROM unnest(${ids}::uuid[], ${arrayLiteral(anchors.map(([, fen]) => fen))}::bigint[]) AS s (anchor_id, fen)
      WHERE e.anchor_id = s.anchor_id RETURNING e.anchor_id, e.earned_fen, e.gifts`;
    if (rows.length !== anchors.length)
      throw new Error("A refunded gift is of an anchor who has earned nothing.");
    await tx`UPDATE refund_cursor SET last_seq = ${afterSeq + reversals.length},
      last_refund = ${read.lastRefund}, updated_at = now()`;
    return rows.map((row) => ({
      anchorId: row.anchor_id,
      earnedFen: Number(row.earned_fen),
      gifts: Number(row.gifts),
    }));
  });
}

function insertReversals(tx: Sql, rows: readonly Reversal[], rewindId: number) {
  return tx`
    INSERT INTO settlement_reversals (refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, share_bps,
      coins, gross_fen, anchor_fen, platform_fen, trace_id, rewind_id)
    SELECT *, ${rewindId}::int FROM unnest(
      ${arrayLiteral(rows.map((r) => r.refundSeq))}::bigint[], ${arrayLiteral(rows.map((r) => r.refundId))}::uuid[],
      ${arrayLiteral(rows.map((r) => r.giftOrderId))}::uuid[], ${arrayLiteral(rows.map((r) => r.senderId))}::uuid[],
      ${arrayLiteral(rows.map((r) => r.bucket))}::smallint[], ${arrayLiteral(rows.map((r) => r.seq))}::bigint[],
      ${arrayLiteral(rows.map((r) => r.anchorId))}::uuid[], ${arrayLiteral(rows.map((r) => r.shareBps))}::int[],
      ${arrayLiteral(rows.map((r) => r.totalCoins))}::bigint[], ${arrayLiteral(rows.map((r) => r.grossFen))}::bigint[],
      ${arrayLiteral(rows.map((r) => r.anchorFen))}::bigint[], ${arrayLiteral(rows.map((r) => r.platformFen))}::bigint[],
      ${arrayLiteral(rows.map((r) => r.traceId))}::text[])`;
}

/** What refunds took back from an anchor, newest first, below a number; without what a rewind gave back. */
export async function listReversalsOf(
  db: FinanceDb,
  input: { anchorId: string; belowSeq: number | null; limit: number },
) {
  return await db.orm
    .select()
    .from(settlementReversals)
    .where(
      and(
        eq(settlementReversals.anchorId, input.anchorId),
        sql`NOT ${settlementReversals.undoes} AND NOT EXISTS (SELECT 1 FROM settlement_reversals u WHERE u.undoes
          AND u.refund_seq = ${settlementReversals.refundSeq} AND u.rewind_id > ${settlementReversals.rewindId})`,
        input.belowSeq === null ? undefined : lt(settlementReversals.refundSeq, input.belowSeq),
      ),
    )
    .orderBy(desc(settlementReversals.refundSeq))
    .limit(input.limit);
}
