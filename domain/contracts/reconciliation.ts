// No schema: pages read this as well, and would bring the validator with it.

export type FactValue = string | number | boolean | null;

/** One thing that does not agree, with what leads to its cause. */
export interface Difference {
  /** As `kind:id`: wallet, account, gift-order, bucket, anchor, batch, line, recharge, refund, withdrawal, room, rain, rain-grant, operator-action, dead-letter. */
  subject: string;
  /** What the other side says; null when it has nothing. */
  expected: string | null;
  actual: string | null;
  /** Whatever helps: the ids it belongs to, trace ids, amounts with their unit in the name. */
  facts: Record<string, FactValue>;
}

/** Every comparison by its lasting name, with the number of the invariant in docs/operations.md. */
export const CHECKS = [
  { key: "accounts-sum", invariant: 1, text: "all accounts sum to zero" },
  { key: "balances", invariant: 2, text: "balance = sum of entries, per account" },
  { key: "negative-wallets", invariant: 3, text: "no wallet below zero" },
  { key: "gift-trades", invariant: 4, text: "every gift record has exactly one trade and the reverse" },
  { key: "sequences", invariant: 5, text: "numbers per bucket have no gap and no duplicate" },
  { key: "settled-sums", invariant: 6, text: "settled sums = gift sums per anchor up to each cursor" },
  { key: "lines", invariant: 7, text: "anchor + platform = gross per line, and lines recompute from gifts" },
  {
    key: "earnings",
    invariant: 8,
    text: "earned = withdrawable + frozen + withdrawn, and = the sum of lines",
  },
  { key: "withdrawals", invariant: 8, text: "withdrawals stand as their history says" },
  { key: "rains", invariant: 9, text: "every rain: claimed + refunded + in escrow = budget" },
  {
    key: "packets",
    invariant: 9,
    text: "every packet is credited at most once, with the coins of the split",
  },
  { key: "recharges", invariant: 10, text: "recharge credited = paid orders" },
  {
    key: "queue",
    invariant: 11,
    text: "nothing in a queue older than its limit, nothing pending without an entry",
  },
  { key: "boards", invariant: 12, text: "TOP10 equals the database's answer" },
  { key: "caches", invariant: 13, text: "cached balances are never newer or other than the database's" },
  { key: "refunds", invariant: 14, text: "every refund has exactly one trade and the reverse" },
  { key: "reversals", invariant: 15, text: "settled reversals = refunds up to the cursor" },
  { key: "audit-chain", invariant: 16, text: "what operators did is chained without a gap, and unchanged" },
  { key: "payments", invariant: 17, text: "payments owe what was said of them, and no more was taken" },
  { key: "take-backs", invariant: 17, text: "every gift and coin taken back has its refund or its trade" },
  { key: "orders", invariant: 18, text: "orders end in Redis as they end in the books" },
  {
    key: "won-packets",
    invariant: 18,
    text: "every packet shown as won is credited, queued, a dead letter or paid for",
  },
  {
    key: "dead-letters",
    invariant: 19,
    text: "every dead letter is open, or decided with its effect in the books",
  },
  { key: "analytics", invariant: 20, text: "what analytics counted = gifts and refunds up to its cursors" },
] as const;
export type CheckKey = (typeof CHECKS)[number]["key"];

/** What one check of a run found. */
export interface CheckReport {
  key: CheckKey;
  /** How many things were looked at. */
  compared: number;
  differences: number;
  tookMs: number;
}

/** The name of the scheduled job. */
export const RECONCILIATION_JOB = "reconciliation";

export type ReconciliationStatus = "running" | "clean" | "differences" | "failed";

export interface ReconciliationRun {
  runId: string;
  status: ReconciliationStatus;
  differences: number;
  /** In the order of `CHECKS`; grows while the run goes on. */
  checks: CheckReport[];
  /** Why the run could not be done. */
  error: string | null;
  /** Null when it was the clock. */
  requestedBy: string | null;
  traceId: string;
  startedAt: string;
  endedAt: string | null;
}

export interface ReconciliationView {
  /** The run that was asked for, or the latest that has ended. */
  run: ReconciliationRun | null;
  /** The run that goes on now. */
  running: ReconciliationRun | null;
  differences: (Difference & { check: CheckKey })[];
  /** The latest ended runs, newest first. */
  history: ReconciliationRun[];
}
