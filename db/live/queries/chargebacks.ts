import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction } from "@/db/operator-actions";
import { systemAccountId } from "@/db/system-accounts";
import { bucketOf } from "@/server/rules/bucket";

export interface Chargeback {
  paymentId: string;
  orderId: string;
  coins: number;
  /** Taken back from the wallet so far. */
  recoveredCoins: number;
  amountFen: number;
  chargedBackAt: Date | null;
}

/** Payments of a user that their provider took back, newest first. */
export async function listChargebacks(db: LiveDb, userId: string): Promise<Chargeback[]> {
  const rows = await db.sql<
    {
      payment_id: string;
      order_id: string;
      coins: string;
      recovered: string;
      amount_fen: string;
      charged_back_at: Date | null;
    }[]
  >`
    SELECT o.payment_id, o.order_id, o.coins, o.amount_fen, o.charged_back_at, coalesce(sum(r.coins), 0) AS recovered
    FROM recharge_orders o LEFT JOIN chargeback_recoveries r ON r.payment_id = o.payment_id
    WHERE o.user_id = ${userId} AND o.status = 'charged_back'
    GROUP BY o.payment_id ORDER BY o.charged_back_at DESC LIMIT 100`;
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderId: row.order_id,
    coins: Number(row.coins),
    recoveredCoins: Number(row.recovered),
    amountFen: Number(row.amount_fen),
    chargedBackAt: row.charged_back_at,
  }));
}

export interface Recovery {
  recoveryId: string;
  paymentId: string;
  userId: string;
  coins: number;
  /** What is still owed after it. */
  owedCoins: number;
}

/**
 * Takes back from a wallet what a charged-back payment had bought, as far as the balance goes. The same recovery again
 * answers with what it was; `conflict`: the id was used for another payment; `nothing`: no coins, or nothing owed.
 * Locks: the order, then the wallet, then its clearing account, as payments do.
 */
export async function recoverChargeback(
  db: LiveDb,
  input: { recoveryId: string; paymentId: string; reason: string; actorId: string; traceId: string },
): Promise<Recovery | "unknown" | "conflict" | "nothing"> {
  const { recoveryId, paymentId, reason, actorId, traceId } = input;
  return await db.sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql;
    const [order] = await tx<{ user_id: string; coins: string }[]>`
      SELECT user_id, coins FROM recharge_orders
      WHERE payment_id = ${paymentId} AND status = 'charged_back' FOR UPDATE`;
    if (!order) return "unknown";
    const [wallet] = await tx<{ balance_coins: string }[]>`
      SELECT balance_coins FROM ledger_accounts WHERE id = ${order.user_id} FOR UPDATE`;
    const [known] = await tx<{ payment_id: string; coins: string }[]>`
      SELECT payment_id, coins FROM chargeback_recoveries WHERE recovery_id = ${recoveryId}`;
    const [sum] = await tx<{ coins: string }[]>`
      SELECT coalesce(sum(coins), 0) AS coins FROM chargeback_recoveries WHERE payment_id = ${paymentId}`;
    const owedCoins = Number(order.coins) - Number(sum?.coins);
    const facts = { recoveryId, paymentId, userId: order.user_id };
    if (known)
      return known.payment_id === paymentId
        ? { ...facts, coins: Number(known.coins), owedCoins }
        : "conflict";
    const coins = Math.min(owedCoins, Number(wallet?.balance_coins ?? 0));
    if (coins <= 0) return "nothing";
    await postRecovery(tx, { ...facts, coins, traceId });
    await tx`
      INSERT INTO chargeback_recoveries (recovery_id, payment_id, user_id, coins, reason, created_by, trace_id, created_at)
      VALUES (${recoveryId}, ${paymentId}, ${order.user_id}, ${coins}, ${reason}, ${actorId}, ${traceId}, now())`;
    await insertOperatorAction(tx, {
      actorId,
      action: "chargeback.recover",
      subject: `wallet:${order.user_id}`,
      before: { owedCoins, balanceCoins: Number(wallet?.balance_coins) },
      after: { owedCoins: owedCoins - coins, recoveredCoins: coins, paymentId, recoveryId },
      reason,
      traceId,
    });
    return { ...facts, coins, owedCoins: owedCoins - coins };
  });
}

async function postRecovery(
  tx: Sql,
  {
    recoveryId,
    userId,
    coins,
    traceId,
  }: { recoveryId: string; userId: string; coins: number; traceId: string },
): Promise<void> {
  const clearingId = systemAccountId("recharge_clearing", bucketOf(userId));
  await tx`
    INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
    VALUES (${userId}, ${clearingId}, 'adjustment', ${recoveryId}, ${coins}, ${traceId}, now())`;
  await tx`
    UPDATE ledger_accounts SET balance_coins = balance_coins - ${coins}, version = version + 1 WHERE id = ${userId}`;
  await tx`
    UPDATE ledger_accounts SET balance_coins = balance_coins + ${coins}, version = version + 1 WHERE id = ${clearingId}`;
}
