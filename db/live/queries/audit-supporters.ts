import type { LiveDb } from "@/db/client";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/server/rules/calendar";
import type { Breach } from "./audit";

const ROWS_MAX = 20;

/** Sums by room and sender that differ from what their gifts come to, up to each bucket's cursor. One snapshot. */
export async function auditSupporters(db: LiveDb): Promise<Breach[]> {
  return await db.sql.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    const missing = await tx<Breach[]>`
      SELECT b.bucket, c.last_seq::text AS cursor, b.last_seq::text AS last_number
      FROM gift_buckets b LEFT JOIN supporter_cursors c USING (bucket)
      WHERE c.last_seq IS NULL OR c.last_seq > b.last_seq`;
    const differing = await tx<Breach[]>`
      WITH gifts AS (
        SELECT r.room_id, r.sender_id, r.anonymous, r.session_id, r.total_coins AS coins,
          ((r.sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date AS day
        FROM gift_records r JOIN supporter_cursors c ON c.bucket = r.bucket AND r.seq <= c.last_seq
      ), sums AS (
        SELECT g.room_id, g.sender_id, g.anonymous, sum(g.coins) AS all_coins, max(g.day) AS day,
          sum(g.coins) FILTER (WHERE g.day = s.day) AS day_coins,
          sum(g.coins) FILTER (WHERE date_trunc('week', g.day)::date = s.week) AS week_coins,
          sum(g.coins) FILTER (WHERE g.session_id = s.session_id) AS session_coins
        FROM gifts g LEFT JOIN room_supporters s
          ON s.room_id = g.room_id AND s.sender_id = g.sender_id AND s.anonymous = g.anonymous
        GROUP BY g.room_id, g.sender_id, g.anonymous
      )
      SELECT coalesce(s.room_id, g.room_id)::text AS room, coalesce(s.sender_id, g.sender_id)::text AS sender,
        coalesce(s.anonymous, g.anonymous) AS anonymous, s.all_coins::text AS counted, g.all_coins::text AS given,
        s.day_coins::text AS counted_of_day, g.day_coins::text AS given_on_day, s.week_coins::text AS counted_of_week,
        g.week_coins::text AS given_in_week, s.session_coins::text AS counted_of_session,
        g.session_coins::text AS given_in_session
      FROM room_supporters s FULL JOIN sums g
        ON s.room_id = g.room_id AND s.sender_id = g.sender_id AND s.anonymous = g.anonymous
      WHERE (s.all_coins, s.day_coins, s.week_coins, s.session_coins, s.day)
        IS DISTINCT FROM (g.all_coins, g.day_coins, g.week_coins, g.session_coins, g.day)
      LIMIT ${ROWS_MAX}`;
    return [...missing, ...differing];
  });
}

/** Rooms in which somebody gave, with their latest sessions, by id in blocks. */
export async function listSupportedRoomsAfter(
  db: LiveDb,
  afterId: string,
  limit: number,
): Promise<{ roomId: string; sessionId: string | null }[]> {
  const rows = await db.sql<{ id: string; current_session_id: string | null }[]>`
    SELECT id, current_session_id FROM rooms r
    WHERE id > ${afterId} AND EXISTS (SELECT 1 FROM room_supporters s WHERE s.room_id = r.id)
    ORDER BY id LIMIT ${limit}`;
  return rows.map((row) => ({ roomId: row.id, sessionId: row.current_session_id }));
}
