import type { BizErrorDetails } from "@/domain/contracts/errors";
import type { GiftFailureReason, GiftOrderStatus } from "@/domain/contracts/gift";
import { backOffMs } from "@/domain/rules/back-off";
import { CAP_NAMES, type CapName } from "@/domain/rules/spending";
import type { ClientErrorName } from "../../../lib/api-error";

/**
 * What becomes of a gift after the tap. Pure. An order keeps one id from the tap to its end; whatever fails on the
 * way is repeated under that id, so that repeating can never pay twice.
 */
export type GiftOrderPhase =
  /** The call is on its way, for the first time or again. */
  | "sending"
  /** The last call had no answer, or one that invites another try; it is repeated after a pause. */
  | "waiting"
  /** The server has it; the result is still to come. */
  | "accepted"
  /** It goes beyond half of a cap: the server has refused it until the person says yes. */
  | "asking"
  /** We stopped trying by ourselves; the outcome is unknown and the person may try again. */
  | "stuck"
  | "settled"
  | "failed";

/** Why an order failed: by the server's word, or never sent at all. */
export type GiftOrderReason = GiftFailureReason | ClientErrorName | "NOT_SENT" | "REFUNDED" | "DECLINED";

/** What the person is asked before a gift goes beyond half of a cap. Coins. */
export interface SpendingQuestion {
  cap: CapName;
  spentCoins: number;
  maxCoins: number;
}

export interface GiftIntent {
  giftOrderId: string;
  roomId: string;
  giftId: string;
  count: number;
  priceCoins: number;
  comboId?: string;
  anonymous: boolean;
  /** When the person tapped. */
  createdAtMs: number;
}

export interface GiftOrder extends GiftIntent {
  totalCoins: number;
  phase: GiftOrderPhase;
  /** Calls that were started. */
  attempts: number;
  reason: GiftOrderReason | null;
  traceId: string | null;
  /** While it is asking. */
  question?: SpendingQuestion;
  /** The person has said yes. */
  confirmed?: boolean;
}

export type GiftOrders = ReadonlyMap<string, GiftOrder>;

export type GiftOrderAction =
  | { type: "intended"; intent: GiftIntent }
  | { type: "restored"; orders: readonly GiftOrder[] }
  | { type: "attempted"; giftOrderId: string }
  | {
      type: "answered";
      giftOrderId: string;
      status: GiftOrderStatus;
      reason?: GiftFailureReason;
      totalCoins: number;
      traceId: string;
    }
  | { type: "unanswered"; giftOrderId: string; error: ClientErrorName; traceId: string | null }
  | { type: "refused"; giftOrderId: string; error: ClientErrorName; traceId: string | null }
  | { type: "questioned"; giftOrderId: string; question: SpendingQuestion; traceId: string | null }
  | { type: "confirmed"; giftOrderId: string }
  | { type: "declined"; giftOrderId: string }
  | { type: "gaveUp"; giftOrderId: string }
  | { type: "neverSent"; giftOrderId: string }
  | { type: "settled"; giftOrderIds: readonly string[] }
  | { type: "failed"; giftOrderId: string; reason: GiftFailureReason; traceId: string }
  | { type: "forgotten"; giftOrderId: string };

export const SEND_ATTEMPTS_MAX = 6;
const RETRY_BACK_OFF = { firstMs: 500, maxMs: 8_000 };
/** No push within this time after acceptance: ask. */
export const STATUS_POLL_AFTER_MS = 3_000;
const STATUS_POLL_MAX_MS = 15_000;
/** After a reload, an order the server has never seen is sent again only while the tap is this fresh. */
export const RESEND_WITHIN_MS = 60_000;

export function isFinal(order: GiftOrder): boolean {
  return order.phase === "settled" || order.phase === "failed";
}

/** A final order stays as it is: a late answer or a repeated push changes nothing. */
export function reduceGiftOrders(orders: GiftOrders, action: GiftOrderAction): GiftOrders {
  switch (action.type) {
    case "intended": {
      const { intent } = action;
      if (orders.has(intent.giftOrderId)) return orders;
      return withOrder(orders, {
        ...intent,
        totalCoins: intent.priceCoins * intent.count,
        phase: "sending",
        attempts: 0,
        reason: null,
        traceId: null,
      });
    }
    case "restored": {
      const next = new Map(orders);
      for (const order of action.orders) if (!next.has(order.giftOrderId)) next.set(order.giftOrderId, order);
      return next;
    }
    case "attempted":
      return change(orders, action.giftOrderId, (o) => ({ phase: "sending", attempts: o.attempts + 1 }));
    case "answered":
      return change(orders, action.giftOrderId, (order) => settleByStatus(order, action));
    case "unanswered":
      return change(orders, action.giftOrderId, (order) => ({
        phase: order.attempts >= SEND_ATTEMPTS_MAX ? "stuck" : "waiting",
        reason: action.error,
        traceId: action.traceId ?? order.traceId,
      }));
    case "refused":
      return change(orders, action.giftOrderId, () => ({
        phase: "failed",
        reason: action.error,
        traceId: action.traceId,
      }));
    case "questioned":
      return change(orders, action.giftOrderId, () => ({
        phase: "asking",
        question: action.question,
        traceId: action.traceId,
      }));
    case "confirmed":
      return change(orders, action.giftOrderId, () => ({
        phase: "sending",
        confirmed: true,
        question: undefined,
        attempts: 0,
      }));
    case "declined":
      return change(orders, action.giftOrderId, () => ({ phase: "failed", reason: "DECLINED" }));
    case "gaveUp":
      return change(orders, action.giftOrderId, () => ({ phase: "stuck" }));
    case "neverSent":
      return change(orders, action.giftOrderId, () => ({ phase: "failed", reason: "NOT_SENT" }));
    case "settled": {
      let next = orders;
      for (const id of action.giftOrderIds)
        next = change(next, id, () => ({ phase: "settled", reason: null }));
      return next;
    }
    case "failed":
      return change(orders, action.giftOrderId, () => ({
        phase: "failed",
        reason: action.reason,
        traceId: action.traceId,
      }));
    case "forgotten": {
      if (!orders.has(action.giftOrderId)) return orders;
      const next = new Map(orders);
      next.delete(action.giftOrderId);
      return next;
    }
  }
}

