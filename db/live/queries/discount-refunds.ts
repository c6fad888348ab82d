import type { LiveDb, Sql } from "@/db/client";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/server/rules/calendar";
import { takeReversible } from "@/server/rules/reverse-gifts";
import { listRefundsAfter } from "./gift-refunds";
import type { TopPeriod } from "./supporters";

/** A board that shows more than was given and kept. */
export interface OutdatedBoard {
  roomId: string;
  period: TopPeriod;
}

/** Up to which number refunds are taken off what senders have given. */
export async function readSupporterRefundSeq(db: LiveDb): Promise<number> {
  const [row] = await db.sql<{ last_seq: string }[]>`SELECT last_seq FROM supporter_refund_cursor`;
  return Number(row?.last_seq ?? 0);
}

/**
 * Takes refunded gifts off what their senders have given, in the order of the refunds, each once: the cursor moves in
 * the same transaction. A refund waits until its gift is counted. Returns the boards that are outdated by it.
 *
 * Locks: supporter_refund_cursor, then room_supporters by key, as counting takes them.
 */
export async function discountRefunds(db: LiveDb, limit: number): Promise<OutdatedBoard[]> {
  const refunds = await listRefundsAfter(db, await readSupporterRefundSeq(db), limit);
  const [first] = refunds;
  if (!first) return [];
  return await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    const [cursor] = await tx<{ last_seq: string }[]>`
      SELECT last_seq FROM supporter_refund_cursor FOR UPDATE SKIP LOCKED`;
    if (Number(cursor?.last_seq) !== first.refundSeq - 1) return [];
    const counted = await tx<{ bucket: number; last_seq: string }[]>`
      SELECT bucket, last_seq FROM supporter_cursors`;
    const cursors = new Map(counted.map((row) => [row.bucket, Number(row.last_seq)]));
    const { ready } = takeReversible(refunds, first.refundSeq - 1, cursors);
    const last = ready.at(-1);
    if (!last) return [];
    await tx`
      SELECT 1 FROM room_supporters WHERE (room_id, sender_id, anonymous) IN (
        SELECT r.room_id, r.sender_id, r.anonymous FROM gift_refunds f JOIN gift_records r USING (bucket, seq)
        WHERE f.refund_seq BETWEEN ${first.refundSeq} AND ${last.refundSeq})
      ORDER BY room_id, sender_id, anonymous FOR UPDATE`;
    const rows = await tx<{ room_id: string; day: string; week: string; session_id: string }[]>`
      WITH refunded AS (
        SELECT r.room_id, r.sender_id, r.anonymous, r.session_id, r.total_coins AS coins,
          ((r.sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date AS day
        FROM gift_refunds f JOIN gift_records r USING (bucket, seq)
        WHERE f.refund_seq BETWEEN ${first.refundSeq} AND ${last.refundSeq}
      ), sums AS (
        SELECT room_id, sender_id, anonymous, sum(g.coins) AS all_coins,
          coalesce(sum(g.coins) FILTER (WHERE g.day = t.day), 0) AS day_coins,
          coalesce(sum(g.coins) FILTER (WHERE date_trunc('week', g.day)::date = t.week), 0) AS week_coins,
          coalesce(sum(g.coins) FILTER (WHERE g.session_id = t.session_id), 0) AS session_coins
        FROM room_supporters t JOIN refunded g USING (room_id, sender_id, anonymous)
        GROUP BY room_id, sender_id, anonymous
      )
      UPDATE room_supporters t SET all_coins = t.all_coins - s.all_coins, day_coins = t.day_coins - s.day_coins,
        week_coins = t.week_coins - s.week_coins, session_coins = t.session_coins - s.session_coins
      FROM sums s
      WHERE t.room_id = s.room_id AND t.sender_id = s.sender_id AND t.anonymous = s.anonymous
      RETURNING t.room_id, t.day::text, t.week::text, t.session_id`;
    await tx`UPDATE supporter_refund_cursor SET last_seq = ${last.refundSeq}`;
    return rows.flatMap(toBoards);
  });
}

/** Boards of refunds that were taken off lately: whoever took them off may have died before it dropped the boards. */
export async function listLatelyOutdated(db: LiveDb, since: Date): Promise<OutdatedBoard[]> {
  const rows = await db.sql<{ room_id: string; day: string; week: string; session_id: string }[]>`
    SELECT t.room_id, t.day::text, t.week::text, t.session_id
    FROM gift_refunds f JOIN gift_records r USING (bucket, seq)
    JOIN room_supporters t ON t.room_id = r.room_id AND t.sender_id = r.sender_id AND t.anonymous = r.anonymous
    WHERE f.created_at >= ${since} AND f.refund_seq <= (SELECT last_seq FROM supporter_refund_cursor)`;
  return rows.flatMap(toBoards);
}

function toBoards(row: { room_id: string; day: string; week: string; session_id: string }): OutdatedBoard[] {
  const periods: TopPeriod[] = [
    { window: "all", id: "" },
    { window: "day", id: row.day },
    { window: "week", id: row.week },
    { window: "session", id: row.session_id },
  ];
  return periods.map((period) => ({ roomId: row.room_id, period }));
}
