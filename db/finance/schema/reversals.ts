import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, at, atMs } from "../../columns";

/** How far refunds of the live database are taken back here; moved in the same transaction as the reversals. */
export const refundCursor = pgTable(
  "refund_cursor",
  {
    id: smallint("id").primaryKey(),
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    /** The refund that has this number, as `markOfRefund` names it. */
    lastRefund: text("last_refund"),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [check("refund_cursor_one_row", sql`${t.id} = 1`)],
);

/**
 * What the refund of one gift took back from its anchor and the platform, at the share by which it was settled. A refund
 * that a restore undid has a second row that gives the same back, with amounts below zero.
 */
export const settlementReversals = pgTable(
  "settlement_reversals",
  {
    refundSeq: bigint("refund_seq", { mode: "number" }).notNull(),
    /** The last rewind before it was written; 0 when there had been none. Of one that `undoes`, the rewind that did. */
    rewindId: integer("rewind_id").notNull().default(0),
    undoes: boolean("undoes").notNull().default(false),
    refundId: uuid("refund_id").notNull(),
    giftOrderId: uuid("gift_order_id").notNull(),
    senderId: uuid("sender_id").notNull(),
    bucket: smallint("bucket").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    anchorId: uuid("anchor_id").notNull(),
    shareBps: integer("share_bps").notNull(),
    coins: amount("coins").notNull(),
    grossFen: amount("gross_fen").notNull(),
    anchorFen: amount("anchor_fen").notNull(),
    platformFen: amount("platform_fen").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "settlement_reversals_once", columns: [t.refundSeq, t.rewindId, t.undoes] }),
    uniqueIndex("settlement_reversals_refund").on(t.refundId, t.rewindId, t.undoes),
    index("settlement_reversals_anchor").on(t.anchorId, t.refundSeq),
    index("settlement_reversals_young").on(t.anchorId, t.createdAt),
    check("reversal_adds_up", sql`${t.anchorFen} + ${t.platformFen} = ${t.grossFen}`),
  ],
);
