import type { LiveDb, Sql } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import type { SystemAccountKind } from "@/db/live/schema/ledger";
import type { TradeType } from "@/domain/contracts/wallet";
import { bucketOf } from "@/domain/rules/bucket";

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
 * Gives a user coins that nobody bought: demo data, tests, benches. Booked against `promotion`, so that top-ups and the
 * orders they were paid by stay equal. The same `bizId` gives once.
 */
export async function grantCoins(
  db: LiveDb,
  grant: Omit<WalletCredit, "from" | "tradeType">,
): Promise<boolean> {
  return db.sql.begin(async (transaction) => {
    const sql = transaction as unknown as Sql;
    // Demo data of earlier versions was booked as a top-up.
    const known = await sql`
      SELECT 1 FROM trades WHERE biz_id = ${grant.bizId} AND counter_account_id = ${grant.userId} LIMIT 1`;
    if (known.length > 0) return false;
    return postCredit(sql, { ...grant, from: "promotion", tradeType: "adjustment" });
  });
}

/**
 * Moves coins from a system account into a wallet as one trade, within the caller's transaction. Returns false, and
 * changes nothing, when this action was posted before. Throws when there is no wallet.
 * Locks: the wallet, then the system account, as every posting does.
 */
export async function postCredit(sql: Sql, credit: WalletCredit): Promise<boolean> {
  const { userId, from, tradeType, bizId, amountCoins, traceId, at } = credit;
  const sourceId = systemAccountId(from, bucketOf(userId));
  const wallet = await sql`SELECT 1 FROM ledger_accounts WHERE id = ${userId} FOR UPDATE`;
  if (wallet.length === 0) throw new Error("There is no wallet to credit.");
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
}
