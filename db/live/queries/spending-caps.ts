import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { capsAt, NO_CAPS, type PlannedCaps, planCaps } from "@/domain/rules/spending";
import { renewWallet } from "../ledger/accounts";
import { type CapsRow, toPlannedCaps } from "./wallets";

export interface CapsChange {
  userId: string;
  wanted: SpendingCaps;
  now: Date;
  /** From when on a cap may be looser; null: at once. */
  looserAt: Date | null;
  actorId: string;
  /** Of an operator; a viewer's own change needs none and is no operator's action. */
  reason: string | null;
  traceId: string;
}

/**
 * Changes a viewer's own caps. The wallet's version grows, so that no reader of the former caps can put them back into
 * a cache. Returns the caps as they are planned now; undefined where there is no wallet.
 * Locks: the wallet, then its caps.
 */
export async function changeCaps(db: LiveDb, change: CapsChange): Promise<PlannedCaps | undefined> {
  const { userId, wanted, now, looserAt, actorId, reason, traceId } = change;
  return await inTransaction(db.sql, async (tx) => {
    if (!(await renewWallet(tx, userId))) return undefined;
    const [row] = await tx<CapsRow[]>`SELECT * FROM spending_caps WHERE user_id = ${userId} FOR UPDATE`;
    const before = row ? capsAt(toPlannedCaps(row), now.getTime()) : NO_CAPS;
    const planned = looserAt ? planCaps(before, wanted, looserAt.getTime()) : { ...wanted, next: null };
    await upsert(tx, userId, planned, actorId);
    if (reason !== null) {
      await insertOperatorAction(tx, {
        actorId,
        action: "wallet.caps",
        subject: `wallet:${userId}`,
        before,
        after: wanted,
        reason,
        traceId,
      });
    }
    return planned;
  });
}

async function upsert(
  tx: Sql,
  userId: string,
  { next, ...caps }: PlannedCaps,
  actorId: string,
): Promise<void> {
  await tx`
    INSERT INTO spending_caps (user_id, gift_coins_max, day_coins_max, month_coins_max, next_at, next_gift_coins_max,
      next_day_coins_max, next_month_coins_max, updated_by)
    VALUES (${userId}, ${caps.giftCoinsMax}, ${caps.dayCoinsMax}, ${caps.monthCoinsMax},
      ${next && new Date(next.atMs)}, ${next?.giftCoinsMax ?? null}, ${next?.dayCoinsMax ?? null},
      ${next?.monthCoinsMax ?? null}, ${actorId})
    ON CONFLICT (user_id) DO UPDATE SET gift_coins_max = excluded.gift_coins_max, day_coins_max = excluded.day_coins_max,
      month_coins_max = excluded.month_coins_max, next_at = excluded.next_at,
      next_gift_coins_max = excluded.next_gift_coins_max, next_day_coins_max = excluded.next_day_coins_max,
      next_month_coins_max = excluded.next_month_coins_max, updated_by = excluded.updated_by, updated_at = now()`;
}
