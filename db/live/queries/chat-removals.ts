import { and, desc, eq, isNotNull, lt } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { chatMessages } from "@/db/live/schema";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { ChatMessageRow } from "./chat-messages";

/** Who takes words away. What an operator does is also written down among the operators' actions. */
export interface Removal {
  actorId: string;
  isOperator: boolean;
  reason: string | null;
  traceId: string;
  now: Date;
}

/** What an operator does to somebody's words is written down; what those do who moderate a room alone is not. */
export async function noteChatAction(
  tx: Sql,
  { actorId, isOperator, reason, traceId }: Pick<Removal, "actorId" | "isOperator" | "reason" | "traceId">,
  action: string,
  {
    senderId,
    ...after
  }: { senderId: string; roomId: string; messageId?: string } & Record<string, string | number>,
): Promise<void> {
  if (!isOperator) return;
  await insertOperatorAction(tx, { actorId, action, subject: `user:${senderId}`, after, reason, traceId });
}

/** A message, whoever may read it; undefined when the room has none under that id. */
export async function findChatMessage(
  db: LiveDb,
  input: { roomId: string; senderId: string; messageId: string },
): Promise<ChatMessageRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.messageId, input.messageId),
        eq(chatMessages.senderId, input.senderId),
        eq(chatMessages.roomId, input.roomId),
      ),
    );
  return row;
}

/** Takes one message away. Who did it first stands. Returns false when there is none to take away. */
export async function removeChatMessage(
  db: LiveDb,
  input: Removal & { roomId: string; senderId: string; messageId: string },
): Promise<boolean> {
  const { roomId, senderId, messageId, actorId, reason, now } = input;
  return await inTransaction(db.sql, async (tx) => {
    const { count } = await tx`
      UPDATE chat_messages SET removed_at = ${now}, removed_by = ${actorId}, removed_reason = ${reason}
      WHERE message_id = ${messageId} AND sender_id = ${senderId} AND room_id = ${roomId} AND removed_at IS NULL`;
    if (count === 0) return false;
    await noteChatAction(tx, input, "chat.remove", { senderId, roomId, messageId });
    return true;
  });
}

/**
 * Hides what somebody has said in a room up to `now`, by the times of the messages; returns how many that were. Two
 * transactions: a message of before that the marking does not see, because it is being stored, is hidden by the time that
 * was written down before, and marked by whoever stores it (`settleChatMessage`).
 */
export async function hideChatMessages(
  db: LiveDb,
  input: Removal & { roomId: string; userId: string },
): Promise<number> {
  const { roomId, userId, actorId, reason, now } = input;
  await db.sql`
    INSERT INTO chat_hides (room_id, user_id, hidden_at, hidden_by, reason)
    VALUES (${roomId}, ${userId}, ${now}, ${actorId}, ${reason})
    ON CONFLICT (room_id, user_id) DO UPDATE
      SET hidden_at = EXCLUDED.hidden_at, hidden_by = EXCLUDED.hidden_by, reason = EXCLUDED.reason
      WHERE chat_hides.hidden_at < EXCLUDED.hidden_at`;
  return await inTransaction(db.sql, async (tx) => {
    const { count } = await tx`
      UPDATE chat_messages SET removed_at = ${now}, removed_by = ${actorId}, removed_reason = ${reason}
      WHERE sender_id = ${userId} AND room_id = ${roomId} AND removed_at IS NULL AND created_at <= ${now}`;
    await noteChatAction(tx, input, "chat.hide", { senderId: userId, roomId, messages: count });
    return count;
  });
}

/**
 * Asked after a message was stored and announced: whether it was taken away meanwhile, or belongs to words that were hidden
 * while it was on its way. Then it is marked as they are.
 */
