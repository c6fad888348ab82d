import type { SystemAccountKind } from "../schema/ledger";

/**
 * What a transaction of the live database locks, first to last: whoever waits for more than one of these takes them
 * downwards, and rows of one table by their key. `scripts/check-architecture.mjs` compares the sources with it.
 * @public
 */
export const LOCK_ORDER = [
  "ip_blocks",
  "gifts",
  "recharge_products",
  "dead_letters",
  "operator_proposals",
  "phone_changes",
  "users",
  "second_factors",
  "anchor_applications",
  "recharge_orders",
  "gift_buckets",
  "rains",
  "pk_battles",
  "pk_sides",
  "rain_grants",
  "tags",
  "rooms",
  "room_categories",
  "room_sessions",
  "wallets",
  "spending_caps",
  "refund_counter",
  "system accounts",
  "supporter_cursors",
  "supporter_refund_cursor",
  "room_supporters",
] as const;

/** Accounts among themselves: wallets, then system accounts by their kind; those of one kind by id. */
export const ACCOUNT_LOCK_ORDER: readonly ("wallet" | SystemAccountKind)[] = [
  "wallet",
  // A gift that is taken back for a payment moves through both, in this order.
  "gift_clearing",
  "recharge_clearing",
  "packet_escrow",
  "promotion",
  "refund_clearing",
];
