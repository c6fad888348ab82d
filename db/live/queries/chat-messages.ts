import { and, count, desc, eq, gte, isNull, or, sql } from "drizzle-orm";
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

/** What was stored while words were hidden, by a process that died before it looked, is hidden as well. */
export const isNotHidden = sql`NOT EXISTS (SELECT 1 FROM chat_hides h WHERE h.room_id = ${chatMessages.roomId}
  AND h.user_id = ${chatMessages.senderId} AND h.hidden_at >= ${chatMessages.createdAt})`;

/** The latest messages of a room, or those before one, that nobody took away and the reader may see, newest first. */
export async function listChatMessages(
  db: LiveDb,
  input: {
    roomId: string;
    readerId: string | null;
    before?: { at: Date; messageId: string } | undefined;
    limit: number;
  },
): Promise<ChatMessageRow[]> {
  const { readerId, before } = input;
  const isForAll = eq(chatMessages.shownTo, "all");
  return db.orm
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.roomId, input.roomId),
        isNull(chatMessages.removedAt),
        readerId === null ? isForAll : or(isForAll, eq(chatMessages.senderId, readerId)),
        isNotHidden,
        before &&
          sql`(${chatMessages.createdAt}, ${chatMessages.messageId}) < (${before.at.toISOString()}::timestamptz, ${before.messageId}::uuid)`,
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
