import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import { postTransferOnce } from "./post-transfers";
import { systemAccountOf } from "./system-accounts";

/**
 * Gives a user coins that nobody bought: demo data, tests, benches. Booked against `promotion`, so that top-ups and the
 * orders they were paid by stay equal. The same `bizId` gives once.
 */
export async function grantCoins(
  db: LiveDb,
  grant: { userId: string; bizId: string; amountCoins: number; traceId: string; at: Date },
): Promise<boolean> {
  const { userId, bizId, amountCoins, traceId, at } = grant;
  return await inTransaction(db.sql, async (tx) => {
    // Demo data of earlier versions was booked as a top-up.
    const known =
      await tx`SELECT 1 FROM trades WHERE biz_id = ${bizId} AND counter_account_id = ${userId} LIMIT 1`;
    if (known.length > 0) return false;
    const from = systemAccountOf("promotion", userId);
    return await postTransferOnce(tx, {
      from,
      to: userId,
      type: "adjustment",
      bizId,
      coins: amountCoins,
      traceId,
      at,
    });
  });
}
