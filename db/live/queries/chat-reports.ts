import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { noteChatAction, type Removal } from "./chat-removals";

interface MessageKey {
  roomId: string;
  senderId: string;
  messageId: string;
}

/** Reports a message that everybody sees, once a reporter. False when the room has none such. */
export async function insertChatReport(
  { sql }: LiveDb,
  input: MessageKey & { reporterId: string; reason: string; now: Date },
): Promise<boolean> {
  const { roomId, senderId, messageId, reporterId, reason, now } = input;
  const [row] = await sql<{ isThere: boolean }[]>`
    WITH message AS (
      SELECT message_id, sender_id, room_id FROM chat_messages
      WHERE message_id = ${messageId} AND sender_id = ${senderId} AND room_id = ${roomId}
        AND removed_at IS NULL AND shown_to = 'all'
    ), reported AS (
      INSERT INTO chat_reports (message_id, sender_id, room_id, reporter_id, reason, created_at)
      SELECT message_id, sender_id, room_id, ${reporterId}::uuid, ${reason}, ${now} FROM message
      ON CONFLICT DO NOTHING
    )
    SELECT EXISTS (SELECT FROM message) AS "isThere"`;
  return row?.isThere ?? false;
}

export interface ReportedChatRow extends MessageKey {
  senderName: string;
  senderRole: string;
  text: string;
  createdAt: Date;
  title: string;
  anchorId: string;
  anchorName: string;
  reports: number;
  reasons: string[];
  reportedAt: Date;
}

/** The last row of the page before. */
export interface ReportPosition {
  reportedAt: Date;
  messageId: string;
  senderId: string;
}

/**
 * Reported messages that are still there and nobody has decided about, those that were reported first first. Of one room, as its own
 * moderators see them: without what was put aside there, and without words of those whom they cannot judge.
 */
export async function listReportedChat(
  { sql }: LiveDb,
  input: {
    room: { roomId: string; withoutSenders: readonly string[] } | null;
    isOperator: boolean;
    after: ReportPosition | null;
    limit: number;
  },
): Promise<ReportedChatRow[]> {
  const { room, isOperator, after, limit } = input;
  return await sql<ReportedChatRow[]>`
    WITH open AS (
      SELECT r.message_id, r.sender_id, min(r.created_at) AS reported_at, count(*)::int AS reports,
        array_agg(DISTINCT r.reason) AS reasons
      FROM chat_reports r
      WHERE r.decided_at IS NULL
        ${room ? sql`AND r.room_id = ${room.roomId}` : sql``}
        ${room && !isOperator ? sql`AND r.room_decided_at IS NULL AND r.sender_id <> ALL(${room.withoutSenders}::uuid[])` : sql``}
      GROUP BY r.message_id, r.sender_id
    )
    SELECT m.message_id AS "messageId", m.sender_id AS "senderId", m.room_id AS "roomId", m.sender_name AS "senderName",
      m.sender_role AS "senderRole", m.text, m.created_at AS "createdAt", o.reports, o.reasons[1:5] AS reasons,
      o.reported_at AS "reportedAt", rooms.title, rooms.anchor_id AS "anchorId", a.name AS "anchorName"
    FROM open o JOIN chat_messages m USING (message_id, sender_id)
    JOIN rooms ON rooms.id = m.room_id JOIN users a ON a.id = rooms.anchor_id
    WHERE m.removed_at IS NULL
      ${isOperator ? sql`` : sql`AND m.sender_role <> 'operator'`}
      ${after ? sql`AND (o.reported_at, m.message_id, m.sender_id) > (${after.reportedAt}, ${after.messageId}::uuid, ${after.senderId}::uuid)` : sql``}
    ORDER BY o.reported_at, m.message_id, m.sender_id LIMIT ${limit}`;
}

/** Puts the open reports of a message aside: in its room, or as an operator for good. Returns how many those were. */
export async function decideReports(db: LiveDb, input: MessageKey & Removal): Promise<number> {
  const { roomId, senderId, messageId, actorId, isOperator, now } = input;
  return await inTransaction(db.sql, async (tx) => {
    const of = tx`WHERE message_id = ${messageId} AND sender_id = ${senderId} AND room_id = ${roomId}`;
    const { count } = isOperator
      ? await tx`UPDATE chat_reports SET decided_at = ${now}, decided_by = ${actorId} ${of} AND decided_at IS NULL`
      : await tx`
          UPDATE chat_reports SET room_decided_at = ${now}, room_decided_by = ${actorId} ${of} AND room_decided_at IS NULL`;
    if (count > 0)
      await noteChatAction(tx, input, "chat.decide-report", { senderId, roomId, messageId, reports: count });
    return count;
  });
}

/** Messages that wait for an operator. */
export async function countOpenReports({ sql }: LiveDb, max: number): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    SELECT count(*)::int AS open FROM (
      SELECT DISTINCT r.message_id, r.sender_id FROM chat_reports r JOIN chat_messages m USING (message_id, sender_id)
      WHERE r.decided_at IS NULL AND m.removed_at IS NULL LIMIT ${max}) counted`;
  return row?.open ?? 0;
}
