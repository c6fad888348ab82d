import { sql } from "drizzle-orm";
import { foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { chatMessages, rooms } from "./rooms";

/**
 * Messages that people reported, once each. The room's own moderators may put a report aside; operators see it until one of them
 * has decided, or the message is gone.
 */
export const chatReports = pgTable(
  "chat_reports",
  {
    senderId: uuid("sender_id").notNull(),
    messageId: uuid("message_id").notNull(),
    reporterId: uuid("reporter_id").notNull(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id),
    reason: text("reason").notNull(),
    createdAt: at("created_at").notNull(),
    roomDecidedAt: at("room_decided_at"),
    roomDecidedBy: uuid("room_decided_by"),
    decidedAt: at("decided_at"),
    decidedBy: uuid("decided_by"),
  },
  (t) => [
    primaryKey({ columns: [t.messageId, t.senderId, t.reporterId] }),
    index("chat_reports_open").on(t.createdAt).where(sql`decided_at IS NULL`),
    index("chat_reports_of_room")
      .on(t.roomId, t.createdAt)
      .where(sql`decided_at IS NULL AND room_decided_at IS NULL`),
    /** Reports are kept no longer than what they are about. */
    foreignKey({
      name: "chat_reports_message",
      columns: [t.messageId, t.senderId],
      foreignColumns: [chatMessages.messageId, chatMessages.senderId],
    }).onDelete("cascade"),
  ],
);
