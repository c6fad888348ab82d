import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
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
  },
  (t) => [
    uniqueIndex("recharge_orders_once").on(t.orderId, t.userId),
    uniqueIndex("recharge_orders_provider").on(t.provider, t.providerRef),
    uniqueIndex("recharge_orders_charge").on(t.provider, t.chargeRef),
    index("recharge_orders_created").on(t.createdAt),
    index("recharge_orders_user").on(t.userId, t.createdAt),
    index("recharge_orders_ask").on(t.askAt).where(sql`ask_at IS NOT NULL`),
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
  ],
);
