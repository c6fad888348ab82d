import type { LiveDb } from "@/db/client";

export interface PastSessionRow {
  sessionId: string;
  title: string;
  startedAt: Date;
  endedAt: Date;
  peakViewers: number;
  viewers: number | null;
  watchedMs: number | null;
  gifts: number;
  coins: number;
}

/** Sessions of an anchor's room that are over, the latest first, with what was given in each and not refunded. */
export async function listPastSessions(
  { sql }: LiveDb,
  input: { anchorId: string; after?: { startedAt: Date; sessionId: string }; limit: number },
): Promise<PastSessionRow[]> {
  const { anchorId, after, limit } = input;
  const rows = await sql<(PastSessionRow & { watchedMs: string | null; gifts: string; coins: string })[]>`
    WITH page AS (
      SELECT s.* FROM room_sessions s JOIN rooms r ON r.id = s.room_id
      WHERE r.anchor_id = ${anchorId} AND s.ended_at IS NOT NULL
        ${after ? sql`AND (s.started_at, s.id) < (${after.startedAt}, ${after.sessionId})` : sql``}
      ORDER BY s.started_at DESC, s.id DESC LIMIT ${limit}
    ), given AS (
      SELECT g.session_id, count(*) AS gifts, sum(g.total_coins) AS coins FROM gift_records g
      WHERE g.anchor_id = ${anchorId} AND g.created_at >= (SELECT min(started_at) FROM page)
        AND g.session_id IN (SELECT id FROM page)
        AND NOT EXISTS (SELECT FROM gift_refunds f WHERE f.gift_order_id = g.gift_order_id AND f.sender_id = g.sender_id)
      GROUP BY g.session_id
    )
    SELECT p.id AS "sessionId", p.title, p.started_at AS "startedAt", p.ended_at AS "endedAt",
      p.peak_viewers AS "peakViewers", p.viewers, p.watched_ms AS "watchedMs",
      coalesce(g.gifts, 0) AS gifts, coalesce(g.coins, 0) AS coins
    FROM page p LEFT JOIN given g ON g.session_id = p.id
    ORDER BY p.started_at DESC, p.id DESC`;
  return rows.map((row) => ({
    ...row,
    watchedMs: row.watchedMs === null ? null : Number(row.watchedMs),
    gifts: Number(row.gifts),
    coins: Number(row.coins),
  }));
}
