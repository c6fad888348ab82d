import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { WalletFacts } from "../ledger/accounts";

/** The wallets of some users; those who have none are not in it. */
export async function findWallets(db: LiveDb, userIds: readonly string[]): Promise<Map<string, WalletFacts>> {
  const rows = await db.sql<{ id: string; balance_coins: string; version: string; frozen: boolean }[]>`
    SELECT id, balance_coins, version, frozen_at IS NOT NULL AS frozen FROM ledger_accounts
    WHERE kind = 'wallet' AND id = ANY(${arrayLiteral(userIds)}::uuid[])`;
  return new Map(
    rows.map((row) => [
      row.id,
      { balanceCoins: Number(row.balance_coins), version: Number(row.version), frozen: row.frozen },
    ]),
  );
}
