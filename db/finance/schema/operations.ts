import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, atMs } from "../../columns";

/** Rules that an operator changes while the platform runs. What may stand in `value` is a contract by key. */
export const policies = pgTable("policies", {
  key: text("key").primaryKey(),
  value: jsonb("value").notNull(),
  version: integer("version").notNull().default(1),
  updatedBy: uuid("updated_by"),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/** What operators did, in the database that they did it to and in the same transaction. Never updated or deleted. */
export const operatorActions = pgTable(
  "operator_actions",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    actorId: uuid("actor_id").notNull(),
    action: text("action").notNull(),
    /** What it was done to, as `kind:id`. */
    subject: text("subject").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    reason: text("reason"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("operator_actions_subject").on(t.subject, t.id),
    index("operator_actions_actor").on(t.actorId, t.id),
    index("operator_actions_trace").on(t.traceId),
  ],
);

/** Stretches in which a settlement worker had something to settle. */
export const settlementRuns = pgTable(
  "settlement_runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    node: text("node").notNull(),
    startedAt: atMs("started_at").notNull(),
    endedAt: atMs("ended_at").notNull(),
    batches: integer("batches").notNull(),
    gifts: bigint("gifts", { mode: "number" }).notNull(),
    lines: integer("lines").notNull(),
    grossFen: bigint("gross_fen", { mode: "number" }).notNull(),
    anchorFen: bigint("anchor_fen", { mode: "number" }).notNull(),
    /** Age of the oldest gift when the run began. */
    lagMs: bigint("lag_ms", { mode: "number" }).notNull(),
    error: text("error"),
  },
  (t) => [index("settlement_runs_started").on(t.startedAt)],
);

/** One comparison of the live database, the finance database, the queue and the caches. */
export const reconciliationRuns = pgTable(
  "reconciliation_runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    status: text("status", { enum: ["running", "clean", "differences", "failed"] }).notNull(),
    differences: integer("differences").notNull().default(0),
    /** By check: how many things were compared, what the totals were, how long it took. */
    checks: jsonb("checks").notNull().default([]),
    error: text("error"),
    requestedBy: uuid("requested_by"),
    traceId: text("trace_id").notNull(),
    startedAt: atMs("started_at").notNull(),
    endedAt: atMs("ended_at"),
  },
  (t) => [index("reconciliation_runs_started").on(t.startedAt)],
);

/** Each thing that did not agree, with what leads to its cause. */
export const reconciliationDifferences = pgTable(
  "reconciliation_differences",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    runId: bigint("run_id", { mode: "number" })
      .notNull()
      .references(() => reconciliationRuns.id),
    check: text("check").notNull(),
    /** As `kind:id`: a wallet, an anchor, a bucket, a gift order, a withdrawal. */
    subject: text("subject").notNull(),
    expected: text("expected"),
    actual: text("actual"),
    facts: jsonb("facts").notNull().default({}),
  },
  (t) => [index("reconciliation_differences_run").on(t.runId, t.id)],
);
