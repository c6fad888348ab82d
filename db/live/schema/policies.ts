import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { amount, at, atMs } from "../../columns";

/** Rules that an operator changes while the platform runs. What may stand in `value` is a contract by key. */
export const policies = pgTable("policies", {
  key: text("key").primaryKey(),
  value: jsonb("value").notNull(),
  version: integer("version").notNull().default(1),
  updatedBy: uuid("updated_by"),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

/**
 * Tighter caps of one viewer, set by themselves or an operator; null leaves the platform's. From `next_at` on the
 * `next_` values hold instead of the others: a viewer's own raise waits.
 */
export const spendingCaps = pgTable("spending_caps", {
  userId: uuid("user_id").primaryKey(),
  giftCoinsMax: amount("gift_coins_max"),
  dayCoinsMax: amount("day_coins_max"),
  monthCoinsMax: amount("month_coins_max"),
  nextAt: atMs("next_at"),
  nextGiftCoinsMax: amount("next_gift_coins_max"),
  nextDayCoinsMax: amount("next_day_coins_max"),
  nextMonthCoinsMax: amount("next_month_coins_max"),
  updatedBy: uuid("updated_by").notNull(),
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
