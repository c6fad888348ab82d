import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { inTransaction } from "@/db/transaction";

export interface WatchDay {
  day: string;
  roomId: string;
  visitorId: string;
  watchedMs: number;
}

/** Days that somebody watched a room, where nothing is known of them yet: a demonstration's past has no visits. */
export async function addWatchDays({ sql }: LiveDb, days: readonly WatchDay[]): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const added = await tx<{ day: string }[]>`
      INSERT INTO watch_days (day, room_id, visitor_id, watched_ms)
      SELECT * FROM unnest(${arrayLiteral(days.map(({ day }) => day))}::date[],
        ${arrayLiteral(days.map(({ roomId }) => roomId))}::uuid[], ${arrayLiteral(days.map(({ visitorId }) => visitorId))}::uuid[],
        ${arrayLiteral(days.map(({ watchedMs }) => watchedMs))}::bigint[])
      ON CONFLICT DO NOTHING RETURNING day::text AS day`;
    await tx`
      INSERT INTO watch_day_marks (day, mark)
      SELECT day, gen_random_uuid() FROM (
        SELECT DISTINCT day FROM unnest(${arrayLiteral(added.map(({ day }) => day))}::date[]) AS d (day)) AS days ORDER BY day
      ON CONFLICT (day) DO UPDATE SET mark = excluded.mark`;
  });
}
