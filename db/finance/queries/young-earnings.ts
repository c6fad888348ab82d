import type { Sql } from "@/db/client";
import { isStandingReversal } from "./effective";

export interface YoungEarnings {
  fen: number;
  /** When the oldest and the newest of it were settled; null when there is none. */
  oldestAt: Date | null;
  newestAt: Date | null;
}

/**
 * What an anchor has earned within the last hours, by this database's clock, less what refunds took back of just that. A
 * gift is settled after it was sent, so that the time of its line is a bound on its age that errs on the late side. A
 * refund of an older gift is not in here: what was earned has gone down by it already.
 */
export async function sumYoungEarnings(sql: Sql, anchorId: string, hours: number): Promise<YoungEarnings> {
  if (hours === 0) return { fen: 0, oldestAt: null, newestAt: null };
  const [row] = await sql<{ fen: string; oldest_at: Date | null; newest_at: Date | null }[]>`
    WITH since AS (SELECT now() - make_interval(hours => ${hours}) AS at),
    lines AS (
      SELECT sum(anchor_fen) AS fen, min(created_at) AS oldest_at, max(created_at) AS newest_at
      FROM settlement_lines l WHERE anchor_id = ${anchorId} AND created_at > (SELECT at FROM since)
        -- What a rewind took back was not earned, whenever that was.
        AND NOT EXISTS (SELECT 1 FROM settlement_undone_batches u WHERE l.batch_id IN (u.batch_id, u.by_batch_id))),
    reversed AS (
      SELECT sum(r.anchor_fen) AS fen FROM settlement_reversals r
      CROSS JOIN LATERAL (
        SELECT batch_id FROM settlement_ranges s WHERE bucket = r.bucket AND from_seq <= r.seq
          AND NOT EXISTS (SELECT 1 FROM settlement_undone_batches u WHERE u.batch_id = s.batch_id)
        ORDER BY from_seq DESC LIMIT 1) g
      JOIN settlement_lines l
        ON l.batch_id = g.batch_id AND l.anchor_id = r.anchor_id AND l.share_bps = r.share_bps
      -- A gift is taken back after it was settled: older rows cannot be of a young line.
      WHERE r.anchor_id = ${anchorId} AND ${isStandingReversal(sql)} AND r.created_at > (SELECT at FROM since)
        AND l.created_at > (SELECT at FROM since))
    SELECT coalesce(lines.fen, 0) - coalesce(reversed.fen, 0) AS fen, lines.oldest_at, lines.newest_at
    FROM lines, reversed`;
  return { fen: Number(row?.fen ?? 0), oldestAt: row?.oldest_at ?? null, newestAt: row?.newest_at ?? null };
}
