import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * What an operator wants done that a second one has to agree to. `executing` is committed before anything is done: a
 * proposal that stays there was cut off, and a person says what came of it; nothing does it again.
 */
export const operatorProposals = pgTable(
  "operator_proposals",
  {
    id: uuid("id").primaryKey(),
    /** The procedure, as `finance.setShare`. */
    action: text("action").notNull(),
    /** What it is about, as `kind:id`. */
    subject: text("subject").notNull(),
    /** Exactly as the contract read it. A trigger keeps it, the action and the proposer as they are. */
    input: jsonb("input").notNull(),
    /** SHA-256 of the input with its keys sorted. */
    inputHash: text("input_hash").notNull(),
    /** How it stood when it was proposed. */
    before: jsonb("before"),
    proposedBy: uuid("proposed_by").notNull(),
    reason: text("reason"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
    expiresAt: atMs("expires_at").notNull(),
    state: text("state", { enum: ["pending", "executing", "approved", "rejected", "expired", "failed"] })
      .notNull()
      .default("pending"),
    decidedBy: uuid("decided_by"),
    decidedAt: atMs("decided_at"),
    note: text("note"),
    decisionTraceId: text("decision_trace_id"),
    result: jsonb("result"),
    /** The name of the error it failed with, or why nobody knows what came of it. */
    error: text("error"),
  },
  (t) => [
    uniqueIndex("operator_proposals_pending")
      .on(t.action, t.proposedBy, t.inputHash)
      .where(sql`state = 'pending'`),
    index("operator_proposals_open").on(t.id).where(sql`state IN ('pending', 'executing')`),
    check(
      "operator_proposals_two",
      sql`${t.state} NOT IN ('executing', 'approved') OR (${t.decidedBy} IS NOT NULL AND ${t.decidedBy} <> ${t.proposedBy})`,
    ),
  ],
);
