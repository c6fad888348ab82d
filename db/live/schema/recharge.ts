import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { PaymentStanding } from "@/domain/contracts/recharge";
import { amount, atMs } from "../../columns";

/** What can be bought: coins for a price. */
export const rechargeProducts = pgTable(
  "recharge_products",
  {
    id: text("id").primaryKey(),
    coins: amount("coins").notNull(),
    priceFen: amount("price_fen").notNull(),
    sortOrder: integer("sort_order").notNull().default(100),
    enabled: boolean("enabled").notNull().default(true),
    createdAt: atMs("created_at").notNull().defaultNow(),
    updatedAt: atMs("updated_at").notNull().defaultNow(),
  },
  (t) => [check("recharge_product_range", sql`${t.coins} BETWEEN 1 AND 100000000 AND ${t.priceFen} > 0`)],
);

/**
 * Orders of coins. `order_id` is the client's, scoped by user; `payment_id` is ours: the provider knows the order by it,
 * and the trade that credits it is unique on it. Coins and price are fixed when the order is made.
 */
export const rechargeOrders = pgTable(
  "recharge_orders",
  {
    paymentId: uuid("payment_id").primaryKey(),
    userId: uuid("user_id").notNull(),
    orderId: uuid("order_id").notNull(),
    productId: text("product_id").notNull(),
    coins: amount("coins").notNull(),
    amountFen: amount("amount_fen").notNull(),
    provider: text("provider").notNull(),
    /** The provider's own id of the payment. */
    providerRef: text("provider_ref"),
    /** The provider's id of the charge, known once it is paid: a dispute may name nothing else. */
    chargeRef: text("charge_ref"),
    payUrl: text("pay_url"),
    status: text("status", { enum: ["pending", "paid", "expired", "failed", "charged_back"] }).notNull(),
    reason: text("reason"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
    /** An order that is not paid until then expires, after the provider was asked. */
    expiresAt: atMs("expires_at").notNull(),
    /** When the provider is asked next because no callback came; null once nothing can come any more. */
    askAt: atMs("ask_at"),
    asks: integer("asks").notNull().default(0),
    paidAt: atMs("paid_at"),
    chargedBackAt: atMs("charged_back_at"),
    /** What `payment_events` fold to; moves in the transaction that hears an event. */
    standing: text("standing").$type<PaymentStanding>().notNull().default("clear"),
    owedFen: amount("owed_fen").notNull().default(0),
    owedCoins: amount("owed_coins").notNull().default(0),
    /** When the books are brought in line with the standing next; null when they are. */
    recoverAt: atMs("recover_at"),
  },
  (t) => [
    uniqueIndex("recharge_orders_once").on(t.orderId, t.userId),
    uniqueIndex("recharge_orders_provider").on(t.provider, t.providerRef),
    uniqueIndex("recharge_orders_charge").on(t.provider, t.chargeRef),
    index("recharge_orders_created").on(t.createdAt),
    index("recharge_orders_trace").on(t.traceId),
    index("recharge_orders_user").on(t.userId, t.createdAt),
    index("recharge_orders_ask").on(t.askAt).where(sql`ask_at IS NOT NULL`),
    index("recharge_orders_recover").on(t.recoverAt).where(sql`recover_at IS NOT NULL`),
    check(
      "recharge_owed",
      sql`${t.owedFen} BETWEEN 0 AND ${t.amountFen} AND ${t.owedCoins} BETWEEN 0 AND ${t.coins}`,
    ),
    check("recharge_amounts", sql`${t.coins} > 0 AND ${t.amountFen} > 0`),
  ],
);

/** Callbacks whose signature was right, once each: a nonce that comes again is a replay. */
export const paymentCallbacks = pgTable(
  "payment_callbacks",
  {
    provider: text("provider").notNull(),
    nonce: text("nonce").notNull(),
    kind: text("kind").notNull(),
    paymentId: uuid("payment_id"),
    outcome: text("outcome").notNull(),
    traceId: text("trace_id").notNull(),
    receivedAt: atMs("received_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "payment_callbacks_once", columns: [t.provider, t.nonce] }),
    index("payment_callbacks_received").on(t.receivedAt),
    index("payment_callbacks_trace").on(t.traceId),
    index("payment_callbacks_payment").on(t.paymentId),
  ],
);

/**
 * Everything that providers said about money that went back or may, once each, however often it was said. Rows are only
 * added: how a payment stands is computed from all of them. Kept also for a payment that is not known yet, under the
 * provider's id of its charge; it counts from when the order knows that charge.
 */
export const paymentEvents = pgTable(
  "payment_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    provider: text("provider").notNull(),
    /** Names what was said, so that saying it again adds nothing. */
    eventKey: text("event_key").notNull(),
    paymentId: uuid("payment_id"),
    chargeRef: text("charge_ref"),
    kind: text("kind", {
      enum: ["paid", "failed", "refund", "refund_total", "dispute", "fraud_warning", "not_understood"],
    }).notNull(),
    /** The provider's id of the refund, dispute or warning. */
    ref: text("ref").notNull(),
    state: text("state").notNull(),
    /** Null stands for the whole payment: none was named, or in another currency. */
    amountFen: amount("amount_fen"),
    said: jsonb("said").$type<Record<string, unknown>>().notNull(),
    saidAt: atMs("said_at"),
    traceId: text("trace_id").notNull(),
    heardAt: atMs("heard_at").notNull(),
  },
  (t) => [
    uniqueIndex("payment_events_once").on(t.provider, t.eventKey),
    index("payment_events_payment").on(t.paymentId),
    index("payment_events_charge").on(t.provider, t.chargeRef),
  ],
);

/** Gifts that were taken back because the payment that paid for them is owed. Each has its row in `gift_refunds`. */
export const paymentTakeBacks = pgTable(
  "payment_take_backs",
  {
    refundId: uuid("refund_id").primaryKey(),
    refundSeq: bigint("refund_seq", { mode: "number" }).notNull(),
    paymentId: uuid("payment_id").notNull(),
    userId: uuid("user_id").notNull(),
    giftOrderId: uuid("gift_order_id").notNull(),
    anchorId: uuid("anchor_id").notNull(),
    coins: amount("coins").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [index("payment_take_backs_payment").on(t.paymentId, t.anchorId)],
);

/**
 * Payouts held for a payment: what stands in the finance database under the same id. `placed_at` is set once it stands
 * there; `ending_at` before it is lifted there, so that nobody relies on it any more; `lifted_at` after that.
 */
export const paymentHolds = pgTable(
  "payment_holds",
  {
    holdId: uuid("hold_id").primaryKey(),
    paymentId: uuid("payment_id").notNull(),
    anchorId: uuid("anchor_id").notNull(),
    createdAt: atMs("created_at").notNull(),
    placedAt: atMs("placed_at"),
    endingAt: atMs("ending_at"),
    liftedAt: atMs("lifted_at"),
  },
  (t) => [
    uniqueIndex("payment_holds_standing").on(t.paymentId, t.anchorId).where(sql`ending_at IS NULL`),
    index("payment_holds_payment").on(t.paymentId),
  ],
);
