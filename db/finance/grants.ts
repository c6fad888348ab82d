import type { TableRight } from "../grants";

/** What the application's role may do with each table of the finance database. `add`: what was settled and decided. */
export const FINANCE_GRANTS: Readonly<Record<string, TableRight>> = {
  settlement_ranges: "add",
  settlement_lines: "add",
  settlement_reversals: "add",
  settlement_rewinds: "add",
  settlement_undone_batches: "add",
  revenue_shares: "add",
  withdrawal_events: "add",
  payout_callbacks: "add",
  operator_actions: "add",
  operator_action_links: "read",
  operator_action_head: "read",
  database_incarnation: "read",

  viewer_tier_changes: "add",

  analytics_cursors: "change",
  analytics_job: "change",
  analytics_refund_cursor: "change",
  analytics_runs: "change",
  anchor_earnings: "change",
  known_live: "change",
  payout_accounts: "change",
  payout_holds: "change",
  policies: "change",
  refund_cursor: "change",
  settlement_cursors: "change",
  settlement_runs: "change",
  withdrawals: "change",

  database_marks: "remove",
  gift_hour: "remove",
  gift_pair_hour: "remove",
  viewer_day: "remove",
  viewer_profiles: "remove",
  payout_account_codes: "remove",
  reconciliation_differences: "remove",
  reconciliation_runs: "remove",
};
