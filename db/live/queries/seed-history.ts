import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";

/** Whether anybody has ever given anything: then a demonstration has a past of its own. */
export async function hasGifts(db: LiveDb): Promise<boolean> {
  const rows = await db.sql`SELECT 1 FROM gift_buckets WHERE last_seq > 0 LIMIT 1`;
  return rows.length > 0;
}

/** When somebody was made. Null where there is nobody of that id. */
export async function findMadeAt(db: LiveDb, userId: string): Promise<Date | null> {
  const [row] = await db.sql<{ created_at: Date }[]>`SELECT created_at FROM users WHERE id = ${userId}`;
  return row?.created_at ?? null;
}

export async function isPaid(
  db: LiveDb,
  { giftOrderId, senderId }: { giftOrderId: string; senderId: string },
): Promise<boolean> {
  const rows = await db.sql`
    SELECT 1 FROM gift_records WHERE gift_order_id = ${giftOrderId} AND sender_id = ${senderId}`;
  return rows.length > 0;
}
export interface SeedStream {
  sessionId: string;
  roomId: string;
  title: string;
  startedAt: Date;
  endedAt: Date;
  visits: readonly { visitorId: string; isGuest: boolean; watchedMs: number }[];
}

/** Streams that are over, with who watched them. Those that are there already stay as they are. */
export async function insertSeedStreams({ sql }: LiveDb, streams: readonly SeedStream[]): Promise<void> {
  for (const { sessionId, roomId, title, startedAt, endedAt, visits } of streams) {
    const watchedMs = visits.reduce((sum, visit) => sum + visit.watchedMs, 0);
    // Most come in the middle of it, and some have left by then.
    const peak = Math.ceil(visits.length * 0.6);
    await inTransaction(sql, async (tx) => {
      const made = await tx`
        INSERT INTO room_sessions (id, room_id, title, started_at, ended_at, peak_viewers, viewers, watched_ms, visits_counted)
        VALUES (${sessionId}, ${roomId}, ${title}, ${startedAt}, ${endedAt}, ${peak}, ${visits.length}, ${watchedMs}, true)
        ON CONFLICT DO NOTHING RETURNING id`;
      if (made.length === 0) return;
      await tx`
        INSERT INTO visits (session_id, visitor_id, is_guest, entered_at, left_at, watched_ms)
        SELECT ${sessionId}, visitor_id, is_guest, ${endedAt}::timestamptz - watched_ms * interval '1 millisecond', ${endedAt}, watched_ms
        FROM unnest(${arrayLiteral(visits.map(({ visitorId }) => visitorId))}::uuid[],
          ${arrayLiteral(visits.map(({ isGuest }) => String(isGuest)))}::boolean[],
          ${arrayLiteral(visits.map((visit) => visit.watchedMs))}::bigint[]) AS v (visitor_id, is_guest, watched_ms)`;
    });
  }
}
