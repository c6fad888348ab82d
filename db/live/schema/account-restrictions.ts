import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * What somebody may not do any more, one row a decision. A row stands until `until` has passed or it is lifted; of several
 * the longest counts. The columns from `heldAt` on say how far a decision has been carried out: whoever dies on the way is
 * followed by a job.
 */
export const accountRestrictions = pgTable(
  "account_restrictions",
  {
    /** Also the id of the payout hold that comes with it. */
    id: uuid("id").primaryKey(),
    userId: uuid("user_id").notNull(),
    kind: text("kind", { enum: ["signIn", "spending", "room", "payouts", "rains"] }).notNull(),
    /** What an operator did: stopped the account, banned the room, froze the wallet, or took the role of anchor away. */
    source: text("source", { enum: ["account", "room", "wallet", "role"] }).notNull(),
    reason: text("reason").notNull(),
    /** Null holds until it is lifted. */
    until: atMs("until"),
    createdBy: uuid("created_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
    liftedAt: atMs("lifted_at"),
    liftedBy: uuid("lifted_by"),
    liftReason: text("lift_reason"),
    /** The role that the person gets together with it. */
    newRole: text("new_role", { enum: ["viewer", "operator"] }),
    /** Payouts are held, where they are to be. */
    heldAt: atMs("held_at"),
    /** In force in this database: sessions, room, rains, wallet, role. */
    appliedAt: atMs("applied_at"),
    /** What `appliedAt` closed, for those who are to be told. */
    roomId: uuid("room_id"),
    closedSessionId: uuid("closed_session_id"),
    /** Everybody concerned has been told. */
    announcedAt: atMs("announced_at"),
    /** It stands no more, and what it had stopped may go on. */
    endedAt: atMs("ended_at"),
  },
  (t) => [
    index("account_restrictions_user").on(t.userId, t.createdAt),
    /** Those that stand, or are not yet undone: few. */
    index("account_restrictions_open").on(t.userId).where(sql`ended_at IS NULL`),
  ],
);
