import { cidr, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/** Addresses that are turned away everywhere. Who blocked and unblocked what is in the audit log; here stands what holds. */
export const ipBlocks = pgTable("ip_blocks", {
  range: cidr("range").primaryKey(),
  reason: text("reason").notNull(),
  blockedBy: uuid("blocked_by").notNull(),
  /** Null holds until somebody lifts it. */
  expiresAt: atMs("expires_at"),
  createdAt: atMs("created_at").notNull().defaultNow(),
});