export async function settleChatMessage(
  db: LiveDb,
  input: { senderId: string; messageId: string },
): Promise<"stands" | "removed"> {
  const { senderId, messageId } = input;
  const [row] = await db.sql<{ is_removed: boolean; is_hidden: boolean }[]>`
    SELECT m.removed_at IS NOT NULL AS is_removed,
      h.user_id IS NOT NULL AND (h.hidden_at >= m.created_at OR EXISTS (
        SELECT 1 FROM room_restrictions r
        WHERE r.room_id = m.room_id AND r.user_id = m.sender_id AND r.kind = 'kick' AND r.lifted_at IS NULL
          AND (r.until IS NULL OR r.until > now()) AND h.hidden_at >= r.created_at)) AS is_hidden
    FROM chat_messages m LEFT JOIN chat_hides h ON h.room_id = m.room_id AND h.user_id = m.sender_id
    WHERE m.message_id = ${messageId} AND m.sender_id = ${senderId}`;
  if (!row || row.is_removed) return "removed";
  if (!row.is_hidden) return "stands";
  await db.sql`
    UPDATE chat_messages m SET removed_at = h.hidden_at, removed_by = h.hidden_by, removed_reason = h.reason
    FROM chat_hides h
    WHERE m.message_id = ${messageId} AND m.sender_id = ${senderId} AND m.removed_at IS NULL
      AND h.room_id = m.room_id AND h.user_id = m.sender_id`;
  return "removed";
}

/**
 * Hides what somebody has said anywhere. Returns the rooms in which that was since an instant: those may still show it.
 */
export async function hideAllChatMessages(
  db: LiveDb,
  input: { userId: string; actorId: string; reason: string | null; now: Date; since: Date },
): Promise<string[]> {
  const { userId, actorId, reason, now, since } = input;
  const rooms = await db.sql<{ room_id: string }[]>`
    INSERT INTO chat_hides (room_id, user_id, hidden_at, hidden_by, reason)
    SELECT room_id, ${userId}, ${now}, ${actorId}, ${reason} FROM (
      SELECT DISTINCT room_id FROM chat_messages WHERE sender_id = ${userId} AND created_at >= ${since}) spoken
    ON CONFLICT (room_id, user_id) DO UPDATE
      SET hidden_at = GREATEST(chat_hides.hidden_at, EXCLUDED.hidden_at), hidden_by = EXCLUDED.hidden_by,
        reason = EXCLUDED.reason
    RETURNING room_id`;
  await db.sql`
    UPDATE chat_messages SET removed_at = ${now}, removed_by = ${actorId}, removed_reason = ${reason}
    WHERE sender_id = ${userId} AND removed_at IS NULL`;
  return rooms.map((row) => row.room_id);
}

/** Whether somebody has ever said something in a room. */
export async function hasSpoken(db: LiveDb, input: { roomId: string; userId: string }): Promise<boolean> {
  const [row] = await db.sql`
    SELECT 1 FROM chat_messages WHERE sender_id = ${input.userId} AND room_id = ${input.roomId} LIMIT 1`;
  return row !== undefined;
}

/** More is not asked for at once: a room keeps fewer events. */
const REMOVALS_MAX = 5_000;

/**
 * What was taken away in a room since an instant, and so everything that was said since then and is gone: messages as
 * `sender/message`, and up to which time, as ISO text, somebody's words are hidden.
 */
export async function listRemovalsSince(
  db: LiveDb,
  { roomId, since }: { roomId: string; since: Date },
): Promise<{ removed: Set<string>; hidden: Map<string, string> }> {
  const [removed, hidden] = await Promise.all([
    db.sql<{ sender_id: string; message_id: string }[]>`
      SELECT sender_id, message_id FROM chat_messages
      WHERE room_id = ${roomId} AND removed_at >= ${since} ORDER BY removed_at DESC LIMIT ${REMOVALS_MAX}`,
    db.sql<{ user_id: string; hidden_at: Date }[]>`
      SELECT user_id, hidden_at FROM chat_hides
      WHERE room_id = ${roomId} AND hidden_at >= ${since} ORDER BY hidden_at DESC LIMIT ${REMOVALS_MAX}`,
  ]);
  return {
    removed: new Set(removed.map((row) => `${row.sender_id}/${row.message_id}`)),
    hidden: new Map(hidden.map((row) => [row.user_id, row.hidden_at.toISOString()])),
  };
}

/** What was taken away in a room, the newest message first, from before an instant. */
export async function listRemovedChat(
  db: LiveDb,
  input: { roomId: string; before: Date; limit: number },
): Promise<ChatMessageRow[]> {
  return db.orm
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.roomId, input.roomId),
        isNotNull(chatMessages.removedAt),
        lt(chatMessages.createdAt, input.before),
      ),
    )
    .orderBy(desc(chatMessages.createdAt), desc(chatMessages.messageId))
    .limit(input.limit);
}
