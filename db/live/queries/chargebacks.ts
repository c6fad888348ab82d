import { randomUUID } from "node:crypto";
import type { LiveDb, Sql } from "@/db/client";
import { insertOperatorAction, PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { PaymentStanding, RechargeStatus } from "@/domain/contracts/recharge";
import { lockWallet } from "../ledger/accounts";
import { postTransfers } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";

export interface Chargeback {
  paymentId: string;
  orderId: string;
  standing: PaymentStanding;
  coins: number;
  /** What is to be taken back of them, all in all. */
  owedCoins: number;
  /** Taken back from the wallet so far, less what was given back. */
  recoveredCoins: number;
  amountFen: number;
  chargedBackAt: Date | null;
}

/** Columns of `recharge_orders` that say what is owed. */
export interface OwedRow {
  coins: string;
  owed_coins: string;
  status: RechargeStatus;
  standing: PaymentStanding;
}

/** One that was charged back before what providers say was kept owes all. */
export function owedCoinsOf({ coins, owed_coins, status, standing }: OwedRow): number {
  return Number(status === "charged_back" && standing === "clear" ? coins : owed_coins);
}

/** Coins that were taken of a payment, and those that were given back since. */
export async function readTaken(
  sql: Sql,
  paymentId: string,
): Promise<{ recoveredCoins: number; returnedCoins: number; takenCoins: number }> {
  const [row] = await sql<{ recovered: string; returned: string }[]>`
    SELECT (SELECT coalesce(sum(coins), 0) FROM chargeback_recoveries WHERE payment_id = ${paymentId}) AS recovered,
      (SELECT coalesce(sum(coins), 0) FROM chargeback_returns WHERE payment_id = ${paymentId}) AS returned`;
  const [recoveredCoins, returnedCoins] = [Number(row?.recovered), Number(row?.returned)];
  return { recoveredCoins, returnedCoins, takenCoins: recoveredCoins - returnedCoins };
}

/** Payments of a user of which something went back, or may, newest first. */
export async function listChargebacks(db: LiveDb, userId: string): Promise<Chargeback[]> {
  const rows = await db.sql<
    (OwedRow & {
      payment_id: string;
      order_id: string;
      recovered: string;
      amount_fen: string;
      charged_back_at: Date | null;
    })[]
  >`
    SELECT o.payment_id, o.order_id, o.coins, o.amount_fen, o.charged_back_at, o.owed_coins, o.status, o.standing,
      (SELECT coalesce(sum(r.coins), 0) FROM chargeback_recoveries r WHERE r.payment_id = o.payment_id)
      - (SELECT coalesce(sum(b.coins), 0) FROM chargeback_returns b WHERE b.payment_id = o.payment_id) AS recovered
    FROM recharge_orders o
    WHERE o.user_id = ${userId} AND (o.status = 'charged_back' OR o.standing <> 'clear')
    ORDER BY o.charged_back_at DESC NULLS LAST, o.created_at DESC LIMIT 100`;
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderId: row.order_id,
    standing: row.standing,
    coins: Number(row.coins),
    owedCoins: owedCoinsOf(row),
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
 * Takes back from a wallet what a payment had bought that is owed, as far as the balance goes. The same recovery again
 * answers with what it was; `conflict`: the id was used for another payment; `nothing`: no coins, or nothing owed.
 * Locks: the order, then the wallet, then its clearing account, as payments do.
 */
export async function recoverChargeback(
  db: LiveDb,
  input: { recoveryId: string; paymentId: string; reason: string; actorId: string; traceId: string },
): Promise<Recovery | "unknown" | "conflict" | "nothing"> {
  const { recoveryId, paymentId } = input;
  return await inTransaction(db.sql, async (tx) => {
    const [order] = await tx<(OwedRow & { user_id: string })[]>`
      SELECT user_id, coins, owed_coins, status, standing FROM recharge_orders
      WHERE payment_id = ${paymentId} AND (status = 'charged_back' OR standing <> 'clear') FOR UPDATE`;
    if (!order) return "unknown";
    const wallet = await lockWallet(tx, order.user_id);
    const [known] = await tx<{ payment_id: string; coins: string }[]>`
      SELECT payment_id, coins FROM chargeback_recoveries WHERE recovery_id = ${recoveryId}`;
    const { takenCoins } = await readTaken(tx, paymentId);
    const owedCoins = Math.max(0, owedCoinsOf(order) - takenCoins);
    const facts = { recoveryId, paymentId, userId: order.user_id };
    if (known)
      return known.payment_id === paymentId
        ? { ...facts, coins: Number(known.coins), owedCoins }
        : "conflict";
    const balanceCoins = wallet?.balanceCoins ?? 0;
    const coins = Math.min(owedCoins, balanceCoins);
    if (coins <= 0) return "nothing";
    await postRecovery(tx, { ...input, userId: order.user_id, coins, owedCoins, balanceCoins });
    return { ...facts, coins, owedCoins: owedCoins - coins };
  });
}

/** Takes coins from a wallet that the caller has locked, after its order. */
export async function postRecovery(
  tx: Sql,
  recovery: {
    recoveryId: string;
    paymentId: string;
    userId: string;
    coins: number;
    /** Before it. */
    owedCoins: number;
    balanceCoins: number;
    reason: string;
    actorId: string;
    traceId: string;
  },
): Promise<void> {
  const { recoveryId, paymentId, userId, coins, owedCoins, balanceCoins, reason, actorId, traceId } =
    recovery;
  await postTransfers(tx, [
    {
      from: userId,
      to: systemAccountOf("recharge_clearing", userId),
      type: "adjustment",
      bizId: recoveryId,
      coins,
      traceId,
    },
  ]);
  await tx`
    INSERT INTO chargeback_recoveries (recovery_id, payment_id, user_id, coins, reason, created_by, trace_id, created_at)
    VALUES (${recoveryId}, ${paymentId}, ${userId}, ${coins}, ${reason}, ${actorId}, ${traceId}, now())`;
  await insertOperatorAction(tx, {
    actorId,
    action: "chargeback.recover",
    subject: `wallet:${userId}`,
    before: { owedCoins, balanceCoins },
    after: { owedCoins: owedCoins - coins, recoveredCoins: coins, paymentId, recoveryId },
    reason,
    traceId,
  });
}

/**
 * Gives coins back of what was taken, because less is owed: the newest recovery is corrected first, none by more than it
 * took. The caller holds the order and the wallet.
 */
export async function postReturns(
  tx: Sql,
  input: { paymentId: string; userId: string; coins: number; traceId: string },
): Promise<void> {
  const { paymentId, userId, traceId } = input;
  const recoveries = await tx<{ recovery_id: string; left: string; at: Date }[]>`
    SELECT r.recovery_id, r.coins - coalesce(sum(b.coins), 0) AS left, now() AS at
    FROM chargeback_recoveries r LEFT JOIN chargeback_returns b ON b.recovery_id = r.recovery_id
    WHERE r.payment_id = ${paymentId}
    GROUP BY r.recovery_id HAVING r.coins > coalesce(sum(b.coins), 0)
    ORDER BY r.created_at DESC, r.recovery_id`;
  const reason = "Less is owed for the payment than was taken back.";
  let leftCoins = input.coins;
  for (const { recovery_id: recoveryId, left, at } of recoveries) {
    const coins = Math.min(leftCoins, Number(left));
    if (coins === 0) break;
    const returnId = randomUUID();
    const from = systemAccountOf("recharge_clearing", userId);
    await postTransfers(tx, [{ from, to: userId, type: "adjustment", bizId: returnId, coins, traceId, at }]);
    await tx`
      INSERT INTO chargeback_returns (return_id, recovery_id, payment_id, user_id, coins, reason, created_by, trace_id,
        created_at)
      VALUES (${returnId}, ${recoveryId}, ${paymentId}, ${userId}, ${coins}, ${reason}, ${PLATFORM_ACTOR_ID}, ${traceId},
        now())`;
    await insertOperatorAction(tx, {
      actorId: PLATFORM_ACTOR_ID,
      action: "chargeback.return",
      subject: `wallet:${userId}`,
      after: { returnedCoins: coins, paymentId, recoveryId, returnId },
      reason,
      traceId,
    });
    leftCoins -= coins;
  }
  if (leftCoins > 0) throw new Error("More is to be given back than was ever taken.");
}
