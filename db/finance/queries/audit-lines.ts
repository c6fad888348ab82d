import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import { type AnchorSum, SUMS_AT_ONCE, type SumRow, streamSums } from "@/db/audit-sums";
import type { FinanceDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { Difference } from "@/domain/contracts/reconciliation";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { type BatchRange, groupByBatch, type LineToSettle } from "@/domain/rules/settle-gifts";
import type { ShareRow } from "@/domain/rules/share";
import { isStandingRange } from "./effective";

/** What the lines of each anchor add up to, in order of anchors, and how far each bucket is settled, on one snapshot; `compare` reads it as it goes. */
export async function readSettledSums<T>(
  db: FinanceDb,
  compare: (cursors: Map<number, number>, sums: AsyncIterable<AnchorSum>) => Promise<T>,
): Promise<T> {
  return await readSnapshot(db, async (tx) => {
    const cursors = await tx<
      { bucket: number; last_seq: string }[]
    >`SELECT bucket, last_seq FROM settlement_cursors`;
    const sums = streamSums(
      tx<SumRow[]>`
        SELECT anchor_id, sum(gifts) AS gifts, sum(coins) AS coins FROM settlement_lines
        GROUP BY anchor_id HAVING sum(gifts) <> 0 OR sum(coins) <> 0 ORDER BY anchor_id`.cursor(SUMS_AT_ONCE),
    );
    return await compare(new Map(cursors.map((row) => [row.bucket, Number(row.last_seq)])), sums);
  });
}

/**
 * Lines that do not add up in themselves or are of no batch, batches that a rewind took back otherwise than they were, and
 * ranges of a bucket that stand and do not follow each other up to the cursor.
 */
export async function auditLines(
  db: FinanceDb,
): Promise<{ lines: number; lastBatchId: number; differences: Difference[] }> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ lines: string; last_id: string }[]>`
      SELECT (SELECT count(*) FROM settlement_lines) AS lines,
        (SELECT coalesce(max(batch_id), 0) FROM settlement_ranges) AS last_id`;
    const badLines = await tx<DifferenceRow[]>`
      SELECT 'line:' || id AS subject, gross_fen::text AS expected, (anchor_fen + platform_fen)::text AS actual,
        'parts do not add up' AS what, coins::text, batch_id::text AS "batchId", anchor_id::text AS "anchorId"
      FROM settlement_lines
      WHERE anchor_fen + platform_fen <> gross_fen OR gross_fen <> coins * ${FEN_PER_COIN}::int LIMIT ${DIFFERENCES_MAX}`;
    const lostLines = await tx<DifferenceRow[]>`
      SELECT 'line:' || l.id AS subject, NULL AS expected, l.anchor_fen::text AS actual, 'a line of no batch' AS what,
        l.batch_id::text AS "batchId", l.anchor_id::text AS "anchorId"
      FROM settlement_lines l
      WHERE NOT EXISTS (SELECT 1 FROM settlement_ranges r WHERE r.batch_id = l.batch_id)
        AND NOT EXISTS (SELECT 1 FROM settlement_undone_batches u WHERE u.by_batch_id = l.batch_id)
      LIMIT ${DIFFERENCES_MAX}`;
    const badRewinds = await tx<DifferenceRow[]>`
      WITH undone AS (
        SELECT u.batch_id, l.anchor_id, l.share_bps, l.gifts, l.coins, l.gross_fen, l.anchor_fen
        FROM settlement_undone_batches u JOIN settlement_lines l ON l.batch_id = u.batch_id
      ), opposite AS (
        SELECT u.batch_id, l.anchor_id, l.share_bps, -l.gifts AS gifts, -l.coins AS coins, -l.gross_fen AS gross_fen,
          -l.anchor_fen AS anchor_fen
        FROM settlement_undone_batches u JOIN settlement_lines l ON l.batch_id = u.by_batch_id
      )
      SELECT 'batch:' || coalesce(a.batch_id, b.batch_id) AS subject, a.anchor_fen::text AS expected,
        b.anchor_fen::text AS actual, 'a batch is not taken back as it was' AS what,
        coalesce(a.anchor_id, b.anchor_id)::text AS "anchorId"
      FROM undone a FULL JOIN opposite b USING (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen)
      WHERE a.batch_id IS NULL OR b.batch_id IS NULL LIMIT ${DIFFERENCES_MAX}`;
    const badRanges = await tx<DifferenceRow[]>`
      WITH standing AS (SELECT * FROM settlement_ranges r WHERE ${isStandingRange(tx)}),
      chained AS (
        SELECT batch_id, bucket, from_seq, to_seq,
          lag(to_seq, 1, 0::bigint) OVER (PARTITION BY bucket ORDER BY from_seq) AS before FROM standing)
      SELECT 'bucket:' || bucket AS subject, (before + 1)::text AS expected, from_seq::text AS actual,
        'a range does not follow the one before' AS what, batch_id::text AS "batchId"
      FROM chained WHERE from_seq <> before + 1
      UNION ALL
      SELECT 'bucket:' || c.bucket, c.last_seq::text, coalesce(max(r.to_seq), 0)::text, 'the cursor is elsewhere', NULL
      FROM settlement_cursors c
      LEFT JOIN standing r ON r.bucket = c.bucket GROUP BY c.bucket, c.last_seq
      HAVING coalesce(max(r.to_seq), 0) <> c.last_seq LIMIT ${DIFFERENCES_MAX}`;
    return {
      lines: Number(count?.lines),
      lastBatchId: Number(count?.last_id),
      differences: toDifferences([...badLines, ...lostLines, ...badRewinds, ...badRanges]),
    };
  });
}

