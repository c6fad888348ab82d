import type { FinanceDb } from "@/db/client";
import type { Breach } from "@/db/live/queries/audit";
import type { LineToSettle } from "@/server/rules/settle-gifts";
import type { ShareRow } from "@/server/rules/share";

export interface FinanceSnapshot {
  cursors: Map<number, number>;
  /** What the lines of each bucket add up to. */
  settled: Map<number, { gifts: number; coins: number }>;
  shares: ShareRow[];
  badLines: Breach[];
  badEarnings: Breach[];
  /** Lines of a bucket whose ranges do not follow each other from 1 to the cursor. */
  badRanges: Breach[];
}

/** Everything the finance database says of itself, on one snapshot. */
export async function readFinanceSnapshot(db: FinanceDb): Promise<FinanceSnapshot> {
  return await db.sql.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    const cursors = await tx<
      { bucket: number; last_seq: string }[]
    >`SELECT bucket, last_seq FROM settlement_cursors`;
    const settled = await tx<{ bucket: number; gifts: string; coins: string }[]>`
      SELECT bucket, sum(gifts) AS gifts, sum(coins) AS coins FROM settlement_lines GROUP BY bucket`;
    const shares = await tx<{ anchor_id: string | null; share_bps: number; effective_at: Date }[]>`
      SELECT anchor_id, share_bps, effective_at FROM revenue_shares`;
    return {
      cursors: new Map(cursors.map((row) => [row.bucket, Number(row.last_seq)])),
      settled: new Map(
        settled.map((row) => [row.bucket, { gifts: Number(row.gifts), coins: Number(row.coins) }]),
      ),
      shares: shares.map((row) => ({
        anchorId: row.anchor_id,
        shareBps: row.share_bps,
        effectiveAtMs: row.effective_at.getTime(),
      })),
      badLines: await tx<Breach[]>`
        SELECT id::text AS line, gross_fen::text, anchor_fen::text, platform_fen::text FROM settlement_lines
        WHERE anchor_fen + platform_fen <> gross_fen OR gross_fen <> coins * 10 LIMIT 20`,
      badEarnings: await tx<Breach[]>`
        WITH sums AS (
          SELECT anchor_id, sum(anchor_fen) AS fen, sum(gifts) AS gifts, sum(coins) AS coins
          FROM settlement_lines GROUP BY anchor_id)
        SELECT coalesce(e.anchor_id, s.anchor_id)::text AS anchor, e.earned_fen::text, s.fen::text AS sum_of_lines,
          e.frozen_fen::text, e.withdrawn_fen::text
        FROM anchor_earnings e FULL JOIN sums s ON s.anchor_id = e.anchor_id
        WHERE e.earned_fen IS DISTINCT FROM s.fen OR e.gifts IS DISTINCT FROM s.gifts
          OR e.coins IS DISTINCT FROM s.coins OR e.frozen_fen + e.withdrawn_fen > e.earned_fen LIMIT 20`,
      badRanges: await tx<Breach[]>`
        WITH ranges AS (SELECT DISTINCT bucket, from_seq, to_seq FROM settlement_lines),
        chained AS (
          SELECT bucket, from_seq, to_seq,
            lag(to_seq, 1, 0::bigint) OVER (PARTITION BY bucket ORDER BY from_seq) AS before FROM ranges)
        SELECT bucket, from_seq::text, to_seq::text, before::text AS ended_before FROM chained WHERE from_seq <> before + 1
        UNION ALL
        SELECT c.bucket, NULL, c.last_seq::text, max(r.to_seq)::text FROM settlement_cursors c
        LEFT JOIN ranges r ON r.bucket = c.bucket GROUP BY c.bucket, c.last_seq
        HAVING coalesce(max(r.to_seq), 0) <> c.last_seq LIMIT 20`,
    };
  });
}

/** Lines of one bucket in order of their ranges, in blocks of whole ranges. */
export async function listLinesOfBucket(
  db: FinanceDb,
  bucket: number,
  afterSeq: number,
  rangesMax: number,
): Promise<LineToSettle[]> {
  const rows = await db.sql<
    {
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
    SELECT bucket, from_seq, to_seq, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen
    FROM settlement_lines WHERE bucket = ${bucket} AND from_seq IN (
      SELECT DISTINCT from_seq FROM settlement_lines WHERE bucket = ${bucket} AND from_seq > ${afterSeq}
      ORDER BY from_seq LIMIT ${rangesMax})
    ORDER BY from_seq`;
  return rows.map((row) => ({
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
