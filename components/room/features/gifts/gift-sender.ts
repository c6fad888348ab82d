import type {
  GiftFailureReason,
  GiftSendInput,
  GiftSendResult,
  GiftStatusResult,
} from "@/domain/contracts/gift";
import { isRetryable, readApiError } from "../../../lib/api-error";
import {
  askingOrders,
  type GiftIntent,
  type GiftOrder,
  type GiftOrderAction,
  type GiftOrders,
  isFinal,
  parseStoredOrders,
  RESEND_WITHIN_MS,
  readQuestion,
  reduceGiftOrders,
  retryDelayMs,
  statusPollDelayMs,
  unresolvedOrders,
} from "./gift-orders";

export interface GiftSenderPorts {
  send: (input: GiftSendInput) => Promise<GiftSendResult>;
  readStatus: (giftOrderId: string) => Promise<GiftStatusResult>;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  storageKey: string;
  nowMs: () => number;
  random: () => number;
  /** Runs `task` after `delayMs` and returns how to cancel that. */
  schedule: (task: () => void, delayMs: number) => () => void;
  onChange: (orders: GiftOrders) => void;
  /** Called once per order, when it is settled or failed. */
  onFinal: (order: GiftOrder) => void;
}

export interface GiftSender {
  orders: () => GiftOrders;
  start: (intent: GiftIntent) => void;
  /** Picks up what a former page load left unresolved. */
  restore: () => void;
  /** Tries again what waits or is stuck: by hand, or because the network is back. */
  retryOpen: () => void;
  /** The person's answer, for all orders that ask. */
  answer: (yes: boolean) => void;
  settle: (giftOrderIds: readonly string[]) => void;
  fail: (giftOrderId: string, reason: GiftFailureReason, traceId: string) => void;
  stop: () => void;
}

/** Carries gifts from the tap to their end; the hook beside it only binds this to React. */
export function createGiftSender(ports: GiftSenderPorts): GiftSender {
  let orders: GiftOrders = new Map();
  let stopped = false;
  const timers = new Map<string, () => void>();

  function dispatch(action: GiftOrderAction): void {
    const next = reduceGiftOrders(orders, action);
    if (next === orders) return;
    const ended = [...next.values()].filter(
      (order) => isFinal(order) && !isFinalIn(orders, order.giftOrderId),
    );
    orders = ended.reduce<GiftOrders>(
      (rest, order) => reduceGiftOrders(rest, { type: "forgotten", giftOrderId: order.giftOrderId }),
      next,
    );
    persist();
    for (const order of ended) {
      cancel(order.giftOrderId);
      ports.onFinal(order);
    }
    ports.onChange(orders);
  }

  function persist(): void {
    const open = unresolvedOrders(orders);
    try {
      if (open.length === 0) ports.storage.removeItem(ports.storageKey);
      else ports.storage.setItem(ports.storageKey, JSON.stringify(open));
    } catch {
      // A full or forbidden storage costs only the memory over a reload; the gift itself goes on.
    }
  }

  function cancel(giftOrderId: string): void {
    timers.get(giftOrderId)?.();
    timers.delete(giftOrderId);
  }

  function later(giftOrderId: string, task: () => Promise<void>, delayMs: number): void {
    cancel(giftOrderId);
    if (stopped) return;
    const run = () => {
      timers.delete(giftOrderId);
      void task();
    };
    timers.set(giftOrderId, ports.schedule(run, delayMs));
  }

  async function attempt(giftOrderId: string): Promise<void> {
    const order = orders.get(giftOrderId);
    if (!order || stopped) return;
    cancel(giftOrderId);
    dispatch({ type: "attempted", giftOrderId });
    try {
      const answer = await ports.send({
        giftOrderId,
        roomId: order.roomId,
        giftId: order.giftId,
        count: order.count,
        comboId: order.comboId,
        anonymous: order.anonymous || undefined,
        confirmed: order.confirmed || undefined,
      });
      dispatch({ type: "answered", ...answer });
      if (orders.has(giftOrderId)) later(giftOrderId, () => poll(giftOrderId, 0), statusPollDelayMs(0));
    } catch (cause) {
      const error = readApiError(cause);
      const facts = { giftOrderId, error: error.name, traceId: error.traceId };
      const question = error.name === "SPENDING_CONFIRMATION_NEEDED" ? readQuestion(error.details) : null;
      if (question) {
        dispatch({ type: "questioned", giftOrderId, question, traceId: error.traceId });
        return;
      }
      if (!isRetryable(error)) {
        dispatch({ type: "refused", ...facts });
        return;
      }
      dispatch({ type: "unanswered", ...facts });
      const waiting = orders.get(giftOrderId);
      if (waiting?.phase !== "waiting") return;
      const delayMs = retryDelayMs(waiting.attempts, ports.random(), error.details.retryAfterMs);
      later(giftOrderId, () => attempt(giftOrderId), delayMs);
    }
  }

  async function poll(giftOrderId: string, polls: number): Promise<void> {
    if (!orders.has(giftOrderId) || stopped) return;
    try {
      const answer = await ports.readStatus(giftOrderId);
      dispatch({ type: "answered", ...answer });
      if (orders.get(giftOrderId)?.phase === "waiting") return await attempt(giftOrderId);
    } catch {
      // Not knowing is no answer: the order stays as it is and is asked for again below.
    }
    if (orders.has(giftOrderId))
      later(giftOrderId, () => poll(giftOrderId, polls + 1), statusPollDelayMs(polls + 1));
  }

  async function pickUp(order: GiftOrder): Promise<void> {
    const { giftOrderId } = order;
    try {
      const answer = await ports.readStatus(giftOrderId);
      if (answer.status !== "unknown") {
        dispatch({ type: "answered", ...answer });
      } else if (ports.nowMs() - order.createdAtMs < RESEND_WITHIN_MS) {
        return await attempt(giftOrderId);
      } else {
        dispatch({ type: "neverSent", giftOrderId });
      }
    } catch {
      // Unreachable for now; ask again like for any other open order.
    }
    if (orders.has(giftOrderId)) later(giftOrderId, () => poll(giftOrderId, 0), statusPollDelayMs(0));
  }

  return {
    orders: () => orders,
    start(intent) {
      dispatch({ type: "intended", intent });
      void attempt(intent.giftOrderId);
    },
    restore() {
      const stored = parseStoredOrders(ports.storage.getItem(ports.storageKey));
      if (stored.length === 0) return;
      dispatch({ type: "restored", orders: stored });
      for (const order of stored) void pickUp(order);
    },
    retryOpen() {
      for (const order of orders.values()) {
        if (order.phase === "waiting" || order.phase === "stuck") void attempt(order.giftOrderId);
      }
    },
    answer(yes) {
      for (const { giftOrderId } of askingOrders(orders)) {
        dispatch({ type: yes ? "confirmed" : "declined", giftOrderId });
        if (yes) void attempt(giftOrderId);
      }
    },
    settle: (giftOrderIds) => dispatch({ type: "settled", giftOrderIds }),
    fail: (giftOrderId, reason, traceId) => dispatch({ type: "failed", giftOrderId, reason, traceId }),
    stop() {
      stopped = true;
      for (const cancelTimer of timers.values()) cancelTimer();
      timers.clear();
    },
  };
}

function isFinalIn(orders: GiftOrders, giftOrderId: string): boolean {
  const order = orders.get(giftOrderId);
  return order !== undefined && isFinal(order);
}