/** Every share that ever held or will hold, for recomputing. */
export async function readShareRows(db: FinanceDb): Promise<ShareRow[]> {
  const rows = await db.sql<{ anchor_id: string | null; share_bps: number; effective_at: Date }[]>`
    SELECT anchor_id, share_bps, effective_at FROM revenue_shares`;
  return rows.map((row) => ({
    anchorId: row.anchor_id,
    shareBps: row.share_bps,
    effectiveAtMs: row.effective_at.getTime(),
  }));
}

export interface StoredLine extends LineToSettle {
  lineId: string;
  batchId: number;
}

/** The ranges of the next standing batches after one, by batch; none after `lastBatchId`. */
export async function listRangesAfter(
  db: FinanceDb,
  input: { afterBatchId: number; lastBatchId: number; batches: number },
): Promise<Map<number, BatchRange[]>> {
  const rows = await db.sql<{ batch_id: string; bucket: number; from_seq: string; to_seq: string }[]>`
    SELECT batch_id, bucket, from_seq, to_seq FROM settlement_ranges
    WHERE batch_id IN (
      SELECT DISTINCT batch_id FROM settlement_ranges r
      WHERE batch_id > ${input.afterBatchId} AND batch_id <= ${input.lastBatchId} AND ${isStandingRange(db.sql)}
      ORDER BY batch_id LIMIT ${input.batches})
    ORDER BY batch_id, bucket`;
  return groupByBatch(rows.map(toBatchRange));
}

export async function listRangesOfBatch(db: FinanceDb, batchId: number): Promise<BatchRange[]> {
  const rows = await db.sql<{ batch_id: string; bucket: number; from_seq: string; to_seq: string }[]>`
    SELECT batch_id, bucket, from_seq, to_seq FROM settlement_ranges WHERE batch_id = ${batchId} ORDER BY bucket`;
  return rows.map(toBatchRange);
}

function toBatchRange(row: {
  batch_id: string;
  bucket: number;
  from_seq: string;
  to_seq: string;
}): BatchRange {
  return {
    batchId: Number(row.batch_id),
    bucket: row.bucket,
    fromSeq: Number(row.from_seq),
    toSeq: Number(row.to_seq),
  };
}

/** All lines of some batches. */
export async function listLinesOfBatches(db: FinanceDb, batchIds: readonly number[]): Promise<StoredLine[]> {
  const rows = await db.sql<
    {
      id: string;
      batch_id: string;
      anchor_id: string;
      share_bps: number;
      gifts: number;
      coins: string;
      gross_fen: string;
      anchor_fen: string;
      platform_fen: string;
    }[]
  >`
    SELECT id, batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen
    FROM settlement_lines WHERE batch_id = ANY(${arrayLiteral(batchIds)}::bigint[])`;
  return rows.map((row) => ({
    lineId: row.id,
    batchId: Number(row.batch_id),
    anchorId: row.anchor_id,
    shareBps: row.share_bps,
    gifts: row.gifts,
    coins: Number(row.coins),
    grossFen: Number(row.gross_fen),
    anchorFen: Number(row.anchor_fen),
    platformFen: Number(row.platform_fen),
  }));
}
