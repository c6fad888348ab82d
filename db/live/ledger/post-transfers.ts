import type { Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { TradeType } from "@/domain/contracts/wallet";
import { ACCOUNT_LOCK_ORDER } from "./lock-order";

/** Coins that go from one account to another: one trade. */
export interface Transfer {
  /** A wallet, by its user's id, or a system account, by `systemAccountId`. */
  from: string;
  to: string;
  type: TradeType;
  /** Names the business action; together with the type and the paying account it is posted once. */
  bizId: string;
  /** Whole coins, more than 0. */
  coins: number;
  traceId: string;
  /** The database's now, where it says nothing. */
  at?: Date;
}

/**
 * Moves coins, within the caller's transaction: one trade a transfer, and each account once, whose version grows by one.
 * Locks the accounts, as `LOCK_ORDER` says: what else the caller takes of it was taken before. All of it or nothing:
 * throws where an account is missing, a wallet would fall below zero, or a transfer was posted before, and then the
 * transaction is lost.
 */
export async function postTransfers(tx: Sql, transfers: readonly Transfer[]): Promise<void> {
  if (transfers.length === 0) return;
  const posted = await post(tx, transfers, false);
  if (posted !== transfers.length)
    throw new Error(`${transfers.length} transfers should be posted, and ${posted} were.`);
}

/** The same for one that may have been posted before: then it changes nothing and returns false. */
export async function postTransferOnce(tx: Sql, transfer: Transfer): Promise<boolean> {
  return (await post(tx, [transfer], true)) === 1;
}

async function post(tx: Sql, transfers: readonly Transfer[], mayBePosted: boolean): Promise<number> {
  if (!transfers.every(({ coins }) => Number.isSafeInteger(coins)))
    throw new Error("Coins are moved whole, and by numbers that are exact.");
  const accountIds = [...new Set(transfers.flatMap(({ from, to }) => [from, to]))];
  // Sent together, run one after the other: balances are changed as they stand once nobody else holds them.
  const [locked, [done]] = await Promise.all([
    lockAccounts(tx, accountIds),
    tx<{ posted: number; moved: number; changed: number }[]>`
      WITH posted AS (
        INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        SELECT from_id, to_id, type, biz_id, coins, trace_id, coalesce(at, now())
        FROM unnest(
          ${arrayLiteral(transfers.map((t) => t.from))}::uuid[], ${arrayLiteral(transfers.map((t) => t.to))}::uuid[],
          ${arrayLiteral(transfers.map((t) => t.type))}::text[], ${arrayLiteral(transfers.map((t) => t.bizId))}::uuid[],
          ${arrayLiteral(transfers.map((t) => t.coins))}::bigint[], ${arrayLiteral(transfers.map((t) => t.traceId))}::text[],
          ${arrayLiteral(transfers.map((t) => t.at?.toISOString() ?? null))}::timestamptz[]
        ) AS t (from_id, to_id, type, biz_id, coins, trace_id, at)
        ${mayBePosted ? tx`ON CONFLICT (biz_id, trade_type, account_id) DO NOTHING` : tx``}
        RETURNING account_id, counter_account_id, amount_coins
      ), moved AS (
        SELECT id, sum(coins)::bigint AS coins FROM (
          SELECT account_id AS id, -amount_coins AS coins FROM posted
          UNION ALL SELECT counter_account_id, amount_coins FROM posted
        ) legs GROUP BY id
      ), changed AS (
        UPDATE ledger_accounts a SET balance_coins = a.balance_coins + m.coins, version = a.version + 1
        FROM moved m WHERE a.id = m.id RETURNING a.id
      )
      SELECT (SELECT count(*) FROM posted)::int AS posted, (SELECT count(*) FROM moved)::int AS moved,
        (SELECT count(*) FROM changed)::int AS changed`,
  ]);
  if (!done || locked !== accountIds.length || done.changed !== done.moved)
    throw new Error(`Coins go between ${accountIds.length} accounts, and ${locked} of them are there.`);
  return done.posted;
}

/** Returns how many there are. */
async function lockAccounts(tx: Sql, accountIds: readonly string[]): Promise<number> {
  const { count } = await tx`
    SELECT 1 FROM ledger_accounts WHERE id = ANY(${arrayLiteral(accountIds)}::uuid[])
    ORDER BY array_position(${arrayLiteral(ACCOUNT_LOCK_ORDER)}::text[], kind), id FOR UPDATE`;
  return count;
}
