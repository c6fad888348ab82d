import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * Reasons for which nothing is paid out to an anchor, in the database that pays. A hold is in force until `until` has
 * passed or it is lifted. It is placed under the lock of the anchor's payouts, so that a payout either left before it or
 * finds it.
 */
export const payoutHolds = pgTable(
  "payout_holds",
  {
    /** Named by whoever places it, so that placing it again changes nothing. */
    id: uuid("id").primaryKey(),
    anchorId: uuid("anchor_id").notNull(),
    kind: text("kind", { enum: ["restriction", "phone_changed", "charge_back", "operator"] }).notNull(),
    reason: text("reason").notNull(),
    /** Null holds until it is lifted. */
    until: atMs("until"),
    placedBy: uuid("placed_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
    liftedAt: atMs("lifted_at"),
    liftedBy: uuid("lifted_by"),
  },
  (t) => [index("payout_holds_standing").on(t.anchorId).where(sql`lifted_at IS NULL`)],
);
