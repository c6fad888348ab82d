import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { takeReversible } from "@/domain/rules/reverse-gifts";
import { listRefundsAfter } from "../ledger/gift-feed";

import { refundedUs } from "./reached-at";
import { raiseBoardVersions } from "./room-boards";

/**
 * Boards are one version ahead of the database for as long as a round of counting is not committed. A refund goes beyond that,
 * so that no board which was raised before it passes for whole after it.
 */
const VERSIONS_OF_A_REFUND = 2;

/** Up to which number refunds are taken off what senders have given. */
async function readSupporterRefundSeq(db: LiveDb): Promise<number> {
  const [row] = await db.sql<{ last_seq: string }[]>`SELECT last_seq FROM supporter_refund_cursor`;
  return Number(row?.last_seq ?? 0);
}

/**
 * Takes refunded gifts off what their senders have given, in the order of the refunds, each once: the cursor moves in
 * the same transaction. A refund waits until its gift is counted. The boards of their rooms are read anew then. Returns
 * the rooms.
 *
 * Locks: supporter_refund_cursor, then room_supporters by key, then room_boards by room, as counting takes them.
 */
export async function discountRefunds(db: LiveDb, limit: number): Promise<Set<string>> {
  const refunds = await listRefundsAfter(db, await readSupporterRefundSeq(db), limit);
  const [first] = refunds;
  if (!first) return new Set();
  return await inTransaction(db.sql, async (tx) => {
    const [cursor] = await tx<{ last_seq: string }[]>`
      SELECT last_seq FROM supporter_refund_cursor FOR UPDATE SKIP LOCKED`;
    if (Number(cursor?.last_seq) !== first.refundSeq - 1) return new Set();
    const counted = await tx<{ bucket: number; last_seq: string }[]>`
      SELECT bucket, last_seq FROM supporter_cursors`;
    const cursors = new Map(counted.map((row) => [row.bucket, Number(row.last_seq)]));
    const { ready } = takeReversible(refunds, first.refundSeq - 1, cursors);
    const last = ready.at(-1);
    if (!last) return new Set();
    await tx`
      SELECT 1 FROM room_supporters WHERE (room_id, sender_id, anonymous) IN (
        SELECT r.room_id, r.sender_id, r.anonymous FROM gift_refunds f JOIN gift_records r USING (bucket, seq)
        WHERE f.refund_seq BETWEEN ${first.refundSeq} AND ${last.refundSeq})
      ORDER BY room_id, sender_id, anonymous FOR UPDATE`;
    const rows = await tx<{ room_id: string }[]>`
      WITH refunded AS (
        SELECT r.room_id, r.sender_id, r.anonymous, r.session_id, r.total_coins AS coins,
          ${refundedUs(tx)} AS reached_us,
          ((r.sent_at AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date AS day
        FROM gift_refunds f JOIN gift_records r USING (bucket, seq)
        WHERE f.refund_seq BETWEEN ${first.refundSeq} AND ${last.refundSeq}
      ), sums AS (
        SELECT room_id, sender_id, anonymous, sum(g.coins) AS all_coins, max(g.reached_us) AS all_reached_us,
          coalesce(sum(g.coins) FILTER (WHERE g.day = t.day), 0) AS day_coins,
          max(g.reached_us) FILTER (WHERE g.day = t.day) AS day_reached_us,
          coalesce(sum(g.coins) FILTER (WHERE date_trunc('week', g.day)::date = t.week), 0) AS week_coins,
          max(g.reached_us) FILTER (WHERE date_trunc('week', g.day)::date = t.week) AS week_reached_us,
          coalesce(sum(g.coins) FILTER (WHERE g.session_id = t.session_id), 0) AS session_coins,
          max(g.reached_us) FILTER (WHERE g.session_id = t.session_id) AS session_reached_us
        FROM room_supporters t JOIN refunded g USING (room_id, sender_id, anonymous)
        GROUP BY room_id, sender_id, anonymous
      )
      UPDATE room_supporters t SET all_coins = t.all_coins - s.all_coins, day_coins = t.day_coins - s.day_coins,
        week_coins = t.week_coins - s.week_coins, session_coins = t.session_coins - s.session_coins,
        all_reached_us = greatest(t.all_reached_us, s.all_reached_us),
        day_reached_us = greatest(t.day_reached_us, s.day_reached_us),
        week_reached_us = greatest(t.week_reached_us, s.week_reached_us),
        session_reached_us = greatest(t.session_reached_us, s.session_reached_us)
      FROM sums s
      WHERE t.room_id = s.room_id AND t.sender_id = s.sender_id AND t.anonymous = s.anonymous
      RETURNING t.room_id`;
    await tx`UPDATE supporter_refund_cursor SET last_seq = ${last.refundSeq}, last_refund = ${last.mark}`;
    const roomIds = new Set(rows.map((row) => row.room_id));
    await raiseBoardVersions(tx, roomIds, VERSIONS_OF_A_REFUND);
    return roomIds;
  });
}
