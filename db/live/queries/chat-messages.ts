import { and, count, desc, eq, gte, isNull, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { chatMessages } from "@/db/live/schema";

export type ChatMessageRow = typeof chatMessages.$inferSelect;

/** Stores a message once per sender and message id, and returns what is stored: an earlier one under that id wins. */
export async function insertChatMessage(
  db: LiveDb,
  row: typeof chatMessages.$inferInsert,
): Promise<ChatMessageRow> {
  const [inserted] = await db.orm.insert(chatMessages).values(row).onConflictDoNothing().returning();
  if (inserted) return inserted;
  const [stored] = await db.orm
    .select()
    .from(chatMessages)
    .where(and(eq(chatMessages.messageId, row.messageId), eq(chatMessages.senderId, row.senderId)));
  if (!stored) throw new Error("A chat message vanished between insert and read.");
  return stored;
}

/** The latest messages of a room that nobody took away, newest first. */
export async function listChatMessages(
  db: LiveDb,
  input: { roomId: string; limit: number },
): Promise<ChatMessageRow[]> {
  return db.orm
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.roomId, input.roomId),
        isNull(chatMessages.removedAt),
        // What was stored while words were hidden, by a process that died before it looked.
        sql`NOT EXISTS (SELECT 1 FROM chat_hides h WHERE h.room_id = ${chatMessages.roomId}
          AND h.user_id = ${chatMessages.senderId} AND h.hidden_at >= ${chatMessages.createdAt})`,
      ),
    )
    .orderBy(desc(chatMessages.createdAt), desc(chatMessages.messageId))
    .limit(input.limit);
}

export async function countChatMessages(db: LiveDb, input: { roomId: string; since: Date }): Promise<number> {
  const [row] = await db.orm
    .select({ messages: count() })
    .from(chatMessages)
    .where(and(eq(chatMessages.roomId, input.roomId), gte(chatMessages.createdAt, input.since)));
  return row?.messages ?? 0;
}
