import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { atMs } from "../../columns";

/**
 * What a person has to look at. There is one open alarm of a kind and a subject: the same again counts it up. Somebody
 * who has looked acknowledges it, with a note; what happens afterwards opens another.
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
    acknowledgedAt: atMs("acknowledged_at"),
    acknowledgedBy: uuid("acknowledged_by"),
    note: text("note"),
  },
  (t) => [
    uniqueIndex("alarms_open").on(t.kind, t.subject).where(sql`acknowledged_at IS NULL`),
    index("alarms_last").on(t.lastAt, t.id),
  ],
);
