import { and, asc, eq, isNull } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { chatMessages } from "@/db/live/schema";
import { inTransaction } from "@/db/transaction";
import { type ChatMessageRow, isNotHidden } from "./chat-messages";
import { noteChatAction, type Removal } from "./chat-removals";

/** Messages of a room that wait for a moderator, the oldest first. */
export async function listHeldChat(
  db: LiveDb,
  input: { roomId: string; limit: number },
): Promise<ChatMessageRow[]> {
  return await db.orm
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.roomId, input.roomId),
        eq(chatMessages.shownTo, "held"),
        isNull(chatMessages.removedAt),
        isNotHidden,
      ),
    )
    .orderBy(asc(chatMessages.createdAt), asc(chatMessages.messageId))
    .limit(input.limit);
}

/**
 * Lets everybody see a message that waits, as said at `now`. False when none waits any more: it was let through or taken
 * away before, or its author's words are hidden.
 */
export async function showHeldChat(
  db: LiveDb,
  input: Removal & { roomId: string; senderId: string; messageId: string },
): Promise<boolean> {
  const { roomId, senderId, messageId, now } = input;
  return await inTransaction(db.sql, async (tx) => {
    const { count } = await tx`
      UPDATE chat_messages m SET shown_to = 'all', created_at = ${now}
      WHERE message_id = ${messageId} AND sender_id = ${senderId} AND room_id = ${roomId}
        AND shown_to = 'held' AND removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM chat_hides h
          WHERE h.room_id = m.room_id AND h.user_id = m.sender_id AND h.hidden_at >= m.created_at)`;
    if (count === 0) return false;
    await noteChatAction(tx, input, "chat.show", { senderId, roomId, messageId });
    return true;
  });
}
