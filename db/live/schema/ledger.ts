import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, atMs } from "../../columns";

export const SYSTEM_ACCOUNT_KINDS = [
  "recharge_clearing",
  "gift_clearing",
  "packet_escrow",
  "promotion",
  "refund_clearing",
] as const;
export type SystemAccountKind = (typeof SYSTEM_ACCOUNT_KINDS)[number];

/**
 * Every coin account. A wallet's id is its user's id. System accounts are split per bucket, so that no single row is
 * updated by every transaction; their ids come from `systemAccountId`.
 *
 * `version` grows with each change of the balance: caches use it to refuse older values. Room is left on each page
 * so that balance updates stay heap-only (no index holds the balance).
 */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", { enum: ["wallet", ...SYSTEM_ACCOUNT_KINDS] }).notNull(),
    bucket: smallint("bucket").notNull(),
    balanceCoins: amount("balance_coins").notNull().default(0),
    version: bigint("version", { mode: "number" }).notNull().default(0),
    frozenAt: atMs("frozen_at"),
    /**
     * What gifts took out on the latest day on which there were any, and in that day's month, by the platform's
     * calendar. Written with the balance; refunds do not take it back.
     */
    spentDay: date("spent_day"),
    spentDayCoins: amount("spent_day_coins").notNull().default(0),
    spentMonthCoins: amount("spent_month_coins").notNull().default(0),
    createdAt: atMs("created_at").notNull().defaultNow(),
  },
  (t) => [
    check("wallet_not_negative", sql`${t.kind} <> 'wallet' OR ${t.balanceCoins} >= 0`),
    check("bucket_in_range", sql`${t.bucket} BETWEEN 0 AND 63`),
  ],
);

/**
 * The ledger: one row is one trade with two legs that sum to zero, `−amount` on `account_id` and `+amount` on
 * `counter_account_id`. Rows are never updated or deleted; a correction is a new row.
 */
export const trades = pgTable(
  "trades",
  {
    accountId: uuid("account_id").notNull(),
    id: bigint("id", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    counterAccountId: uuid("counter_account_id").notNull(),
    tradeType: text("trade_type", {
      enum: ["gift", "recharge", "packet_escrow", "packet", "packet_refund", "refund", "adjustment"],
    }).notNull(),
    bizId: uuid("biz_id").notNull(),
    amountCoins: amount("amount_coins").notNull(),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "trades_account", columns: [t.accountId, t.id] }),
    uniqueIndex("trades_once").on(t.bizId, t.tradeType, t.accountId),
    /** Coins that came in; gifts all go to clearing accounts, which nobody pages through. */
    index("trades_counter_account").on(t.counterAccountId, t.id).where(sql`trade_type <> 'gift'`),
    check("amount_positive", sql`${t.amountCoins} > 0`),
    check("two_accounts", sql`${t.accountId} <> ${t.counterAccountId}`),
  ],
);
