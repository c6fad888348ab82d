import type { LiveDb, Sql } from "@/db/client";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { AlarmKind } from "@/domain/contracts/alarms";
import type { PaymentOutcome, PaymentStanding } from "@/domain/contracts/recharge";
import { coinsOwed, isWorse, type Standing, UNNAMED_DISPUTE } from "@/domain/rules/payment-standing";
import { upsertAlarm } from "./alarms";
import { placeFreeze } from "./freeze-wallet";
import { type LockedOrder, lockOrder, moveOrder, type PaymentStatement } from "./move-recharge-order";
import { keepFacts, readStanding, type SaidFact } from "./payment-events";

export type PaymentSettlement =
  | { outcome: PaymentOutcome; userId: string; orderId: string; walletChanged: boolean }
  | { refusal: "REPLAYED" | "NOT_FOUND" | "PAYMENT_MISMATCH" };

/**
 * Applies a statement whose signature was checked, all of it in one transaction: the nonce is used up, what was said is
 * kept, the order moves on, and the coins are credited or the wallet is frozen together. Coins are taken back and given
 * back afterwards, by whoever looks for `recover_at`. A refused statement changes nothing but is kept, with its refusal,
 * among the callbacks.
 * Locks: the charge's name, the order, then the wallet, then its clearing account. Nobody who holds a wallet waits for
 * an order.
 */
