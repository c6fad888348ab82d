import type { FinanceDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { isStandingRange, isStandingReversal } from "./effective";

/** The end of one range of a batch that stands. */
export interface RangeEnd {
  batchId: number;
  bucket: number;
  toSeq: number;
  lastGift: string | null;
}

/** Ends of the ranges of a bucket, newest first, below a number. */
export async function listRangeEnds(
  db: FinanceDb,
  input: { bucket: number; belowSeq: number; limit: number },
): Promise<RangeEnd[]> {
  const rows = await db.sql<{ batch_id: string; bucket: number; to_seq: string; last_gift: string | null }[]>`
    SELECT batch_id, bucket, to_seq, last_gift FROM settlement_ranges r
    WHERE bucket = ${input.bucket} AND to_seq < ${input.belowSeq} AND ${isStandingRange(db.sql)}
    ORDER BY from_seq DESC LIMIT ${input.limit}`;
  return rows.map((row) => ({
    batchId: Number(row.batch_id),
    bucket: row.bucket,
    toSeq: Number(row.to_seq),
    lastGift: row.last_gift,
  }));
}

export interface Rewind {
  rewindId: number;
  batches: number;
  gifts: number;
  grossFen: number;
  anchorFen: number;
  /** Refunds that are owed to nobody any more. */
  refunds: number;
}

/**
 * Takes settlement back, in one transaction, to where the live database agrees: every batch from `fromBatchId` on by a
 * batch of the same lines below zero, every refund after `refundSeq` by a row of the same amounts below zero. Earnings,
 * cursors and the list of runs follow. Nothing is changed or removed: the new rows name the old ones. What the live database
 * still has of them is settled anew by whoever settles next.
 *
 * Lock order as settling: cursors by bucket, the refund cursor, earnings by anchor.
 */
export async function rewindSettlement(
  db: FinanceDb,
  input: {
    /** Null when only refunds go back. */
    fromBatchId: number | null;
    refund: { seq: number; mark: string | null };
    liveIncarnation: string;
    node: string;
    traceId: string;
  },
): Promise<Rewind> {
  const { fromBatchId, refund, liveIncarnation, node, traceId } = input;
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT 1 FROM settlement_cursors ORDER BY bucket FOR UPDATE`;
    await tx`SELECT 1 FROM refund_cursor FOR UPDATE`;
    await tx`SELECT 1 FROM anchor_earnings ORDER BY anchor_id FOR UPDATE`;
    const undone = tx`
      SELECT DISTINCT r.batch_id FROM settlement_ranges r
      WHERE r.batch_id >= ${fromBatchId ?? 0}::bigint AND ${fromBatchId !== null} AND ${isStandingRange(tx)}`;
    const [sums] = await tx<Record<"batches" | "lines" | "gifts" | "gross" | "fen" | "refunds", string>[]>`
      SELECT count(DISTINCT l.batch_id) AS batches, count(*) AS lines, coalesce(sum(l.gifts), 0) AS gifts,
        coalesce(sum(l.gross_fen), 0) AS gross, coalesce(sum(l.anchor_fen), 0) AS fen,
        (SELECT count(*) FROM settlement_reversals r WHERE r.refund_seq > ${refund.seq} AND ${isStandingReversal(tx)}) AS refunds
      FROM settlement_lines l WHERE l.batch_id IN (${undone})`;
    if (!sums) throw new Error("Nothing was summed up.");
    const [row] = await tx<{ id: number }[]>`
      INSERT INTO settlement_rewinds (live_incarnation, batches, gifts, gross_fen, anchor_fen, refunds, trace_id)
      VALUES (${liveIncarnation}, ${sums.batches}, ${sums.gifts}, ${sums.gross}, ${sums.fen}, ${sums.refunds}, ${traceId})
      RETURNING id`;
    const rewindId = row?.id ?? 0;
    await tx`
      INSERT INTO settlement_undone_batches (batch_id, by_batch_id, rewind_id)
      SELECT batch_id, nextval('settlement_batches'), ${rewindId} FROM (${undone}) AS undone`;
    await undoLines(tx, rewindId);
    await undoReversals(tx, rewindId, refund.seq);
    await tx`
      UPDATE settlement_cursors c SET last_seq = coalesce(kept.to_seq, 0), last_gift = kept.last_gift, updated_at = now()
      FROM (SELECT DISTINCT bucket FROM settlement_ranges JOIN settlement_undone_batches u USING (batch_id)
        WHERE u.rewind_id = ${rewindId}) AS back
      LEFT JOIN LATERAL (
        SELECT to_seq, last_gift FROM settlement_ranges r WHERE r.bucket = back.bucket AND ${isStandingRange(tx)}
        ORDER BY from_seq DESC LIMIT 1) AS kept ON true
      WHERE c.bucket = back.bucket`;
    await tx`UPDATE refund_cursor SET last_seq = ${refund.seq}, last_refund = ${refund.mark}, updated_at = now()`;
    // The runs always add up to the lines.
    await tx`
      INSERT INTO settlement_runs (node, started_at, ended_at, batches, gifts, lines, gross_fen, anchor_fen, lag_ms)
      VALUES (${node}, now(), now(), ${sums.batches}, ${-Number(sums.gifts)}, ${sums.lines}, ${-Number(sums.gross)},
        ${-Number(sums.fen)}, 0)`;
    return {
      rewindId,
      batches: Number(sums.batches),
      gifts: Number(sums.gifts),
      grossFen: Number(sums.gross),
      anchorFen: Number(sums.fen),
      refunds: Number(sums.refunds),
    };
  });
}

async function undoLines(tx: Sql, rewindId: number): Promise<void> {
  await tx`
    WITH opposite AS (
      INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
      SELECT u.by_batch_id, l.anchor_id, l.share_bps, -l.gifts, -l.coins, -l.gross_fen, -l.anchor_fen, -l.platform_fen
      FROM settlement_lines l JOIN settlement_undone_batches u USING (batch_id) WHERE u.rewind_id = ${rewindId}
      RETURNING anchor_id, gifts, coins, anchor_fen
    )
    UPDATE anchor_earnings e SET earned_fen = e.earned_fen + s.fen, gifts = e.gifts + s.gifts, coins = e.coins + s.coins,
      updated_at = now()
    FROM (SELECT anchor_id, sum(anchor_fen) AS fen, sum(gifts) AS gifts, sum(coins) AS coins FROM opposite
      GROUP BY anchor_id) AS s
    WHERE e.anchor_id = s.anchor_id`;
}

async function undoReversals(tx: Sql, rewindId: number, afterSeq: number): Promise<void> {
  await tx`
    WITH opposite AS (
      INSERT INTO settlement_reversals (refund_seq, rewind_id, undoes, refund_id, gift_order_id, sender_id, bucket, seq,
        anchor_id, share_bps, coins, gross_fen, anchor_fen, platform_fen, trace_id)
      SELECT refund_seq, ${rewindId}::int, true, refund_id, gift_order_id, sender_id, bucket, seq,
        anchor_id, share_bps, -coins, -gross_fen, -anchor_fen, -platform_fen, trace_id
      FROM settlement_reversals r WHERE r.refund_seq > ${afterSeq} AND ${isStandingReversal(tx)}
      RETURNING anchor_id, anchor_fen
    )
    UPDATE anchor_earnings e SET earned_fen = e.earned_fen - s.fen, reversed_fen = e.reversed_fen + s.fen,
      updated_at = now()
    FROM (SELECT anchor_id, sum(anchor_fen) AS fen FROM opposite GROUP BY anchor_id) AS s
    WHERE e.anchor_id = s.anchor_id`;
}
