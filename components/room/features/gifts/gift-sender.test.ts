import { describe, expect, it } from "vitest";
import type { GiftSendInput, GiftSendResult, GiftStatusResult } from "@/domain/contracts/gift";
import type { GiftIntent, GiftOrder } from "./gift-orders";
import { askingOrders, openCoins, RESEND_WITHIN_MS, SEND_ATTEMPTS_MAX } from "./gift-orders";
import { createGiftSender } from "./gift-sender";

const TRACE = "b".repeat(32);
const INTENT: GiftIntent = {
  giftOrderId: "o1",
  roomId: "r1",
  giftId: "crown",
  count: 2,
  priceCoins: 10,
  anonymous: false,
  createdAtMs: 1_000,
};
const accepted: GiftSendResult = {
  giftOrderId: "o1",
  status: "pending",
  priceCoins: 10,
  totalCoins: 20,
  traceId: TRACE,
};
const networkDown = () => Promise.reject(new TypeError("Failed to fetch"));
const refused = (name: string, details = {}) =>
  Promise.reject({ data: { biz: { code: 0, name, message: "", details, traceId: TRACE } } });

/** A browser in a box: storage, a clock that stands still and timers that run when told to. */
function setUp(stored?: string) {
  const storage = new Map<string, string>(stored ? [["key", stored]] : []);
  const sent: GiftSendInput[] = [];
  const finals: GiftOrder[] = [];
  const timers: { task: () => void; delayMs: number; cancelled: boolean }[] = [];
  const server = {
    send: (): Promise<GiftSendResult> => Promise.resolve(accepted),
    status: (): Promise<GiftStatusResult> => Promise.resolve({ ...accepted, status: "settled" }),
  };
  const clock = { nowMs: 1_000 };
  const sender = createGiftSender({
    send: (input) => {
      sent.push(input);
      return server.send();
    },
    readStatus: () => server.status(),
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
    storageKey: "key",
    nowMs: () => clock.nowMs,
    random: () => 0.5,
    schedule: (task, delayMs) => {
      const timer = { task, delayMs, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    onChange: () => {},
    onFinal: (order) => finals.push(order),
  });
  const settlePromises = async () => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  async function runTimers() {
    await settlePromises();
    const due = timers.splice(0).filter((timer) => !timer.cancelled);
    for (const timer of due) timer.task();
    await settlePromises();
    return due.map((timer) => timer.delayMs);
  }
  return { sender, server, sent, finals, storage, clock, runTimers, settlePromises };
}

describe("createGiftSender", () => {
  it("repeats a gift without an answer under the same id", async () => {
    const box = setUp();
    box.server.send = networkDown;
    box.sender.start(INTENT);
    await box.runTimers();
    box.server.send = () => Promise.resolve(accepted);
    await box.runTimers();
    expect(box.sent.length).toBeGreaterThanOrEqual(2);
    expect(new Set(box.sent.map((input) => input.giftOrderId))).toEqual(new Set(["o1"]));
    expect(box.sender.orders().get("o1")?.phase).toBe("accepted");
  });

  it("stops by itself after a bounded number of calls and goes on when asked to", async () => {
    const box = setUp();
    box.server.send = networkDown;
    box.sender.start(INTENT);
    for (let i = 0; i < SEND_ATTEMPTS_MAX + 3; i += 1) await box.runTimers();
    expect(box.sent).toHaveLength(SEND_ATTEMPTS_MAX);
    expect(box.sender.orders().get("o1")?.phase).toBe("stuck");
    box.server.send = () => Promise.resolve(accepted);
    box.sender.retryOpen();
    await box.settlePromises();
    expect(box.sender.orders().get("o1")?.phase).toBe("accepted");
  });

  it("keeps the order in storage until it is final", async () => {
    const box = setUp();
    box.sender.start(INTENT);
    await box.settlePromises();
    expect(box.storage.get("key")).toContain("o1");
    box.sender.settle(["o1"]);
    expect(box.storage.has("key")).toBe(false);
    expect(box.finals.map((order) => order.phase)).toEqual(["settled"]);
  });

  it("asks for the status when no push comes", async () => {
    const box = setUp();
    box.sender.start(INTENT);
    expect(await box.runTimers()).toEqual([3000]);
    expect(box.finals.map((order) => order.phase)).toEqual(["settled"]);
  });

  it("reports an end once, however often it is told", async () => {
    const box = setUp();
    box.sender.start(INTENT);
    box.sender.settle(["o1"]);
    box.sender.settle(["o1"]);
    box.sender.fail("o1", "INTERNAL", TRACE);
    await box.runTimers();
    expect(box.finals).toHaveLength(1);
  });

  it("does not repeat what the server refused", async () => {
    const box = setUp();
    box.server.send = () => refused("INSUFFICIENT_COINS");
    box.sender.start(INTENT);
    await box.runTimers();
    await box.runTimers();
    expect(box.sent).toHaveLength(1);
    expect(box.finals[0]).toMatchObject({ phase: "failed", reason: "INSUFFICIENT_COINS", traceId: TRACE });
  });

  it("waits as long as a limit asks for", async () => {
    const box = setUp();
    box.server.send = () =>
      Promise.reject({
        data: { biz: { name: "RATE_LIMITED", details: { retryAfterMs: 7000 }, traceId: TRACE } },
      });
    box.sender.start(INTENT);
    expect(await box.runTimers()).toEqual([7000]);
  });

  it("picks up after a reload: settled meanwhile", async () => {
    const first = setUp();
    first.sender.start(INTENT);
    await first.settlePromises();
    const second = setUp(first.storage.get("key"));
    second.sender.restore();
    await second.settlePromises();
    expect(second.sent).toEqual([]);
    expect(second.finals.map((order) => order.phase)).toEqual(["settled"]);
  });

  it("picks up after a reload: never arrived, still fresh, so it is sent under its id", async () => {
    const first = setUp();
    first.server.send = networkDown;
    first.sender.start(INTENT);
    await first.settlePromises();
    const second = setUp(first.storage.get("key"));
    second.server.status = () => Promise.resolve({ ...accepted, status: "unknown" });
    second.sender.restore();
    await second.settlePromises();
    expect(second.sent.map((input) => input.giftOrderId)).toEqual(["o1"]);
  });

  it("picks up after a reload: never arrived and old, so nothing is spent", async () => {
    const first = setUp();
    first.server.send = networkDown;
    first.sender.start(INTENT);
    await first.settlePromises();
    const second = setUp(first.storage.get("key"));
    second.clock.nowMs += RESEND_WITHIN_MS;
    second.server.status = () => Promise.resolve({ ...accepted, status: "unknown" });
    second.sender.restore();
    await second.settlePromises();
    expect(second.sent).toEqual([]);
    expect(second.finals[0]).toMatchObject({ phase: "failed", reason: "NOT_SENT" });
  });
});

describe("a gift beyond half of a cap", () => {
  const details = { cap: "day", spentCoins: 40, maxCoins: 100, totalCoins: 20 };

  it("asks, sends again under the same id once the person says yes, and is not pending meanwhile", async () => {
    const box = setUp();
    box.server.send = () => refused("SPENDING_CONFIRMATION_NEEDED", details);
    box.sender.start(INTENT);
    await box.settlePromises();
    const [asking] = askingOrders(box.sender.orders());
    expect(asking).toMatchObject({
      phase: "asking",
      question: { cap: "day", spentCoins: 40, maxCoins: 100 },
    });
    expect(openCoins(box.sender.orders())).toBe(0);
    expect(box.finals).toEqual([]);
    box.server.send = () => Promise.resolve(accepted);
    box.sender.answer(true);
    await box.settlePromises();
    expect(box.sent).toMatchObject([
      { giftOrderId: "o1", confirmed: undefined },
      { giftOrderId: "o1", confirmed: true },
    ]);
    expect(box.sender.orders().get("o1")).toMatchObject({ phase: "accepted" });
  });

  it("ends without a word when the person says no, with all that asked", async () => {
    const box = setUp();
    box.server.send = () => refused("SPENDING_CONFIRMATION_NEEDED", details);
    box.sender.start(INTENT);
    box.sender.start({ ...INTENT, giftOrderId: "o2" });
    await box.settlePromises();
    expect(askingOrders(box.sender.orders())).toHaveLength(2);
    box.sender.answer(false);
    expect(box.finals).toMatchObject([{ reason: "DECLINED" }, { reason: "DECLINED" }]);
    expect(box.sender.orders().size).toBe(0);
    expect(box.sent).toHaveLength(2);
  });
});
