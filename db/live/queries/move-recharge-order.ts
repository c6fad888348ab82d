import type { Sql } from "@/db/client";
import type { PaymentKind, PaymentStanding, RechargeStatus } from "@/domain/contracts/recharge";
import { decidePayment } from "@/domain/rules/recharge";
import { postTransferOnce } from "../ledger/post-transfers";
import { systemAccountOf } from "../ledger/system-accounts";
import { keepFacts, type SaidFact } from "./payment-events";

/** What a provider says about a payment, by a callback or because it was asked. */
export interface PaymentStatement {
  provider: string;
  /** Of the callback; null for an answer. */
  nonce: string | null;
  /** `life`: it is about money that goes back, or may, and about nothing else. */
  kind: PaymentKind | "life";
  /** Ours, as the provider repeats it. A dispute may name only the charge. */
  paymentId: string | null;
  chargeRef: string | null;
  providerRef: string | null;
  amountFen: number | null;
  /** Why a payment failed. */
  reason: string | null;
  facts: readonly SaidFact[];
  /** Something in it means nothing to us: a person has to look. */
  isUnclear: boolean;
  traceId: string;
  at: Date;
}

export interface LockedOrder {
  payment_id: string;
  user_id: string;
  order_id: string;
  coins: string;
  amount_fen: string;
  provider: string;
  provider_ref: string | null;
  charge_ref: string | null;
  status: RechargeStatus;
  standing: PaymentStanding;
  owed_fen: string;
  owed_coins: string;
}

/** By our own id, or by the charge, which only a payment that came can have. */
export async function lockOrder(sql: Sql, statement: PaymentStatement): Promise<LockedOrder | undefined> {
  const { provider, paymentId, chargeRef } = statement;
  const [order] = await sql<LockedOrder[]>`
    SELECT payment_id, user_id, order_id, coins, amount_fen, provider, provider_ref, charge_ref, status, standing, owed_fen,
      owed_coins
    FROM recharge_orders
    WHERE provider = ${provider} AND ${paymentId ? sql`payment_id = ${paymentId}` : sql`charge_ref = ${chargeRef}`}
    FOR UPDATE`;
  return order;
}

interface Moved {
  status: RechargeStatus;
  chargeRef: string | null;
  isCredited: boolean;
  hasFailed: boolean;
}

/**
 * Credits what was paid, or notes that it failed. Strict: an amount or an id that does not fit moves nothing. Money that
 * is taken back was paid before; where it fits the order in every point, that stands for the payment, too.
 */
export async function moveOrder(
  sql: Sql,
  order: LockedOrder,
  statement: PaymentStatement,
): Promise<Moved | "mismatch"> {
  const { kind, amountFen, providerRef, chargeRef, reason, at } = statement;
  const still = { status: order.status, chargeRef: order.charge_ref, isCredited: false, hasFailed: false };
  if (kind === "life") return await learnCharge(sql, order, still, chargeRef);
  const decision = decidePayment(
    { status: order.status, amountFen: Number(order.amount_fen), providerRef: order.provider_ref },
    { kind: kind === "charged_back" ? "paid" : kind, amountFen, providerRef },
  );
  if (decision === "mismatch") return kind === "charged_back" ? still : "mismatch";
  if (decision.status === null) return await learnCharge(sql, order, still, chargeRef);
  if (await belongsToAnother(sql, order, providerRef, chargeRef)) return "mismatch";
  const hasFailed = decision.status === "failed";
  // One that failed is asked about until its time is over: a person may try again on the provider's page.
  await sql`
    UPDATE recharge_orders SET
      status = ${decision.status},
      ask_at = ${hasFailed ? sql`ask_at` : null},
      reason = ${hasFailed ? reason : null},
      provider_ref = coalesce(provider_ref, ${providerRef}), charge_ref = coalesce(charge_ref, ${chargeRef}),
      paid_at = ${decision.credits ? sql`${at.toISOString()}` : sql`paid_at`}
    WHERE payment_id = ${order.payment_id}`;
  if (decision.credits) await creditOrder(sql, order, statement);
  await keepFacts(
    sql,
    { provider: order.provider, paymentId: order.payment_id, chargeRef },
    [
      {
        eventKey: `${order.payment_id}/${decision.status}`,
        kind: decision.status,
        ref: providerRef ?? "",
        state: "",
        amountFen,
        said: hasFailed ? { reason } : {},
        saidAt: null,
      },
    ],
    statement,
  );
  return {
    status: decision.status,
    chargeRef: order.charge_ref ?? chargeRef,
    isCredited: decision.credits,
    hasFailed,
  };
}

async function belongsToAnother(
  sql: Sql,
  { payment_id, provider }: LockedOrder,
  providerRef: string | null,
  chargeRef: string | null,
): Promise<boolean> {
  const others = await sql`
    SELECT 1 FROM recharge_orders
    WHERE provider = ${provider} AND payment_id <> ${payment_id}
      AND (provider_ref = ${providerRef} OR charge_ref = ${chargeRef}) LIMIT 1`;
  return others.length > 0;
}

/** A charge that is not known yet is: what was said of it before counts from now on. */
async function learnCharge(
  sql: Sql,
  order: LockedOrder,
  still: Moved,
  chargeRef: string | null,
): Promise<Moved> {
  if (order.charge_ref !== null || chargeRef === null) return still;
  if (await belongsToAnother(sql, order, null, chargeRef)) return still;
  await sql`
    UPDATE recharge_orders SET charge_ref = ${chargeRef} WHERE payment_id = ${order.payment_id}`;
  return { ...still, chargeRef };
}

async function creditOrder(sql: Sql, order: LockedOrder, { traceId, at }: PaymentStatement): Promise<void> {
  const posted = await postTransferOnce(sql, {
    from: systemAccountOf("recharge_clearing", order.user_id),
    to: order.user_id,
    type: "recharge",
    bizId: order.payment_id,
    coins: Number(order.coins),
    traceId,
    at,
  });
  // The state of the order says that it was not; going on would hide that one of the two is wrong.
  if (!posted) throw new Error("A recharge order that is not paid was credited before.");
}
