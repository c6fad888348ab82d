import { DIFFERENCES_MAX, type DifferenceRow, readSnapshot, toDifferences } from "@/db/audit-rows";
import type { LiveDb } from "@/db/client";
import type { Difference } from "@/domain/contracts/reconciliation";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { reachedUs, refundedUs } from "./reached-at";

/**
 * Sums by room and sender, and since when they stand, that differ from what their gifts come to, up to each bucket's cursor.
 * One snapshot.
 */
export async function auditSupporters(db: LiveDb): Promise<Difference[]> {
  return await readSnapshot(db, async (tx) => {
    const missing = await tx<DifferenceRow[]>`
      SELECT 'bucket:' || b.bucket AS subject, b.last_seq::text AS expected, c.last_seq::text AS actual,
        'supporters of a bucket are never counted, or too far' AS what
      FROM gift_buckets b LEFT JOIN supporter_cursors c USING (bucket)
      WHERE c.last_seq IS NULL OR c.last_seq > b.last_seq`;
    const differing = await tx<DifferenceRow[]>`
      WITH gifts AS (
        SELECT r.room_id, r.sender_id, r.anonymous, r.session_id,
          CASE WHEN f.refund_seq IS NULL THEN r.total_coins ELSE 0 END AS coins,
          greatest(${reachedUs(tx)}, ${refundedUs(tx)}) AS reached_us,
          ((r.sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date AS day
        FROM gift_records r JOIN supporter_cursors c ON c.bucket = r.bucket AND r.seq <= c.last_seq
        LEFT JOIN gift_refunds f ON f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id
          AND f.refund_seq <= (SELECT last_seq FROM supporter_refund_cursor)
      ), sums AS (
        SELECT g.room_id, g.sender_id, g.anonymous, max(g.day) AS day,
          sum(g.coins) AS all_coins, max(g.reached_us) AS all_reached_us,
          sum(g.coins) FILTER (WHERE g.day = s.day) AS day_coins,
          max(g.reached_us) FILTER (WHERE g.day = s.day) AS day_reached_us,
          sum(g.coins) FILTER (WHERE date_trunc('week', g.day)::date = s.week) AS week_coins,
          max(g.reached_us) FILTER (WHERE date_trunc('week', g.day)::date = s.week) AS week_reached_us,
          sum(g.coins) FILTER (WHERE g.session_id = s.session_id) AS session_coins,
          max(g.reached_us) FILTER (WHERE g.session_id = s.session_id) AS session_reached_us
        FROM gifts g LEFT JOIN room_supporters s
          ON s.room_id = g.room_id AND s.sender_id = g.sender_id AND s.anonymous = g.anonymous
        GROUP BY g.room_id, g.sender_id, g.anonymous
      )
      SELECT 'room:' || coalesce(s.room_id, g.room_id) AS subject, g.all_coins::text AS expected,
        s.all_coins::text AS actual, 'a supporter is counted otherwise than they gave' AS what,
        coalesce(s.sender_id, g.sender_id)::text AS "senderId", coalesce(s.anonymous, g.anonymous) AS anonymous,
        s.day_coins::text AS "dayCoins", g.day_coins::text AS "expectedDayCoins",
        s.week_coins::text AS "weekCoins", g.week_coins::text AS "expectedWeekCoins",
        s.session_coins::text AS "sessionCoins", g.session_coins::text AS "expectedSessionCoins",
        concat_ws(' ', s.all_reached_us, s.day_reached_us, s.week_reached_us, s.session_reached_us) AS "reachedUs",
        concat_ws(' ', g.all_reached_us, g.day_reached_us, g.week_reached_us, g.session_reached_us) AS "expectedReachedUs"
      FROM room_supporters s FULL JOIN sums g
        ON s.room_id = g.room_id AND s.sender_id = g.sender_id AND s.anonymous = g.anonymous
      WHERE (s.all_coins, s.day_coins, s.week_coins, s.session_coins, s.day,
          s.all_reached_us, s.day_reached_us, s.week_reached_us, s.session_reached_us)
        IS DISTINCT FROM (g.all_coins, g.day_coins, g.week_coins, g.session_coins, g.day,
          g.all_reached_us, g.day_reached_us, g.week_reached_us, g.session_reached_us)
      LIMIT ${DIFFERENCES_MAX}`;
    return toDifferences([...missing, ...differing]);
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