export async function settlePayment(db: LiveDb, statement: PaymentStatement): Promise<PaymentSettlement> {
  return inTransaction(db.sql, async (sql) => {
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
  const { provider, chargeRef, facts } = statement;
  // What names only the charge and what makes the charge known go one after the other: neither misses the other.
  if (chargeRef !== null)
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`charge/${provider}/${chargeRef}`}, 0))`;
  const order = await lockOrder(sql, statement);
  if (!order) {
    // The charge may become known with the payment, which has not been heard of yet.
    if (chargeRef !== null) await keepFacts(sql, { provider, paymentId: null, chargeRef }, facts, statement);
    return { refusal: "NOT_FOUND" };
  }
  const refs = { provider, paymentId: order.payment_id, amountFen: Number(order.amount_fen) };
  const before = await readStanding(sql, { ...refs, chargeRef: order.charge_ref });
  const moved = await moveOrder(sql, order, statement);
  if (moved === "mismatch") {
    await alarm(sql, "payment.not_understood", order, statement, { amountFen: statement.amountFen });
    return { refusal: "PAYMENT_MISMATCH" };
  }
  if (statement.isUnclear)
    await alarm(sql, "payment.not_understood", order, statement, { said: facts.map(({ said }) => said) });
  const said = [...factsOfBefore(order, facts), ...facts];
  const added = await keepFacts(sql, { ...refs, chargeRef: moved.chargeRef }, said, statement);
  const after = await readStanding(sql, { ...refs, chargeRef: moved.chargeRef });
  const { hasChanged, isFrozen } = await follow(
    sql,
    { ...order, status: moved.status },
    before,
    after,
    statement,
  );
  const { user_id: userId, order_id: orderId } = order;
  return {
    outcome: outcomeOf(statement, { ...moved, added, hasChanged }, before, after),
    userId,
    orderId,
    walletChanged: moved.isCredited || isFrozen,
  };
}

/**
 * Of a payment that was charged back before what providers say was kept, only its state knows it: with the first word about
 * what goes back it is written down, or that word would be taken for all, and what was taken be given back.
 */
function factsOfBefore(order: LockedOrder, facts: readonly SaidFact[]): SaidFact[] {
  const isOld = order.status === "charged_back" && order.standing === "clear";
  if (!isOld || facts.every(({ kind }) => kind === "not_understood")) return [];
  return [
    {
      eventKey: `${order.payment_id}/charged_back-before`,
      kind: "dispute",
      ref: UNNAMED_DISPUTE,
      state: "open",
      amountFen: null,
      said: { type: "charged back before what was said was kept" },
      saidAt: null,
    },
  ];
}

function outcomeOf(
  { kind, facts, isUnclear }: PaymentStatement,
  did: { isCredited: boolean; hasFailed: boolean; added: number; hasChanged: boolean },
  before: Standing,
  after: Standing,
): PaymentOutcome {
  if (did.hasFailed) return "failed";
  if (did.isCredited && kind === "paid") return "credited";
  if (!did.hasChanged) {
    if (isUnclear && facts.every((fact) => fact.kind === "not_understood")) return "ignored";
    return kind === "life" && did.added > 0 ? "noted" : "already_final";
  }
  if (after.disputedFen > before.disputedFen) return "charged_back";
  if (after.refundedFen > before.refundedFen) return "refunded";
  return isWorse(after, before) ? "held" : "released";
}

/** The order follows the standing, and the wallet is frozen as soon as more may go back than was known. */
async function follow(
  sql: Sql,
  order: LockedOrder,
  before: Standing,
  after: Standing,
  statement: PaymentStatement,
): Promise<{ hasChanged: boolean; isFrozen: boolean }> {
  const isCredited = order.status === "paid" || order.status === "charged_back";
  const facts = { coins: Number(order.coins), amountFen: Number(order.amount_fen) };
  // Nothing was given for what was never paid, so nothing is to be taken for it.
  const owedCoins = isCredited ? coinsOwed(facts, after.owedFen) : 0;
  const hasWorsened = isWorse(after, before);
  const hasChanged =
    hasWorsened ||
    after.owedFen !== before.owedFen ||
    after.name !== before.name ||
    after.hasInquiry !== before.hasInquiry ||
    order.standing !== after.name ||
    Number(order.owed_fen) !== after.owedFen ||
    Number(order.owed_coins) !== owedCoins;
  if (!hasChanged) return { hasChanged, isFrozen: false };
  const { at } = statement;
  const status = !isCredited ? order.status : after.disputedFen > 0 ? "charged_back" : "paid";
  await sql`
    UPDATE recharge_orders SET standing = ${after.name}, owed_fen = ${after.owedFen}, owed_coins = ${owedCoins},
      status = ${status}, recover_at = ${at.toISOString()},
      charged_back_at = ${status === "charged_back" ? sql`coalesce(charged_back_at, ${at.toISOString()})` : null}
    WHERE payment_id = ${order.payment_id}`;
  if (!hasWorsened && owedCoins <= Number(order.owed_coins)) return { hasChanged, isFrozen: false };
  await placeFreeze(sql, {
    userId: order.user_id,
    source: "payment",
    subject: order.payment_id,
    actorId: PLATFORM_ACTOR_ID,
    reason: FREEZE_REASONS[after.name] ?? "The payment provider took a payment back.",
    traceId: statement.traceId,
  });
  const kind = alarmOf(before, after);
  if (kind)
    await alarm(sql, kind, order, statement, { standing: after.name, owedFen: after.owedFen, owedCoins });
  return { hasChanged, isFrozen: true };
}

const FREEZE_REASONS: Partial<Record<PaymentStanding, string>> = {
  fraud_warning: "The payment provider warns that a payment is fraud.",
  inquiry: "A bank inquires about a payment.",
  partly_refunded: "A part of a payment was refunded.",
  refunded: "A payment was refunded.",
};

/** A refund is what somebody wanted; everything else wants somebody to look. */
function alarmOf(before: Standing, after: Standing): AlarmKind | null {
  if (after.disputedFen > before.disputedFen) return "payment.disputed";
  if (after.isWarned && !before.isWarned) return "payment.fraud_warning";
  if (after.hasInquiry && !before.hasInquiry) return "payment.inquiry";
  return null;
}

async function alarm(
  sql: Sql,
  kind: AlarmKind,
  order: LockedOrder,
  { provider, traceId }: PaymentStatement,
  facts: object,
): Promise<void> {
  await upsertAlarm(sql, {
    kind,
    subject: `payment:${order.payment_id}`,
    facts: { provider, userId: order.user_id, ...facts },
    traceId,
  });
}
