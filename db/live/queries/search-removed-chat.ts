import type { LiveDb } from "@/db/client";

export interface RemovedChatRow {
  messageId: string;
  senderId: string;
  senderName: string;
  senderRole: string;
  text: string;
  traceId: string;
  createdAt: Date;
  roomId: string;
  title: string;
  anchorId: string;
  anchorName: string;
  removedAt: Date;
  removedBy: string;
  removedByName: string | null;
  removedReason: string | null;
}

/** The last row of the page before. Many rows share an instant: all words of somebody go at once. */
export interface RemovedChatPosition {
  removedAt: Date;
  messageId: string;
  senderId: string;
}

/** Words that were taken away, the latest removal first: of some senders, in the rooms of some anchors, or all. */
export async function searchRemovedChat(
  { sql }: LiveDb,
  input: {
    senderIds?: readonly string[];
    anchorIds?: readonly string[];
    below: RemovedChatPosition | null;
    limit: number;
  },
): Promise<RemovedChatRow[]> {
  const { senderIds, anchorIds, below, limit } = input;
  return await sql<RemovedChatRow[]>`
    WITH page AS MATERIALIZED (
      SELECT * FROM chat_messages
      WHERE removed_at IS NOT NULL AND removed_by IS NOT NULL
        ${senderIds ? sql`AND sender_id = ANY(${senderIds}::uuid[])` : sql``}
        ${anchorIds ? sql`AND room_id = ANY(ARRAY(SELECT id FROM rooms WHERE anchor_id = ANY(${anchorIds}::uuid[])))` : sql``}
        ${
          below
            ? sql`AND (removed_at, message_id, sender_id) < (${below.removedAt}, ${below.messageId}, ${below.senderId})`
            : sql``
        }
      ORDER BY removed_at DESC, message_id DESC, sender_id DESC LIMIT ${limit})
    SELECT m.message_id AS "messageId", m.sender_id AS "senderId", m.sender_name AS "senderName",
      m.sender_role AS "senderRole", m.text, m.trace_id AS "traceId", m.created_at AS "createdAt",
      m.room_id AS "roomId", r.title, r.anchor_id AS "anchorId", a.name AS "anchorName",
      m.removed_at AS "removedAt", m.removed_by AS "removedBy", who.name AS "removedByName",
      m.removed_reason AS "removedReason"
    FROM page m JOIN rooms r ON r.id = m.room_id JOIN users a ON a.id = r.anchor_id
    LEFT JOIN users who ON who.id = m.removed_by
    ORDER BY m.removed_at DESC, m.message_id DESC, m.sender_id DESC`;
}
