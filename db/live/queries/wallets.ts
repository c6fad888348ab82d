import { eq } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { ledgerAccounts } from "@/db/live/schema";
import { bucketOf } from "@/server/rules/bucket";

export interface WalletFacts {
  balanceCoins: number;
  version: number;
  frozen: boolean;
}

/** A user's wallet; null before it was opened. */
export async function findWallet(db: LiveDb, userId: string): Promise<WalletFacts | null> {
  const [row] = await db.orm
    .select({
      balanceCoins: ledgerAccounts.balanceCoins,
      version: ledgerAccounts.version,
      frozenAt: ledgerAccounts.frozenAt,
    })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, userId));
  return row ? { balanceCoins: row.balanceCoins, version: row.version, frozen: row.frozenAt !== null } : null;
}

/** Gives a user a wallet with no coins; a user who has one keeps it. */
export async function ensureWallet(db: LiveDb, userId: string): Promise<void> {
  await db.orm
    .insert(ledgerAccounts)
    .values({ id: userId, kind: "wallet", bucket: bucketOf(userId) })
    .onConflictDoNothing();
}
