import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";

/**
 * Freezes a wallet, or lets it go, and records who did it. Its version grows, so that no cache keeps it as it was. A
 * wallet that stands so already is left alone. Returns false where there is no wallet.
 * Locks: the wallet.
 */
export async function setWalletFrozen(
  db: LiveDb,
  input: { userId: string; frozen: boolean; reason: string; actorId: string; traceId: string },
): Promise<boolean> {
  const { userId, frozen, reason, actorId, traceId } = input;
  return await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    const [before] = await tx<{ frozen_at: Date | null }[]>`
      SELECT frozen_at FROM ledger_accounts WHERE id = ${userId} AND kind = 'wallet' FOR UPDATE`;
    if (!before) return false;
    if ((before.frozen_at !== null) === frozen) return true;
    const frozenAt = frozen ? new Date() : null;
    await tx`
      UPDATE ledger_accounts SET frozen_at = ${frozenAt}, version = version + 1 WHERE id = ${userId}`;
    await insertOperatorAction(tx, {
      actorId,
      action: frozen ? "wallet.freeze" : "wallet.unfreeze",
      subject: `wallet:${userId}`,
      before: { frozenAt: before.frozen_at },
      after: { frozenAt },
      reason,
      traceId,
    });
    return true;
  });
}
