import { sql } from "drizzle-orm";
import { bigint, check, pgTable, smallint, text } from "drizzle-orm/pg-core";

/**
 * The chain over `operator_actions`, in either database: one link a row, in the order of commit, each with the hash of
 * the one before. A trigger writes it at the end of the transaction; the application's role can only read it.
 */
export const operatorActionLinks = pgTable("operator_action_links", {
  /** Gapless, in the order of commit. */
  seq: bigint("seq", { mode: "number" }).primaryKey(),
  actionId: bigint("action_id", { mode: "number" }).notNull().unique(),
  previousHash: text("previous_hash").notNull(),
  /** SHA-256 over the place, the hash before and the whole row; see `operator_action_hash` in the migrations. */
  hash: text("hash").notNull(),
});

/** Where the chain ends. One row, whose lock lets one transaction at a time add to it. */
export const operatorActionHead = pgTable(
  "operator_action_head",
  {
    id: smallint("id").primaryKey(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [check("operator_action_head_one_row", sql`${t.id} = 1`)],
);
