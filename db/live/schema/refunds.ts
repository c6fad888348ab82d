import { sql } from "drizzle-orm";
import { bigint, check, index, pgTable, smallint, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { amount, atMs } from "../../columns";

/** One row, whose lock lets one refund at a time take the next number. Refunds are rare. */
export const refundCounter = pgTable(
  "refund_counter",
  {
    id: smallint("id").primaryKey(),
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
  },
  (t) => [check("refund_counter_one_row", sql`${t.id} = 1`)],
);

/** Gifts that an operator gave back. The linked trade is of type `refund`, unique on `refund_id`. */
export const giftRefunds = pgTable(
  "gift_refunds",
  {
    /** Gapless, in order of commit: the finance database takes refunds back by a cursor over it. */
    refundSeq: bigint("refund_seq", { mode: "number" }).primaryKey(),
    refundId: uuid("refund_id").notNull().unique(),
    giftOrderId: uuid("gift_order_id").notNull(),
    senderId: uuid("sender_id").notNull(),
    /** Where the gift's record stands. */
    bucket: smallint("bucket").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    anchorId: uuid("anchor_id").notNull(),
    roomId: uuid("room_id").notNull(),
    totalCoins: amount("total_coins").notNull(),
    /** When the gift was sent; the share in force then is what is taken back. */
    sentAt: atMs("sent_at").notNull(),
    reason: text("reason").notNull(),
    createdBy: uuid("created_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    uniqueIndex("gift_refunds_once").on(t.giftOrderId, t.senderId),
    index("gift_refunds_sender").on(t.senderId, t.createdAt),
    index("gift_refunds_anchor").on(t.anchorId, t.createdAt),
    index("gift_refunds_trace").on(t.traceId),
  ],
);

/**
 * Coins that were taken back from a wallet, by the platform or an operator, because the payment that bought them is owed. The linked trade
 * is of type `adjustment`, unique on `recovery_id`.
 */
export const chargebackRecoveries = pgTable(
  "chargeback_recoveries",
  {
    recoveryId: uuid("recovery_id").primaryKey(),
    paymentId: uuid("payment_id").notNull(),
    userId: uuid("user_id").notNull(),
    coins: amount("coins").notNull(),
    reason: text("reason").notNull(),
    createdBy: uuid("created_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    index("chargeback_recoveries_payment").on(t.paymentId),
    check("recovery_positive", sql`${t.coins} > 0`),
  ],
);

/**
 * Coins given back of what was taken, because the payment owes less than before: a dispute was won, a refund failed. Each
 * corrects one recovery; the linked trade is of type `adjustment`, unique on `return_id`.
 */
export const chargebackReturns = pgTable(
  "chargeback_returns",
  {
    returnId: uuid("return_id").primaryKey(),
    recoveryId: uuid("recovery_id").notNull(),
    paymentId: uuid("payment_id").notNull(),
    userId: uuid("user_id").notNull(),
    coins: amount("coins").notNull(),
    reason: text("reason").notNull(),
    createdBy: uuid("created_by").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    index("chargeback_returns_payment").on(t.paymentId),
    index("chargeback_returns_recovery").on(t.recoveryId),
    check("return_positive", sql`${t.coins} > 0`),
  ],
);
