import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { WithdrawalAssessment } from "@/domain/contracts/withdrawal";
import { amount, atMs } from "../../columns";

export const WITHDRAWAL_STATUSES = ["requested", "approved", "paying", "paid", "rejected", "failed"] as const;

export const PAYOUT_ACCOUNT_KINDS = ["bank", "alipay", "wechat"] as const;

/**
 * What anchors took out: requested → approved → paying → paid, or rejected, or failed. The amount is frozen from the
 * request on. `withdrawal_id` is the client's, scoped by anchor; the provider knows the payout by `payout_id`.
 */
export const withdrawals = pgTable(
  "withdrawals",
  {
    anchorId: uuid("anchor_id").notNull(),
    withdrawalId: uuid("withdrawal_id").notNull(),
    payoutId: uuid("payout_id").notNull().unique(),
    amountFen: amount("amount_fen").notNull(),
    status: text("status", { enum: WITHDRAWAL_STATUSES }).notNull(),
    /** AES-256-GCM with the key's id; see `platform/security`. */
    accountCipher: text("account_cipher").notNull(),
    /** Tells whether two withdrawals name the same account without showing it. */
    accountIndex: text("account_index").notNull(),
    accountKind: text("account_kind", { enum: PAYOUT_ACCOUNT_KINDS }).notNull(),
    /** What may be shown of its owner's name and its number. */
    nameMasked: text("name_masked").notNull(),
    accountMasked: text("account_masked").notNull(),
    /** What was looked at when it was asked for, and why it did not pass by itself; null for those from before. */
    assessment: jsonb("assessment").$type<WithdrawalAssessment>(),
    note: text("note"),
    decidedBy: uuid("decided_by"),
    decidedAt: atMs("decided_at"),
    /** When the provider may last have been sent the order; null when it never can have been. */
    orderedAt: atMs("ordered_at"),
    providerRef: text("provider_ref"),
    failureReason: text("failure_reason"),
    attempts: integer("attempts").notNull().default(0),
    /** When a payout is tried or asked for next; null unless approved or paying. */
    nextAttemptAt: atMs("next_attempt_at"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
    updatedAt: atMs("updated_at").notNull(),
    paidAt: atMs("paid_at"),
  },
  (t) => [
    primaryKey({ name: "withdrawals_once", columns: [t.withdrawalId, t.anchorId] }),
    index("withdrawals_anchor").on(t.anchorId, t.createdAt),
    index("withdrawals_trace").on(t.traceId),
    index("withdrawals_status").on(t.status, t.createdAt),
    index("withdrawals_paid_account").on(t.anchorId, t.accountIndex, t.paidAt).where(sql`status = 'paid'`),
    index("withdrawals_next").on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
    check("withdrawal_amount", sql`${t.amountFen} > 0`),
  ],
);

/** Accounts that the anchor's own phone has said yes to. */
export const payoutAccounts = pgTable(
  "payout_accounts",
  {
    anchorId: uuid("anchor_id").notNull(),
    accountIndex: text("account_index").notNull(),
    traceId: text("trace_id").notNull(),
    confirmedAt: atMs("confirmed_at").notNull(),
  },
  (t) => [primaryKey({ name: "payout_accounts_once", columns: [t.anchorId, t.accountIndex] })],
);

/** The one code that waits for each new account; it is of no use for any other account or anchor. */
export const payoutAccountCodes = pgTable(
  "payout_account_codes",
  {
    anchorId: uuid("anchor_id").notNull(),
    accountIndex: text("account_index").notNull(),
    /** An HMAC: six digits are soon found behind a plain hash. */
    codeHash: text("code_hash").notNull(),
    triesLeft: integer("tries_left").notNull(),
    expiresAt: atMs("expires_at").notNull(),
  },
  (t) => [primaryKey({ name: "payout_account_codes_once", columns: [t.anchorId, t.accountIndex] })],
);

/** Each change of a withdrawal's state. Never updated or deleted. */
export const withdrawalEvents = pgTable(
  "withdrawal_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    anchorId: uuid("anchor_id").notNull(),
    withdrawalId: uuid("withdrawal_id").notNull(),
    fromStatus: text("from_status"),
    toStatus: text("to_status").notNull(),
    /** Who did it; null is the platform itself. */
    actorId: uuid("actor_id"),
    note: text("note"),
    traceId: text("trace_id").notNull(),
    createdAt: atMs("created_at").notNull(),
  },
  (t) => [
    index("withdrawal_events_of").on(t.withdrawalId, t.anchorId, t.id),
    index("withdrawal_events_trace").on(t.traceId),
  ],
);

/** Callbacks of payouts whose signature was right, once each: a nonce that comes again is a replay. */
export const payoutCallbacks = pgTable(
  "payout_callbacks",
  {
    provider: text("provider").notNull(),
    nonce: text("nonce").notNull(),
    payoutId: uuid("payout_id").notNull(),
    outcome: text("outcome").notNull(),
    traceId: text("trace_id").notNull(),
    receivedAt: atMs("received_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "payout_callbacks_once", columns: [t.provider, t.nonce] }),
    index("payout_callbacks_received").on(t.receivedAt),
    index("payout_callbacks_trace").on(t.traceId),
    index("payout_callbacks_payout").on(t.payoutId),
  ],
);