function settleByStatus(
  order: GiftOrder,
  answer: { status: GiftOrderStatus; reason?: GiftFailureReason; totalCoins: number; traceId: string },
): Partial<GiftOrder> {
  const facts = { traceId: answer.traceId };
  switch (answer.status) {
    case "settled":
      return { ...facts, phase: "settled", reason: null, totalCoins: answer.totalCoins };
    case "failed":
      return { ...facts, phase: "failed", reason: answer.reason ?? "INTERNAL" };
    case "refunded":
      return { ...facts, phase: "failed", reason: "REFUNDED" };
    case "pending":
      // The price is the server's: a catalogue that changed a moment ago shows here.
      return { ...facts, phase: "accepted", reason: null, totalCoins: answer.totalCoins };
    case "unknown":
      // It never arrived, so it has to be sent (again) under the same id.
      return order.attempts >= SEND_ATTEMPTS_MAX ? { phase: "stuck" } : { phase: "waiting" };
  }
}

function change(
  orders: GiftOrders,
  giftOrderId: string,
  patch: (order: GiftOrder) => Partial<GiftOrder>,
): GiftOrders {
  const order = orders.get(giftOrderId);
  if (!order || isFinal(order)) return orders;
  return withOrder(orders, { ...order, ...patch(order) });
}

function withOrder(orders: GiftOrders, order: GiftOrder): GiftOrders {
  const next = new Map(orders);
  next.set(order.giftOrderId, order);
  return next;
}

/** How long to wait before call number `attempts + 1`: doubling, bounded, spread by `random` in [0, 1). */
export function retryDelayMs(attempts: number, random: number, askedMs = 0): number {
  return Math.max(askedMs, backOffMs(attempts - 1, random, RETRY_BACK_OFF));
}

/** When to ask for the status the next time, after `polls` answers that were not final. */
export function statusPollDelayMs(polls: number): number {
  return Math.min(STATUS_POLL_MAX_MS, STATUS_POLL_AFTER_MS * 1.5 ** polls);
}

/** Coins of orders that have no end yet; they are shown as pending from the tap on, unless the person is still asked. */
export function openCoins(orders: GiftOrders): number {
  let coins = 0;
  for (const order of orders.values())
    if (!isFinal(order) && order.phase !== "asking") coins += order.totalCoins;
  return coins;
}

/** The orders that wait for the person's yes, oldest first: one answer is for all of them. */
export function askingOrders(orders: GiftOrders): GiftOrder[] {
  return [...orders.values()].filter((order) => order.phase === "asking");
}

/** What a refusal asks, or null when it does not say so. */
export function readQuestion(details: BizErrorDetails): SpendingQuestion | null {
  const { spentCoins, maxCoins } = details;
  const cap = CAP_NAMES.find((name) => name === details.cap);
  return cap && typeof spentCoins === "number" && typeof maxCoins === "number"
    ? { cap, spentCoins, maxCoins }
    : null;
}

/** Orders to keep over a reload: those without an end. */
export function unresolvedOrders(orders: GiftOrders): GiftOrder[] {
  return [...orders.values()].filter((order) => !isFinal(order));
}

/** Reads what a former page load left behind; anything that does not look like an order is dropped. */
export function parseStoredOrders(json: string | null): GiftOrder[] {
  if (!json) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter(looksLikeOrder) : [];
  } catch {
    return [];
  }
}

function looksLikeOrder(value: unknown): value is GiftOrder {
  if (typeof value !== "object" || value === null) return false;
  const order = value as Partial<GiftOrder>;
  return (
    typeof order.giftOrderId === "string" &&
    typeof order.roomId === "string" &&
    typeof order.giftId === "string" &&
    Number.isSafeInteger(order.count) &&
    Number.isSafeInteger(order.totalCoins) &&
    typeof order.createdAtMs === "number"
  );
}
