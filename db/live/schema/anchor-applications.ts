import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";
import { users } from "./users";

/** Who asked to become an anchor, and what an operator said. One of a person is open at a time; decided ones stay. */
export const anchorApplications = pgTable(
  "anchor_applications",
  {
    /** Made by the client, once per intent. */
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** What they say for themselves. */
    about: text("about").notNull(),
    status: text("status", { enum: ["open", "approved", "rejected"] })
      .notNull()
      .default("open"),
    createdAt: atMs("created_at").notNull(),
    decidedAt: atMs("decided_at"),
    decidedBy: uuid("decided_by"),
    /** The person reads it. */
    reason: text("reason"),
  },
  (t) => [
    uniqueIndex("anchor_applications_open").on(t.userId).where(sql`status = 'open'`),
    index("anchor_applications_made").on(t.createdAt, t.id),
    index("anchor_applications_person").on(t.userId, t.createdAt),
    check("anchor_applications_decided", sql`(${t.status} = 'open') = (${t.decidedAt} IS NULL)`),
  ],
);
