import type { Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { bucketOf } from "@/domain/rules/bucket";

export interface WalletFacts {
  balanceCoins: number;
  version: number;
  frozen: boolean;
}

interface WalletRow {
  id: string;
  balance_coins: string;
  version: string;
  frozen: boolean;
}

const toFacts = (row: WalletRow): WalletFacts => ({
  balanceCoins: Number(row.balance_coins),
  version: Number(row.version),
  frozen: row.frozen,
});

/** Gives those who have no wallet one with no coins. In order of their ids, so that two never wait for each other. */
export async function openWallets(sql: Sql, userIds: readonly string[]): Promise<void> {
  await sql`
    INSERT INTO ledger_accounts (id, kind, bucket)
    SELECT w.id, 'wallet', w.bucket
    FROM unnest(${arrayLiteral(userIds)}::uuid[], ${arrayLiteral(userIds.map(bucketOf))}::smallint[]) AS w (id, bucket)
    WHERE NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.id = w.id)
    ORDER BY w.id
    ON CONFLICT DO NOTHING`;
}

/** Holds a wallet until the caller's transaction ends; undefined where there is none. */
export async function lockWallet(
  tx: Sql,
  userId: string,
): Promise<(WalletFacts & { frozenAt: Date | null }) | undefined> {
  const [row] = await tx<(WalletRow & { frozen_at: Date | null })[]>`
    SELECT id, balance_coins, version, frozen_at, frozen_at IS NOT NULL AS frozen FROM ledger_accounts
    WHERE id = ${userId} AND kind = 'wallet' FOR UPDATE`;
  return row && { ...toFacts(row), frozenAt: row.frozen_at };
}

/** Wallets as the caller's transaction sees them; those that are not there are left out. */
export async function readWallets(sql: Sql, userIds: readonly string[]): Promise<Map<string, WalletFacts>> {
  const rows = await sql<WalletRow[]>`
    SELECT id, balance_coins, version, frozen_at IS NOT NULL AS frozen FROM ledger_accounts
    WHERE id = ANY(${arrayLiteral(userIds)}::uuid[]) AND kind = 'wallet'`;
  return new Map(rows.map((row) => [row.id, toFacts(row)]));
}

/** Locks a wallet and lets its version grow, so that no cache keeps what was known of it. False where there is none. */
export async function renewWallet(tx: Sql, userId: string): Promise<boolean> {
  const { count } = await tx`
    UPDATE ledger_accounts SET version = version + 1 WHERE id = ${userId} AND kind = 'wallet'`;
  return count > 0;
}

/** A wallet is frozen since the oldest reason that stands, and not at all without one. Its version grows. */
export async function followFreezes(tx: Sql, userId: string): Promise<Date | null> {
  const [after] = await tx<{ frozen_at: Date | null }[]>`
    UPDATE ledger_accounts SET version = version + 1,
      frozen_at = (SELECT min(placed_at) FROM wallet_freezes WHERE user_id = ${userId})
    WHERE id = ${userId} RETURNING frozen_at`;
  return after?.frozen_at ?? null;
}
