import type { LiveDb, Sql } from "@/db/client";
import type { SystemAccountKind } from "@/db/live/schema/ledger";
import { systemAccountId } from "@/db/system-accounts";
import type { TradeType } from "@/server/contracts/wallet";
import { bucketOf } from "@/server/rules/bucket";

export interface WalletCredit {
  userId: string;
  /** Where the coins come from: this account of the user's own bucket. */
  from: SystemAccountKind;
  tradeType: TradeType;
  /** Names the business action: the same one credits once, however often it is repeated. */
  bizId: string;
  amountCoins: number;
  traceId: string;
  at: Date;
}

/**
 * Moves coins from a system account into a wallet as one trade. Returns false, and changes nothing, when this action
 * was posted before. The wallet must exist.
 * Locks: the wallet, then the system account, as every posting does.
 */
export async function creditWallet(db: LiveDb, credit: WalletCredit): Promise<boolean> {
  const { userId, from, tradeType, bizId, amountCoins, traceId, at } = credit;
  const sourceId = systemAccountId(from, bucketOf(userId));
  return db.sql.begin(async (transaction) => {
    const sql = transaction as unknown as Sql;
    await sql`SELECT 1 FROM ledger_accounts WHERE id = ${userId} FOR UPDATE`;
    const posted = await sql`
      INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
      VALUES (${sourceId}, ${userId}, ${tradeType}, ${bizId}, ${amountCoins}, ${traceId}, ${at.toISOString()})
      ON CONFLICT (biz_id, trade_type, account_id) DO NOTHING
      RETURNING id`;
    if (posted.length === 0) return false;
    await sql`
      UPDATE ledger_accounts SET balance_coins = balance_coins + ${amountCoins}, version = version + 1
      WHERE id = ${userId}`;
    await sql`
      UPDATE ledger_accounts SET balance_coins = balance_coins - ${amountCoins}, version = version + 1
      WHERE id = ${sourceId}`;
    return true;
  });
}
