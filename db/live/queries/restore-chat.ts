import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { noteChatAction, type Removal } from "./chat-removals";

/**
 * Puts a message back that the actor took away since an instant. False when there is none: too late, taken away by somebody else, or
 * with all words of its author.
 */
export async function restoreChatMessage(
  db: LiveDb,
  input: Omit<Removal, "reason" | "now"> & {
    roomId: string;
    senderId: string;
    messageId: string;
    since: Date;
  },
): Promise<boolean> {
  const { roomId, senderId, messageId, actorId, since } = input;
  return await inTransaction(db.sql, async (tx) => {
    const { count } = await tx`
      UPDATE chat_messages m SET removed_at = NULL, removed_by = NULL, removed_reason = NULL
      WHERE message_id = ${messageId} AND sender_id = ${senderId} AND room_id = ${roomId}
        AND removed_by = ${actorId} AND removed_at >= ${since} AND shown_to = 'all'
        AND NOT EXISTS (SELECT 1 FROM chat_hides h
          WHERE h.room_id = m.room_id AND h.user_id = m.sender_id AND h.hidden_at >= m.created_at)`;
    if (count === 0) return false;
    await noteChatAction(tx, { ...input, reason: null }, "chat.restore", { senderId, roomId, messageId });
    return true;
  });
}

/** Who said a message of this id in a room: `preferredId`, or who did so first. */
export async function findSenderOf(
  { sql }: LiveDb,
  input: { roomId: string; messageId: string; preferredId: string | null },
): Promise<string | undefined> {
  const { roomId, messageId, preferredId } = input;
  const [row] = await sql<{ sender_id: string }[]>`
    SELECT sender_id FROM chat_messages WHERE message_id = ${messageId} AND room_id = ${roomId}
    ORDER BY sender_id IS NOT DISTINCT FROM ${preferredId}::uuid DESC, created_at LIMIT 1`;
  return row?.sender_id;
}
