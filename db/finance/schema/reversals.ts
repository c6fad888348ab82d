import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { amount, at, atMs } from "../../columns";

/** How far refunds of the live database are taken back here; moved in the same transaction as the reversals. */
export const refundCursor = pgTable(
  "refund_cursor",
  {
    id: smallint("id").primaryKey(),
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [check("refund_cursor_one_row", sql`${t.id} = 1`)],
);

/** What the refund of one gift took back from its anchor and the platform, at the share by which it was settled. */
export const settlementReversals = pgTable(
  "settlement_reversals",
  {
    refundSeq: bigint("refund_seq", { mode: "number" }).primaryKey(),
    refundId: uuid("refund_id").notNull().unique(),
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
    index("settlement_reversals_anchor").on(t.anchorId, t.refundSeq),
    index("settlement_reversals_young").on(t.anchorId, t.createdAt),
    check("reversal_adds_up", sql`${t.anchorFen} + ${t.platformFen} = ${t.grossFen}`),
  ],
);
