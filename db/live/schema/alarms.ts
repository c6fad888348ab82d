import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * What a person has to look at. There is one open alarm of a kind and a subject: the same again counts it up. Somebody
 * who has looked acknowledges it, with a note; what happens afterwards opens another. Some clear by themselves.
 */
export const alarms = pgTable(
  "alarms",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** As `payment.not_understood`; see `domain/contracts/alarms.ts`. */
    kind: text("kind").notNull(),
    /** What it is about, as `kind:id`. */
    subject: text("subject").notNull(),
    /** Of the latest time. No secrets and no personal data. */
    facts: jsonb("facts").notNull().default({}),
    times: integer("times").notNull().default(1),
    traceId: text("trace_id").notNull(),
    firstAt: atMs("first_at").notNull().defaultNow(),
    lastAt: atMs("last_at").notNull().defaultNow(),
    /** Since when what it is about is over, of kinds that say so; null again when it begins anew. */
    clearedAt: atMs("cleared_at"),
    acknowledgedAt: atMs("acknowledged_at"),
    acknowledgedBy: uuid("acknowledged_by"),
    note: text("note"),
  },
  (t) => [
    uniqueIndex("alarms_open").on(t.kind, t.subject).where(sql`acknowledged_at IS NULL`),
    index("alarms_last").on(t.lastAt, t.id),
    index("alarms_firing").on(t.kind, t.subject).where(sql`cleared_at IS NULL AND kind LIKE 'watch.%'`),
  ],
);

/** What happened to alarms, only added to. */
export const alarmChanges = pgTable(
  "alarm_changes",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    alarmId: bigint("alarm_id", { mode: "number" }).notNull(),
    change: text("change", { enum: ["opened", "cleared", "acknowledged"] }).notNull(),
    /** Those of the alarm at that moment. */
    facts: jsonb("facts").notNull().default({}),
    at: atMs("at").notNull().defaultNow(),
  },
  (t) => [index("alarm_changes_alarm").on(t.alarmId, t.id), index("alarm_changes_at").on(t.at)],
);

/** Which changes the webhook was told, or when it is told next. A change that is not here was not tried yet. */
export const alarmDeliveries = pgTable(
  "alarm_deliveries",
  {
    changeId: bigint("change_id", { mode: "number" }).primaryKey(),
    tries: integer("tries").notNull(),
    /** Null when nothing more is to be done. */
    nextTryAt: atMs("next_try_at"),
    deliveredAt: atMs("delivered_at"),
    lastError: text("last_error"),
  },
  (t) => [index("alarm_deliveries_due").on(t.nextTryAt).where(sql`next_try_at IS NOT NULL`)],
);
