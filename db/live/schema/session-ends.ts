import { bigint, pgTable, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";

/**
 * Sessions that ended, and people whose rights changed, of whom the push service has not been told yet. Triggers write
 * it in the very transaction that ends a session, whoever does that and by whatever means; so no crash loses one.
 */
export const sessionEnds = pgTable("session_ends", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  userId: uuid("user_id").notNull(),
  /** Without one it is about all sessions of the person. */
  sessionId: uuid("session_id"),
  endedAt: at("ended_at").notNull().defaultNow(),
  /** A process is telling it and has until then. */
  takenUntil: at("taken_until"),
});
