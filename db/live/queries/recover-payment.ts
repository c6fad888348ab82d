import { randomUUID } from "node:crypto";
import { v5 as uuidv5 } from "uuid";
import type { LiveDb, Sql } from "@/db/client";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import { isOver, type Standing } from "@/domain/rules/payment-standing";
import { lockWallet } from "../ledger/accounts";
import { upsertAlarm } from "./alarms";
import { type OwedRow, owedCoinsOf, postRecovery, postReturns, readTaken } from "./chargebacks";
import { liftFreeze } from "./freeze-wallet";
import { refundWithin } from "./gift-refunds";
import { readStanding } from "./payment-events";

/** A payout hold that is to stand in, or to go from, the finance database. */
export interface HoldToMove {
  holdId: string;
  anchorId: string;
}

/** What one step did, or what is to be done in the finance database before the next. */
export type RecoveryStep =
  | { did: "returned" | "recovered" | "took-gift" | "let-go"; userId: string }
  | { did: "place" | "lift"; holds: HoldToMove[] }
  | { did: "nothing" };

/** Names ids that the platform makes from others, so that a step which is repeated means the same thing. */
const NAMESPACE = "6d1c3c3e-5f0b-4d53-9a54-0f1f3c1d8a10";
/** Settlement takes refunds back within seconds. */
const SETTLING_MS = 3_000;
/** Coins may come into a frozen wallet, of red packets or of an operator's refund. */
const DEBT_MS = 3_600_000;

/** Payments whose books do not follow their standing yet, longest waiting first. */
export async function listPaymentsToRecover(db: LiveDb, now: Date, limit: number): Promise<string[]> {
  const rows = await db.sql<{ payment_id: string }[]>`
    SELECT payment_id FROM recharge_orders WHERE recover_at <= ${now.toISOString()}
    ORDER BY recover_at LIMIT ${limit}`;
  return rows.map((row) => row.payment_id);
}

interface State {
  paymentId: string;
  userId: string;
  owedCoins: number;
  takenCoins: number;
  balanceCoins: number;
  /** Coins that gifts would have to give back for all that is owed, or feared. */
  missingCoins: number;
  /** Whether this payment keeps the wallet frozen: what an operator let go is not taken from by itself. */
  isFrozen: boolean;
  standing: Standing;
  traceId: string;
}

/**
 * Brings the books one step nearer to a payment's standing, in one transaction. Whoever asks again and again until it did
 * nothing has carried out all of it; who dies in between, or does it twice at once, changes nothing about the result.
 *
 * The order of things: what was taken too much is given back; payouts of the anchors concerned are held; what is owed is
 * taken from the wallet; gifts are taken back, newest first, each with what is owed of it in one; holds are lifted once
 * settlement has taken the gifts back (`refundCursor` says how far it is); the wallet is let go when all is over.
 *
 * Locks: the order, the wallet, the refund counter, clearing accounts.
 */
export async function stepRecovery(
  db: LiveDb,
  input: { paymentId: string; refundCursor: number; traceId: string; now: Date },
): Promise<RecoveryStep> {
  return await inTransaction(db.sql, async (tx) => {
    const state = await lockState(tx, input);
    if (!state) return { did: "nothing" };
    const { userId, owedCoins, takenCoins, balanceCoins } = state;
    if (takenCoins > owedCoins) {
      await postReturns(tx, { ...state, coins: takenCoins - owedCoins });
      return { did: "returned", userId };
    }
    const holds = await planHolds(tx, state, input);
    if (holds.toPlace.length > 0) return { did: "place", holds: holds.toPlace };
    if (state.isFrozen && owedCoins > takenCoins) {
      if (balanceCoins > 0) {
        await recover(tx, state, balanceCoins);
        return { did: "recovered", userId };
      }
      if (await takeNewestGift(tx, state)) return { did: "took-gift", userId };
      await reportDebt(tx, state);
    }
    if (holds.toLift.length > 0) return { did: "lift", holds: holds.toLift };
    if (state.isFrozen && isOver(state.standing) && owedCoins === takenCoins) {
      const reason = "Nothing is owed for the payment any more.";
      const freeze = { userId, source: "payment", subject: state.paymentId, reason } as const;
      await liftFreeze(tx, { ...freeze, actorId: PLATFORM_ACTOR_ID, traceId: state.traceId });
      return { did: "let-go", userId };
    }
    const waitMs = holds.isWaiting ? SETTLING_MS : state.isFrozen && owedCoins > takenCoins ? DEBT_MS : null;
    const next = waitMs === null ? null : new Date(input.now.getTime() + waitMs).toISOString();
    await tx`UPDATE recharge_orders SET recover_at = ${next} WHERE payment_id = ${state.paymentId}`;
    return { did: "nothing" };
  });
}

