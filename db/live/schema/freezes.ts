import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * Why wallets are frozen, one row for each reason that stands: a wallet is let go when the last of them is gone, and
 * whoever lifts a reason lifts only that one. `ledger_accounts.frozen_at` follows in the same transaction and is what
 * everybody else reads. What was lifted stays in `operator_actions`.
 */
export const walletFreezes = pgTable(
  "wallet_freezes",
  {
    userId: uuid("user_id").notNull(),
    source: text("source", { enum: ["operator", "payment", "restriction"] }).notNull(),
    /** What of that source: the id of the payment or of the restriction; empty for an operator's. */
    subject: text("subject").notNull().default(""),
    reason: text("reason").notNull(),
    placedBy: uuid("placed_by").notNull(),
    traceId: text("trace_id").notNull(),
    placedAt: atMs("placed_at").notNull(),
  },
  (t) => [primaryKey({ name: "wallet_freezes_once", columns: [t.userId, t.source, t.subject] })],
);
