import type { LiveDb, Sql } from "@/db/client";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import type { PaymentKind, PaymentOutcome, RechargeStatus } from "@/server/contracts/recharge";
import { decidePayment, type PaymentDecision } from "@/server/rules/recharge";
import { postCredit } from "./credit-wallet";
import { placeFreeze } from "./freeze-wallet";

/** What a provider says about a payment, by a callback or because it was asked. */
export interface PaymentStatement {
  provider: string;
  /** Of the callback; null for an answer. */
  nonce: string | null;
  kind: PaymentKind;
  /** Ours, as the provider repeats it. A dispute may name only the charge. */
  paymentId: string | null;
  chargeRef: string | null;
  providerRef: string | null;
  amountFen: number | null;
  /** Why a payment failed. */
  reason: string | null;
  traceId: string;
  at: Date;
}

export type PaymentSettlement =
  | { outcome: PaymentOutcome; userId: string; orderId: string; walletChanged: boolean }
  | { refusal: "REPLAYED" | "NOT_FOUND" | "PAYMENT_MISMATCH" };

interface LockedOrder {
  payment_id: string;
  user_id: string;
  order_id: string;
  coins: string;
  amount_fen: string;
  provider_ref: string | null;
  status: RechargeStatus;
}

/**
 * Applies a statement whose signature was checked, all of it in one transaction: the nonce is used up, the order moves
 * on, and the coins are credited or the wallet is frozen together. A refused statement changes nothing but is kept, with
 * its refusal, among the callbacks.
 * Locks: the order, then the wallet, then its clearing account. Nobody who holds a wallet waits for an order.
 */
export async function settlePayment(db: LiveDb, statement: PaymentStatement): Promise<PaymentSettlement> {
  return db.sql.begin(async (transaction) => {
    const sql = transaction as unknown as Sql;
    if (!(await useNonce(sql, statement))) return { refusal: "REPLAYED" };
    const settlement = await apply(sql, statement);
    await recordOutcome(sql, statement, settlement);
    return settlement;
  });
}

/** Of several callbacks with one nonce the first holds its row until it commits; the others then find it used. */
async function useNonce(sql: Sql, statement: PaymentStatement): Promise<boolean> {
  if (statement.nonce === null) return true;
  const { provider, nonce, kind, paymentId, traceId, at } = statement;
  const used = await sql`
    INSERT INTO payment_callbacks (provider, nonce, kind, payment_id, outcome, trace_id, received_at)
    VALUES (${provider}, ${nonce}, ${kind}, ${paymentId}, '', ${traceId}, ${at.toISOString()})
    ON CONFLICT (provider, nonce) DO NOTHING RETURNING nonce`;
  return used.length > 0;
}

async function recordOutcome(
  sql: Sql,
  { provider, nonce }: PaymentStatement,
  settlement: PaymentSettlement,
): Promise<void> {
  if (nonce === null) return;
  const outcome = "refusal" in settlement ? settlement.refusal : settlement.outcome;
  await sql`
    UPDATE payment_callbacks SET outcome = ${outcome} WHERE provider = ${provider} AND nonce = ${nonce}`;
}

async function apply(sql: Sql, statement: PaymentStatement): Promise<PaymentSettlement> {
  const order = await lockOrder(sql, statement);
  if (!order) return { refusal: "NOT_FOUND" };
  const decision = decidePayment(
    { status: order.status, amountFen: Number(order.amount_fen), providerRef: order.provider_ref },
    statement,
  );
  if (decision === "mismatch") return { refusal: "PAYMENT_MISMATCH" };
  const { user_id: userId, order_id: orderId } = order;
  if (decision.status === null) return { outcome: "already_final", userId, orderId, walletChanged: false };
  await moveOrder(sql, order, decision, statement);
  if (decision.credits) await creditOrder(sql, order, statement);
  if (decision.freezes) await freezeForChargeBack(sql, order, statement);
  const outcome = decision.status === "paid" ? "credited" : decision.status;
  return { outcome, userId, orderId, walletChanged: decision.credits || decision.freezes };
}

async function lockOrder(sql: Sql, statement: PaymentStatement): Promise<LockedOrder | undefined> {
  const { provider, paymentId, chargeRef } = statement;
  const [order] = await sql<LockedOrder[]>`
    SELECT payment_id, user_id, order_id, coins, amount_fen, provider_ref, status FROM recharge_orders
    WHERE provider = ${provider} AND ${paymentId ? sql`payment_id = ${paymentId}` : sql`charge_ref = ${chargeRef}`}
    FOR UPDATE`;
  return order;
}

/** One that failed is asked about until its time is over: a person may try again on the provider's page. */
async function moveOrder(
  sql: Sql,
  order: LockedOrder,
  decision: PaymentDecision,
  { providerRef, chargeRef, reason, at }: PaymentStatement,
): Promise<void> {
  const now = at.toISOString();
  await sql`
    UPDATE recharge_orders SET
      status = ${decision.status},
      ask_at = ${decision.status === "failed" ? sql`ask_at` : null},
      reason = ${decision.status === "failed" ? reason : null},
      provider_ref = coalesce(provider_ref, ${providerRef}), charge_ref = coalesce(charge_ref, ${chargeRef}),
      paid_at = ${decision.credits ? sql`${now}` : sql`paid_at`},
      charged_back_at = ${decision.freezes ? sql`${now}` : sql`charged_back_at`}
    WHERE payment_id = ${order.payment_id}`;
}

async function creditOrder(sql: Sql, order: LockedOrder, { traceId, at }: PaymentStatement): Promise<void> {
  const posted = await postCredit(sql, {
    userId: order.user_id,
    from: "recharge_clearing",
    tradeType: "recharge",
    bizId: order.payment_id,
    amountCoins: Number(order.coins),
    traceId,
    at,
  });
  // The state of the order says that it was not; going on would hide that one of the two is wrong.
  if (!posted) throw new Error("A recharge order that is not paid was credited before.");
}

async function freezeForChargeBack(
  sql: Sql,
  order: LockedOrder,
  { traceId }: PaymentStatement,
): Promise<void> {
  await placeFreeze(sql, {
    userId: order.user_id,
    source: "payment",
    subject: order.payment_id,
    actorId: PLATFORM_ACTOR_ID,
    reason: "The payment provider took a payment back.",
    traceId,
  });
}