async function lockState(
  tx: Sql,
  { paymentId, traceId }: { paymentId: string; traceId: string },
): Promise<State | undefined> {
  const [order] = await tx<
    (OwedRow & { user_id: string; provider: string; charge_ref: string | null; amount_fen: string })[]
  >`
    SELECT user_id, provider, charge_ref, amount_fen, coins, owed_coins, status, standing FROM recharge_orders
    WHERE payment_id = ${paymentId} FOR UPDATE`;
  if (!order) return undefined;
  const userId = order.user_id;
  const wallet = await lockWallet(tx, userId);
  const freezes = await tx`
    SELECT 1 FROM wallet_freezes WHERE user_id = ${userId} AND source = 'payment' AND subject = ${paymentId}`;
  const { takenCoins } = await readTaken(tx, paymentId);
  const { provider, charge_ref: chargeRef } = order;
  const amountFen = Number(order.amount_fen);
  const standing = await readStanding(tx, { provider, paymentId, chargeRef, amountFen });
  const owedCoins = owedCoinsOf(order);
  const balanceCoins = wallet?.balanceCoins ?? 0;
  // An inquiry or a warning may become a dispute over all of it.
  const fearedCoins = standing.hasInquiry || standing.isWarned ? Number(order.coins) : owedCoins;
  const isFrozen = freezes.length > 0;
  const missingCoins = isFrozen ? Math.max(0, fearedCoins - takenCoins - balanceCoins) : 0;
  return {
    paymentId,
    userId,
    owedCoins,
    takenCoins,
    balanceCoins,
    missingCoins,
    isFrozen,
    standing,
    traceId,
  };
}

/** Gifts that left the wallet after the payment had come into it, by the order of the ledger, and were not given back. */
const giftsAfter = (tx: Sql, { paymentId, userId }: State) => tx`
  SELECT t.id, r.gift_order_id, r.anchor_id, r.total_coins
  FROM trades t JOIN gift_records r ON r.gift_order_id = t.biz_id AND r.sender_id = t.account_id
  WHERE t.account_id = ${userId} AND t.trade_type = 'gift'
    AND t.id > (SELECT c.id FROM trades c WHERE c.biz_id = ${paymentId} AND c.trade_type = 'recharge')
    AND NOT EXISTS (
      SELECT 1 FROM gift_refunds f WHERE f.gift_order_id = r.gift_order_id AND f.sender_id = r.sender_id)`;

/**
 * Which payouts are to be held: those of anchors whose gifts would be taken back, and those of anchors from whom
 * settlement has not yet taken back what was. Writes down what is to begin and what is to end; whoever is told does it in
 * the finance database and says so.
 */
async function planHolds(
  tx: Sql,
  state: State,
  { refundCursor, now }: { refundCursor: number; now: Date },
): Promise<{ toPlace: HoldToMove[]; toLift: HoldToMove[]; isWaiting: boolean }> {
  const { paymentId, missingCoins } = state;
  const feared =
    missingCoins === 0
      ? []
      : await tx<{ anchor_id: string }[]>`
          SELECT DISTINCT g.anchor_id FROM (
            SELECT anchor_id, coalesce(sum(total_coins) OVER newer, 0) AS newer_coins FROM (${giftsAfter(tx, state)}) AS gifts
            WINDOW newer AS (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS g
          WHERE g.newer_coins < ${missingCoins}`;
  const unsettled = await tx<{ anchor_id: string }[]>`
    SELECT DISTINCT anchor_id FROM payment_take_backs
    WHERE payment_id = ${paymentId} AND refund_seq > ${refundCursor}`;
  const wanted = new Set([...feared, ...unsettled].map((row) => row.anchor_id));
  const rows = await tx<
    {
      hold_id: string;
      anchor_id: string;
      placed_at: Date | null;
      ending_at: Date | null;
      lifted_at: Date | null;
    }[]
  >`
    SELECT hold_id, anchor_id, placed_at, ending_at, lifted_at FROM payment_holds WHERE payment_id = ${paymentId}`;
  const toPlace: HoldToMove[] = [];
  const toLift: HoldToMove[] = [];
  for (const row of rows) {
    const hold = { holdId: row.hold_id, anchorId: row.anchor_id };
    if (row.ending_at === null && wanted.has(row.anchor_id)) {
      wanted.delete(row.anchor_id);
      if (row.placed_at === null) toPlace.push(hold);
    } else if (row.lifted_at === null) {
      toLift.push(hold);
    }
  }
  for (const anchorId of wanted) {
    const episode = rows.filter((row) => row.anchor_id === anchorId).length;
    const holdId = uuidv5(`hold/${paymentId}/${anchorId}/${episode}`, NAMESPACE);
    await tx`
      INSERT INTO payment_holds (hold_id, payment_id, anchor_id, created_at)
      VALUES (${holdId}, ${paymentId}, ${anchorId}, ${now.toISOString()})`;
    toPlace.push({ holdId, anchorId });
  }
  if (toPlace.length === 0) {
    for (const { holdId } of toLift)
      await tx`
        UPDATE payment_holds SET ending_at = coalesce(ending_at, ${now.toISOString()}) WHERE hold_id = ${holdId}`;
  }
  return { toPlace, toLift, isWaiting: unsettled.length > 0 };
}

