import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import { type AnchorSum, SUMS_AT_ONCE, type SumRow, streamSums } from "@/db/audit-sums";
import type { FinanceDb } from "@/db/client";
import type { Difference } from "@/server/contracts/reconciliation";
import type { LineToSettle } from "@/server/rules/settle-gifts";
import type { ShareRow } from "@/server/rules/share";

/**
 * What the lines of each bucket and anchor add up to, in order of both, and how far each bucket is settled, on one
 * snapshot; `compare` reads it as it goes.
 */
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
        SELECT bucket, anchor_id, sum(gifts) AS gifts, sum(coins) AS coins FROM settlement_lines
        GROUP BY bucket, anchor_id ORDER BY bucket, anchor_id`.cursor(SUMS_AT_ONCE),
    );
    return await compare(new Map(cursors.map((row) => [row.bucket, Number(row.last_seq)])), sums);
  });
}

/** Lines that do not add up in themselves, and lines of a bucket whose ranges do not follow each other up to the cursor. */
export async function auditLines(
  db: FinanceDb,
): Promise<{ lines: number; lastLineId: string; differences: Difference[] }> {
  return await readSnapshot(db, async (tx) => {
    const [count] = await tx<{ lines: string; last_id: string }[]>`
      SELECT count(*) AS lines, coalesce(max(id), 0) AS last_id FROM settlement_lines`;
    const badLines = await tx<DifferenceRow[]>`
      SELECT 'line:' || id AS subject, gross_fen::text AS expected, (anchor_fen + platform_fen)::text AS actual,
        'parts do not add up' AS what, coins::text, bucket, from_seq::text AS "fromSeq", anchor_id::text AS "anchorId"
      FROM settlement_lines
      WHERE anchor_fen + platform_fen <> gross_fen OR gross_fen <> coins * 10 LIMIT ${DIFFERENCES_MAX}`;
    const badRanges = await tx<DifferenceRow[]>`
      WITH ranges AS (SELECT DISTINCT bucket, from_seq, to_seq FROM settlement_lines),
      chained AS (
        SELECT bucket, from_seq, to_seq,
          lag(to_seq, 1, 0::bigint) OVER (PARTITION BY bucket ORDER BY from_seq) AS before FROM ranges)
      SELECT 'bucket:' || bucket AS subject, (before + 1)::text AS expected, from_seq::text AS actual,
        'a range does not follow the one before' AS what
      FROM chained WHERE from_seq <> before + 1
      UNION ALL
      SELECT 'bucket:' || c.bucket, c.last_seq::text, coalesce(max(r.to_seq), 0)::text, 'the cursor is elsewhere'
      FROM settlement_cursors c
      LEFT JOIN ranges r ON r.bucket = c.bucket GROUP BY c.bucket, c.last_seq
      HAVING coalesce(max(r.to_seq), 0) <> c.last_seq LIMIT ${DIFFERENCES_MAX}`;
    return {
      lines: Number(count?.lines),
      lastLineId: count?.last_id ?? "0",
      differences: toDifferences([...badLines, ...badRanges]),
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

export type StoredLine = LineToSettle & { lineId: string };

/**
 * Lines of one bucket from the first range after a number on, in order, over no more than `seqsMax` gifts' numbers; none
 * that was made after `lastLineId`.
 */
export async function listLinesAfter(
  db: FinanceDb,
  bucket: number,
  afterSeq: number,
  seqsMax: number,
  lastLineId: string,
): Promise<StoredLine[]> {
  const rows = await db.sql<
    {
      id: string;
      bucket: number;
      from_seq: string;
      to_seq: string;
      anchor_id: string;
      share_bps: number;
      gifts: number;
      coins: string;
      gross_fen: string;
      anchor_fen: string;
      platform_fen: string;
    }[]
  >`
    WITH first AS (SELECT min(from_seq) AS seq FROM settlement_lines WHERE bucket = ${bucket} AND from_seq > ${afterSeq})
    SELECT id, bucket, from_seq, to_seq, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen
    FROM settlement_lines, first
    WHERE bucket = ${bucket} AND from_seq >= first.seq AND from_seq < first.seq + ${seqsMax} AND id <= ${lastLineId}
    ORDER BY from_seq`;
  return rows.map((row) => ({
    lineId: row.id,
    bucket: row.bucket,
    fromSeq: Number(row.from_seq),
    toSeq: Number(row.to_seq),
    anchorId: row.anchor_id,
    shareBps: row.share_bps,
    gifts: row.gifts,
    coins: Number(row.coins),
    grossFen: Number(row.gross_fen),
    anchorFen: Number(row.anchor_fen),
    platformFen: Number(row.platform_fen),
  }));
}
