import { describe, expect, it } from "vitest";
import {
  type GiftIntent,
  type GiftOrderAction,
  type GiftOrders,
  openCoins,
  parseStoredOrders,
  reduceGiftOrders,
  retryDelayMs,
  SEND_ATTEMPTS_MAX,
  statusPollDelayMs,
  unresolvedOrders,
} from "./gift-orders";

const INTENT: GiftIntent = {
  giftOrderId: "o1",
  roomId: "r1",
  giftId: "crown",
  count: 10,
  priceCoins: 5,
  anonymous: false,
  createdAtMs: 1,
};
const TRACE = "a".repeat(32);

function run(...actions: GiftOrderAction[]): GiftOrders {
  return actions.reduce(reduceGiftOrders, new Map() as GiftOrders);
}
const intended: GiftOrderAction = { type: "intended", intent: INTENT };
const attempted: GiftOrderAction = { type: "attempted", giftOrderId: "o1" };
const noAnswer: GiftOrderAction = { type: "unanswered", giftOrderId: "o1", error: "NETWORK", traceId: null };
const pending: GiftOrderAction = {
  type: "answered",
  giftOrderId: "o1",
  status: "pending",
  totalCoins: 50,
  traceId: TRACE,
};
const phase = (orders: GiftOrders) => orders.get("o1")?.phase;

describe("a gift order", () => {
  it("is pending with its whole price from the tap on", () => {
    expect(openCoins(run(intended))).toBe(50);
    expect(openCoins(run(intended, attempted, pending))).toBe(50);
  });

  it("settles by push, and its coins are open no more", () => {
    const orders = run(intended, attempted, pending, { type: "settled", giftOrderIds: ["other", "o1"] });
    expect(phase(orders)).toBe("settled");
    expect(openCoins(orders)).toBe(0);
    expect(unresolvedOrders(orders)).toEqual([]);
  });

  it("settles by push even before the call is answered, and the answer does not reopen it", () => {
    const orders = run(intended, attempted, { type: "settled", giftOrderIds: ["o1"] }, pending, noAnswer);
    expect(phase(orders)).toBe("settled");
  });

  it("fails with the reason and rolls the coins back", () => {
    const orders = run(intended, attempted, pending, {
      type: "failed",
      giftOrderId: "o1",
      reason: "INSUFFICIENT_COINS",
      traceId: TRACE,
    });
    expect(orders.get("o1")).toMatchObject({ phase: "failed", reason: "INSUFFICIENT_COINS", traceId: TRACE });
    expect(openCoins(orders)).toBe(0);
  });

  it("waits and is sent again after no answer, then is stuck, never failed: its outcome is unknown", () => {
    let orders = run(intended);
    for (let i = 1; i <= SEND_ATTEMPTS_MAX; i += 1) {
      orders = [attempted, noAnswer].reduce(reduceGiftOrders, orders);
      expect(phase(orders)).toBe(i < SEND_ATTEMPTS_MAX ? "waiting" : "stuck");
    }
    expect(openCoins(orders)).toBe(50);
    expect(phase(reduceGiftOrders(orders, { type: "settled", giftOrderIds: ["o1"] }))).toBe("settled");
  });

  it("goes back to sending when the server does not know it", () => {
    const unknown: GiftOrderAction = { ...pending, status: "unknown" };
    expect(phase(run(intended, attempted, pending, unknown))).toBe("waiting");
  });

  it("takes the server's total", () => {
    expect(openCoins(run(intended, attempted, { ...pending, totalCoins: 70 }))).toBe(70);
  });

  it("keeps the first intent under its id", () => {
    const orders = run(intended, { type: "intended", intent: { ...INTENT, count: 9999 } });
    expect(orders.get("o1")?.count).toBe(10);
  });

  it("explains a refund", () => {
    expect(run(intended, attempted, { ...pending, status: "refunded" }).get("o1")).toMatchObject({
      phase: "failed",
      reason: "REFUNDED",
    });
  });
});

describe("delays", () => {
  it("double up to a bound", () => {
    expect(retryDelayMs(1, 0.5)).toBe(500);
    expect(retryDelayMs(2, 0.5)).toBe(1000);
    expect(retryDelayMs(20, 0.5)).toBe(8000);
  });
  it("respect what the server asked for", () => expect(retryDelayMs(1, 0, 4000)).toBe(4000));
  it("poll less and less often", () => {
    expect(statusPollDelayMs(0)).toBe(3000);
    expect(statusPollDelayMs(50)).toBe(15_000);
  });
});

describe("parseStoredOrders", () => {
  it("reads back what was stored", () => {
    const stored = unresolvedOrders(run(intended, attempted, pending));
    expect(parseStoredOrders(JSON.stringify(stored))).toEqual(stored);
  });
  it("drops what is not an order", () => {
    expect(parseStoredOrders(null)).toEqual([]);
    expect(parseStoredOrders("{")).toEqual([]);
    expect(parseStoredOrders('[{"giftOrderId":1},null,3]')).toEqual([]);
  });
});