/** Says that a hold stands in the finance database, or stands there no more. */
export async function markHold(
  db: LiveDb,
  holdId: string,
  what: "placed" | "lifted",
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  if (what === "placed")
    await db.sql`UPDATE payment_holds SET placed_at = coalesce(placed_at, ${at}) WHERE hold_id = ${holdId}`;
  else
    await db.sql`UPDATE payment_holds SET lifted_at = coalesce(lifted_at, ${at}) WHERE hold_id = ${holdId}`;
}

async function recover(tx: Sql, state: State, balanceCoins: number): Promise<void> {
  const owedCoins = state.owedCoins - state.takenCoins;
  await postRecovery(tx, {
    ...state,
    recoveryId: randomUUID(),
    coins: Math.min(owedCoins, balanceCoins),
    owedCoins,
    balanceCoins,
    reason: "Its provider took the payment back.",
    actorId: PLATFORM_ACTOR_ID,
  });
}

/** Gives the newest gift back to the wallet, whole, and takes of it what is owed; the rest stays in the wallet. */
async function takeNewestGift(tx: Sql, state: State): Promise<boolean> {
  const { paymentId, userId, traceId } = state;
  const [gift] = await tx<{ gift_order_id: string; anchor_id: string }[]>`
    SELECT gift_order_id, anchor_id FROM (${giftsAfter(tx, state)}) AS gifts ORDER BY id DESC LIMIT 1`;
  if (!gift) return false;
  const { gift_order_id: giftOrderId, anchor_id: anchorId } = gift;
  const refund = await refundWithin(tx, {
    senderId: userId,
    giftOrderId,
    refundId: uuidv5(`take-back/${paymentId}/${giftOrderId}/${userId}`, NAMESPACE),
    reason: "The payment that paid for it was taken back.",
    actorId: PLATFORM_ACTOR_ID,
    traceId,
  });
  if (typeof refund === "string") throw new Error("A gift that was not given back cannot be.");
  await tx`
    INSERT INTO payment_take_backs (refund_id, refund_seq, payment_id, user_id, gift_order_id, anchor_id, coins, created_at)
    VALUES (${refund.refundId}, ${refund.refundSeq}, ${paymentId}, ${userId}, ${giftOrderId}, ${anchorId},
      ${refund.totalCoins}, ${refund.createdAt.toISOString()})`;
  await recover(tx, state, refund.totalCoins);
  return true;
}

/** Once for each sum: nothing is left to take, and somebody has to decide. */
async function reportDebt(
  tx: Sql,
  { paymentId, userId, owedCoins, takenCoins, traceId }: State,
): Promise<void> {
  const subject = `payment:${paymentId}`;
  const debtCoins = owedCoins - takenCoins;
  const known = await tx`
    SELECT 1 FROM alarms WHERE kind = 'payment.debt' AND subject = ${subject}
      AND facts->>'debtCoins' = ${String(debtCoins)} LIMIT 1`;
  if (known.length > 0) return;
  await upsertAlarm(tx, { kind: "payment.debt", subject, facts: { userId, debtCoins }, traceId });
}
