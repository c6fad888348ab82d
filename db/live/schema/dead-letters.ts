import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, atMs } from "../../columns";

/**
 * Queue entries that were given up, or set apart for a person to decide on. A row is committed before the entry is
 * acknowledged; what was queued never changes, and `status` leaves `open` once, by a guarded update.
 */
export const deadLetters = pgTable(
  "dead_letters",
  {
    /** Uuid v7: newest last. */
    id: uuid("id").primaryKey(),
    queue: text("queue", { enum: ["gifts", "claims"] }).notNull(),
    bucket: smallint("bucket").notNull(),
    entryId: text("entry_id").notNull(),
    /** The fields of the entry to the letter, names and values in turn, as a JSON array. */
    fields: text("fields").notNull(),
    /** SHA-256 of `fields`: a stream that was lost and begun anew may give an entry id a second time. */
    fieldsHash: text("fields_hash").notNull(),
    reason: text("reason").notNull(),
    /** Whether the order stands as ended in the tables, so that its sender is told so. Never of claims. */
    isTold: boolean("is_told").notNull(),
    giftOrderId: uuid("gift_order_id"),
    /** Who sent the gift, or won the packet. */
    userId: uuid("user_id"),
    rainId: uuid("rain_id"),
    packetIndex: integer("packet_index"),
    coins: amount("coins"),
    traceId: text("trace_id"),
    status: text("status", { enum: ["open", "requeued", "credited", "refunded", "dismissed"] })
      .notNull()
      .default("open"),
    /** What the decision did; see `DEAD_LETTER_EFFECTS`. */
    effect: text("effect", {
      enum: ["queued", "escrow", "promotion", "failed", "refund", "released", "nothing"],
    }),
    /** The trade or the refund that the effect made. */
    effectId: uuid("effect_id"),
    /** Something is still to be done in Redis: done at once, or by the next run of the job. */
    isEffectDue: boolean("is_effect_due").notNull().default(false),
    decidedBy: uuid("decided_by"),
    decidedAt: atMs("decided_at"),
    note: text("note"),
    createdAt: atMs("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("dead_letters_once").on(t.queue, t.bucket, t.entryId, t.fieldsHash),
    index("dead_letters_open").on(t.queue, t.id).where(sql`status = 'open'`),
    index("dead_letters_trace").on(t.traceId),
    index("dead_letters_due").on(t.id).where(sql`is_effect_due`),
    index("dead_letters_order").on(t.giftOrderId, t.userId),
    index("dead_letters_rain").on(t.rainId, t.packetIndex),
    check(
      "dead_letter_decided",
      sql`(${t.status} = 'open') = (${t.decidedBy} IS NULL) AND (${t.status} = 'open') = (${t.effect} IS NULL)
        AND (${t.status} = 'open') = (${t.decidedAt} IS NULL)`,
    ),
  ],
);
