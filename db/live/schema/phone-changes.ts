import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";
import { users } from "./users";

/**
 * How far each change of a phone number is: asked (codes are on their way to both numbers), proven (both were typed),
 * done or refused. A change that was cut off goes on from where it stands; numbers stand here as blind indexes only.
 */
export const phoneChanges = pgTable(
  "phone_changes",
  {
    /** Made by the client, so that asking again is the same change. */
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The one session that may go on with it, and the only one that outlives it. */
    sessionId: uuid("session_id").notNull(),
    oldIndex: text("old_index").notNull(),
    newIndex: text("new_index").notNull(),
    status: text("status", { enum: ["asked", "proven", "done", "refused"] }).notNull(),
    /** Until when nothing is paid out; decided when both codes were right. */
    heldUntil: atMs("held_until"),
    /** When the old number was told. */
    noticedAt: atMs("noticed_at"),
    endedAt: atMs("ended_at"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("phone_changes_user").on(t.userId, t.createdAt),
    check(
      "phone_changes_indexes",
      sql`${t.oldIndex} ~ '^[0-9a-f]{64}$' AND ${t.newIndex} ~ '^[0-9a-f]{64}$'`,
    ),
    check("phone_changes_status", sql`${t.status} IN ('asked', 'proven', 'done', 'refused')`),
  ],
);
