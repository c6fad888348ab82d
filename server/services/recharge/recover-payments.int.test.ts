import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findEarnings } from "@/db/finance/queries/earnings";
import { listPayoutHolds, placePayoutHold } from "@/db/finance/queries/payout-holds";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { placeRechargeOrder } from "@/db/live/queries/recharge-orders";
import { stepRecovery } from "@/db/live/queries/recover-payment";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import type { RechargeOrderFacts } from "@/domain/contracts/recharge";
import { bucketOf } from "@/domain/rules/bucket";
import { newTraceId } from "@/platform/observability/trace";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { composeCallback, SANDBOX_SECRET } from "@/server/testing/recharge-harness";
import { checkInvariants } from "../audit/check-invariants";
import { settleAndTakeBack, startStretch } from "../finance/settlement-stretch";
import { freezeWallet, unfreezeWallet } from "../wallet/freeze-wallet";
import { getWalletDetail } from "../wallet/inspect-wallets";
import { recoverCoins } from "../wallet/recover-chargeback";
import { getPaymentLife } from "./payment-life";
import { searchOrders } from "./recharge-orders";
import { recoverPayments } from "./recover-payments";
import { takePaymentCallback } from "./take-callback";

let harness: MoneyHarness;
let viewer: string;
const operator = () => callBy(harness.resources, randomUUID(), "operator");

beforeAll(async () => {
  harness = await startMoneyHarness(16);
  harness.resources.env = { ...harness.resources.env, PAYMENT_SANDBOX_SECRET: SANDBOX_SECRET };
});
afterAll(() => harness?.close());
beforeEach(async () => {
  viewer = await newViewer();
});

async function newViewer(coins = 0): Promise<string> {
  const id = randomUUID();
  await harness.resources.live.sql`
    INSERT INTO users (id, name, email) VALUES (${id}, 'viewer', ${`${id}@users.invalid`})`;
  await openWallet(harness.resources, id, coins);
  return id;
}

/** An order of 100 coins for 6 yuan. */
async function order(userId = viewer): Promise<string> {
  const paymentId = randomUUID();
  await placeRechargeOrder(
    harness.resources.live,
    {
      paymentId,
      userId,
      orderId: randomUUID(),
      productId: "coins-60",
      coins: 100,
      amountFen: 600,
      provider: "sandbox",
      providerRef: `ref-${paymentId}`,
      status: "pending",
      traceId: newTraceId(),
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    [],
  );
  return paymentId;
}

async function say(paymentId: string, kind: string, facts: object = {}): Promise<string> {
  const message = composeCallback({
    kind,
    paymentId,
    providerRef: `ref-${paymentId}`,
    amountFen: 600,
    ...facts,
  });
  const { outcome } = await takePaymentCallback(harness.resources, {
    ...message,
    method: "POST",
    path: "/api/callbacks/payment",
    body: Buffer.from(message.body),
    traceId: newTraceId(),
    address: LOCAL_ADDRESS,
  });
  return outcome;
}

async function paid(userId = viewer): Promise<string> {
  const paymentId = await order(userId);
  expect(await say(paymentId, "paid")).toBe("credited");
  return paymentId;
}

async function give(anchorId: string, coins: number, senderId = viewer): Promise<string> {
  const entry = giftEntry(senderId, { anchorId, priceCoins: coins });
  const { outcomes } = await postGifts(harness.resources.live.sql, [entry]);
  return outcomes[0]?.status === "settled" ? entry.giftOrderId : String(outcomes[0]?.reason);
}

let looks = 0;
/** One look of the scheduler, later than anything that waits. */
function recover(signal?: AbortSignal): Promise<number> {
  looks += 1;
  return recoverPayments(harness.resources, new Date(Date.now() + looks * 7_200_000), signal);
}
async function settle(): Promise<void> {
  while (await settleAndTakeBack(harness.resources, startStretch("test"), 100));
}
const walletOf = async (userId = viewer) => {
  const { balance, freezes } = await getWalletDetail(operator(), { userId });
  return { coins: balance.balanceCoins, frozen: balance.frozen, by: freezes.map(({ source }) => source) };
};
const holdsOf = async (anchorId: string) =>
  (await listPayoutHolds(harness.resources.finance.sql, anchorId, new Date())).map(({ kind }) => kind);
const lifeOf = (paymentId: string) => getPaymentLife(operator(), { paymentId });
const alarmsOf = async (paymentId: string) => {
  const rows = await harness.resources.live.sql`
    SELECT kind FROM alarms WHERE subject = ${`payment:${paymentId}`} ORDER BY kind`;
  return rows.map(({ kind }) => kind as string);
};
async function expectWholeBooks(): Promise<void> {
  const results = await checkInvariants(harness.resources);
  expect(results.filter(({ key, breaches }) => key !== "queue" && breaches.length > 0)).toEqual([]);
}

describe("a dispute", () => {
  it("takes what the wallet holds, and keeps it frozen", async () => {
    const paymentId = await paid();
    expect(await say(paymentId, "disputed")).toBe("charged_back");
    expect(await walletOf()).toEqual({ coins: 100, frozen: true, by: ["payment"] });
    await recover();
    await recover();
    expect(await walletOf()).toEqual({ coins: 0, frozen: true, by: ["payment"] });
    expect(await lifeOf(paymentId)).toMatchObject({
      standing: "disputed",
      owedFen: 600,
      owedCoins: 100,
      recoveredCoins: 100,
      freezes: true,
    });
    expect(await alarmsOf(paymentId)).toEqual(["payment.disputed"]);
    await expectWholeBooks();
  });

  it("takes gifts back, newest first, up to what is owed, after payouts of their anchors are held", async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    viewer = await newViewer(50);
    const before = await give(first, 50);
    const paymentId = await paid();
    const [oldest, large] = [await give(second, 30), await give(third, 60)];
    await settle();
    await say(paymentId, "disputed", { amountFen: 330 });
    // Owed are 55 coins; 10 are in the wallet, and the newest gift has the rest.
    const signal = abortAfter(1);
    await recover(signal);
    expect(await holdsOf(third)).toEqual(["charge_back"]);
    expect(await refundsOf(viewer)).toEqual([]);
    await recover();
    expect(await refundsOf(viewer)).toEqual([large]);
    expect(await walletOf()).toMatchObject({ coins: 15, frozen: true });
    expect([await holdsOf(first), await holdsOf(second), await holdsOf(third)]).toEqual([
      [],
      [],
      ["charge_back"],
    ]);
    const earned = async (anchorId: string) =>
      (await findEarnings(harness.resources.finance, anchorId))?.earnedFen;
    expect(await earned(third)).toBe(300);
    await settle();
    await recover();
    expect([await earned(second), await earned(third), await holdsOf(third)]).toEqual([150, 0, []]);
    // More is disputed: the rest of what is owed comes from the older gift; what was given before the payment stays.
    await say(paymentId, "disputed", { amountFen: null });
    await recover();
    await settle();
    await recover();
    expect(await refundsOf(viewer)).toEqual([large, oldest]);
    expect(await refundsOf(viewer)).not.toContain(before);
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    expect(await lifeOf(paymentId)).toMatchObject({
      recoveredCoins: 100,
      gifts: [{ giftOrderId: large }, { giftOrderId: oldest }],
      holds: [{ anchorId: third }, { anchorId: second }],
    });
    await expectWholeBooks();
  });

  it("that is won gives back what was taken, and lets the wallet go; gifts are not sent again", async () => {
    const anchorId = randomUUID();
    const paymentId = await paid();
    await give(anchorId, 80);
    await settle();
    await say(paymentId, "disputed");
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0 });
    expect(await say(paymentId, "dispute_won")).toBe("released");
    await recover();
    expect(await walletOf()).toEqual({ coins: 100, frozen: false, by: [] });
    await settle();
    await recover();
    expect(await holdsOf(anchorId)).toEqual([]);
    expect(await findEarnings(harness.resources.finance, anchorId)).toMatchObject({ earnedFen: 0 });
    expect(await lifeOf(paymentId)).toMatchObject({ status: "paid", standing: "won", returnedCoins: 100 });
    // Whatever is said again changes nothing.
    for (const kind of ["disputed", "dispute_won", "paid", "charged_back"])
      expect(await say(paymentId, kind)).toMatch(/already_final|noted/);
    expect(await walletOf()).toMatchObject({ frozen: false });
    await expectWholeBooks();
  });

  it("leaves a debt, with an alarm, where nothing is left to take; an operator's release ends the taking", async () => {
    const paymentId = await paid();
    const { live } = harness.resources;
    await live.sql.begin(async (sql) => {
      // As coins leave that were thrown to a crowd: from it they are not taken back.
      const elsewhere = systemAccountId("promotion", bucketOf(viewer));
      await sql`
        INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        VALUES (${viewer}, ${elsewhere}, 'adjustment', ${randomUUID()}, 70, 't', now())`;
      for (const [id, coins] of [
        [viewer, -70],
        [elsewhere, 70],
      ] as const)
        await sql`
          UPDATE ledger_accounts SET balance_coins = balance_coins + ${coins}, version = version + 1 WHERE id = ${id}`;
    });
    await say(paymentId, "charged_back");
    await recover();
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    expect(await alarmsOf(paymentId)).toEqual(["payment.debt", "payment.disputed"]);
    await unfreezeWallet(operator(), { userId: viewer, reason: "a friend of the house" });
    await openWallet(harness.resources, viewer, 40);
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 40, frozen: false });
    await expectWholeBooks();
  });
});

describe("a refund", () => {
  it("of a part takes its part of the coins, and lets the wallet go", async () => {
    const paymentId = await paid();
    expect(await say(paymentId, "partly_refunded", { amountFen: 100, ref: "a" })).toBe("refunded");
    expect(await walletOf()).toMatchObject({ frozen: true });
    await recover();
    // A sixth of a hundred coins: no part of a coin is given away.
    expect(await walletOf()).toEqual({ coins: 83, frozen: false, by: [] });
    await say(paymentId, "partly_refunded", { amountFen: 500, ref: "b" });
    await recover();
    expect(await walletOf()).toEqual({ coins: 0, frozen: false, by: [] });
    expect(await lifeOf(paymentId)).toMatchObject({
      status: "paid",
      standing: "refunded",
      recoveredCoins: 100,
    });
    expect(await alarmsOf(paymentId)).toEqual([]);
    expect(await say(paymentId, "refund_failed", { amountFen: 500, ref: "b" })).toBe("released");
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 83, frozen: false });
    await expectWholeBooks();
  });

  it("of before what was said was kept stays one, whatever else is said of the payment, until it is won", async () => {
    const paymentId = await paid();
    const { live } = harness.resources;
    await live.sql`
      UPDATE recharge_orders SET status = 'charged_back', charged_back_at = now() WHERE payment_id = ${paymentId}`;
    await recoverCoins(operator(), { recoveryId: randomUUID(), paymentId, reason: "charged back" });
    await expectWholeBooks();
    await say(paymentId, "fraud_warning");
    await say(paymentId, "partly_refunded", { amountFen: 60 });
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    const standing = { status: "charged_back", owedCoins: 100, recoveredCoins: 100, returnedCoins: 0 };
    expect(await lifeOf(paymentId)).toMatchObject(standing);
    await expectWholeBooks();
    await say(paymentId, "dispute_won");
    await recover();
    // The part that was refunded stays taken.
    expect(await walletOf()).toMatchObject({ coins: 90 });
    await expectWholeBooks();
  });

  it("that overtakes its payment takes what the payment brings, once it comes", async () => {
    const paymentId = await order();
    expect(await say(paymentId, "refunded")).toBe("refunded");
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: false });
    expect(await say(paymentId, "paid")).toBe("credited");
    expect(await walletOf()).toMatchObject({ coins: 100, frozen: true });
    expect(await give(randomUUID(), 10)).toBe("WALLET_FROZEN");
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: false });
    await expectWholeBooks();
  });
});

describe("an inquiry or a warning", () => {
  it("stops spending and payouts, takes nothing, and ends with it", async () => {
    const [anchorId, old] = [randomUUID(), randomUUID()];
    viewer = await newViewer(30);
    await give(old, 30);
    const paymentId = await paid();
    await give(anchorId, 40);
    expect(await say(paymentId, "inquiry")).toBe("held");
    await recover();
    expect(await walletOf()).toEqual({ coins: 60, frozen: true, by: ["payment"] });
    expect([await holdsOf(anchorId), await holdsOf(old)]).toEqual([["charge_back"], []]);
    expect(await say(paymentId, "inquiry_closed")).toBe("released");
    await recover();
    expect(await walletOf()).toEqual({ coins: 60, frozen: false, by: [] });
    expect(await holdsOf(anchorId)).toEqual([]);
    // It comes back as a dispute after all: the anchor is held again, under another id.
    await say(paymentId, "disputed");
    await recover();
    expect(await holdsOf(anchorId)).toEqual(["charge_back"]);
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    await settle();
    await recover();
    expect(await holdsOf(anchorId)).toEqual([]);
    await expectWholeBooks();
  });

  it("that an operator has looked at holds nothing any more; what an operator froze stays", async () => {
    const anchorId = randomUUID();
    const paymentId = await paid();
    await give(anchorId, 40);
    expect(await say(paymentId, "fraud_warning")).toBe("held");
    await recover();
    expect(await holdsOf(anchorId)).toEqual(["charge_back"]);
    await freezeWallet(operator(), { userId: viewer, reason: "something else" });
    const lift = [{ source: "payment" as const, subject: paymentId }];
    await unfreezeWallet(operator(), { userId: viewer, reason: "it was them", lift });
    await recover();
    expect(await walletOf()).toEqual({ coins: 60, frozen: true, by: ["operator"] });
    expect(await holdsOf(anchorId)).toEqual([]);
    expect(await say(paymentId, "fraud_warning")).toBe("already_final");
    expect((await walletOf()).by).toEqual(["operator"]);
    expect(await alarmsOf(paymentId)).toEqual(["payment.fraud_warning"]);
  });
});

describe("what is said in ways that nobody expects", () => {
  it.each<[string, object]>([
    ["another currency", { currency: "USD", amountFen: 89 }],
    ["no amount", { amountFen: undefined }],
    ["an amount as text", { amountFen: "600" }],
    ["nothing", { amountFen: 0 }],
    ["a part of a fen", { amountFen: 599.5 }],
    ["more than was paid", { amountFen: 2 ** 53 }],
    ["another payment of the provider's", { providerRef: "ref-other" }],
    ["no payment of the provider's", { providerRef: undefined }],
    [
      "signs that no database takes",
      { reason: "\u0000", ref: "d\u0000\ud800", occurredAt: "\u0000", eventId: "\u0000" },
    ],
    ["a time that is none", { occurredAt: 1e300 }],
  ])("stops all the same: a dispute with %s", async (_what, facts) => {
    const paymentId = await paid();
    expect(await say(paymentId, "disputed", facts)).toBe("charged_back");
    await recover();
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    await expectWholeBooks();
  });

  it("credits nothing: a payment in another currency", async () => {
    const paymentId = await order();
    await expect(say(paymentId, "paid", { currency: "usd" })).rejects.toMatchObject({
      bizName: "PAYMENT_MISMATCH",
    });
    expect(await walletOf()).toMatchObject({ coins: 0 });
    expect(await alarmsOf(paymentId)).toEqual(["payment.not_understood"]);
  });

  it("credits nothing with the ids of another order's payment", async () => {
    const other = await paid(await newViewer());
    const paymentId = await order();
    await harness.resources.live
      .sql`UPDATE recharge_orders SET provider_ref = NULL WHERE payment_id = ${paymentId}`;
    await expect(say(paymentId, "paid", { providerRef: `ref-${other}` })).rejects.toMatchObject({
      bizName: "PAYMENT_MISMATCH",
    });
  });

  it("raises an alarm where a kind means nothing to us, and is kept for people", async () => {
    const paymentId = await paid();
    expect(await say(paymentId, "tokenised", { amountFen: {}, eventId: 1 })).toBe("ignored");
    expect(await alarmsOf(paymentId)).toEqual(["payment.not_understood"]);
    const { facts, standing } = await lifeOf(paymentId);
    expect(facts.map(({ kind }) => kind)).toEqual(["paid", "not_understood"]);
    expect(standing).toBe("clear");
    expect(await walletOf()).toMatchObject({ coins: 100, frozen: false });
  });
});

describe("recovering", () => {
  it("is exact when it dies at any step, and twice at once", async () => {
    const anchors = [randomUUID(), randomUUID(), randomUUID()];
    const paymentId = await paid();
    for (const anchorId of anchors) await give(anchorId, 25);
    await settle();
    await say(paymentId, "disputed");
    for (let n = 1; n < 12; n++) {
      await Promise.all([recover(abortAfter(1)), recover(abortAfter(2))]);
      await settle();
    }
    await recover();
    expect(await refundsOf(viewer)).toHaveLength(3);
    expect(await walletOf()).toMatchObject({ coins: 0, frozen: true });
    for (const anchorId of anchors) expect(await holdsOf(anchorId)).toEqual([]);
    await expectWholeBooks();
  });

  it("takes no gift as long as the hold of its anchor is not known to stand", async () => {
    const anchorId = randomUUID();
    const paymentId = await paid();
    await give(anchorId, 100);
    await say(paymentId, "disputed");
    const step = () =>
      stepRecovery(harness.resources.live, { paymentId, refundCursor: 0, traceId: "t", now: new Date() });
    const first = await step();
    expect(first).toMatchObject({ did: "place", holds: [{ anchorId }] });
    // It stands in the other database, and whoever placed it died before saying so.
    const [hold] = "holds" in first ? first.holds : [];
    await placePayoutHold(harness.resources.finance, {
      id: hold?.holdId as string,
      anchorId,
      kind: "charge_back",
      reason: "r",
      until: null,
      placedBy: PLATFORM_ACTOR_ID,
      traceId: "t",
    });
    expect(await step()).toEqual(first);
    expect(await refundsOf(viewer)).toEqual([]);
    await recover();
    expect(await holdsOf(anchorId)).toEqual(["charge_back"]);
    expect(await refundsOf(viewer)).toHaveLength(1);
  });

  it("ends where the words of the provider say, whatever their order, their number and what happens in between", async () => {
    const Step = fc.oneof(
      fc.record({
        do: fc.constant("say" as const),
        payment: fc.nat({ max: 1 }),
        kind: fc.constantFrom(
          "paid",
          "failed",
          "refunded",
          "partly_refunded",
          "refund_failed",
          "inquiry",
          "inquiry_closed",
          "disputed",
          "dispute_won",
          "dispute_lost",
          "charged_back",
          "fraud_warning",
          "unheard_of",
        ),
        ref: fc.constantFrom(undefined, "a", "b"),
        amountFen: fc.constantFrom(600, 1, 199, 300, 900),
        copies: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({
        do: fc.constant("give" as const),
        anchor: fc.nat({ max: 1 }),
        coins: fc.integer({ min: 1, max: 90 }),
      }),
      fc.record({ do: fc.constant("recover" as const), steps: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ do: fc.constant("settle" as const) }),
      fc.record({ do: fc.constant("unfreeze" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(Step, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 12 }),
        async (rounds) => {
          const person = await newViewer(20);
          const payments = [await order(person), await order(person)];
          const anchors = [randomUUID(), randomUUID()];
          for (const round of rounds) {
            await Promise.all(
              round.map(async (step) => {
                if (step.do === "say") {
                  const { kind, ref, amountFen, copies } = step;
                  const saying = Array.from({ length: copies }, () =>
                    say(payments[step.payment] as string, kind, { amountFen, ...(ref ? { ref } : {}) }).catch(
                      (error: { bizName?: string }) => expect(error.bizName).toBe("PAYMENT_MISMATCH"),
                    ),
                  );
                  await Promise.all(saying);
                } else if (step.do === "give") await give(anchors[step.anchor] as string, step.coins, person);
                else if (step.do === "recover") await recover(abortAfter(step.steps));
                else if (step.do === "settle") await settle();
                else await unfreezeWallet(operator(), { userId: person, reason: "r" });
              }),
            );
          }
          await recover();
          await settle();
          await recover();
          for (const paymentId of payments) {
            const life = await lifeOf(paymentId);
            const taken = life.recoveredCoins - life.returnedCoins;
            expect(taken).toBeLessThanOrEqual(life.owedCoins);
            // What is not taken is a debt, or an operator has let it go.
            if (taken < life.owedCoins && life.freezes)
              expect(await alarmsOf(paymentId)).toContain("payment.debt");
            if (life.standing === "clear" || life.standing === "won") expect(life.freezes).toBe(false);
          }
          const open = await Promise.all(payments.map(lifeOf));
          const isAlert = open.some(({ freezes }) => freezes);
          if (!isAlert) for (const anchorId of anchors) expect(await holdsOf(anchorId)).toEqual([]);
          await expectWholeBooks();
        },
      ),
      { numRuns: 20 },
    );
  }, 240_000);
});

it("shows operators how each payment stands", async () => {
  const paymentId = await paid();
  await say(paymentId, "disputed", { amountFen: 60 });
  await recover();
  const { items } = await searchOrders(operator(), { userId: viewer, limit: 10 });
  expect(items).toMatchObject<Partial<RechargeOrderFacts>[]>([
    { paymentId, status: "charged_back", standing: "partly_disputed", walletFrozen: true },
  ]);
  const life = await lifeOf(paymentId);
  expect(life.facts).toMatchObject([
    { kind: "paid", amountFen: 600 },
    { kind: "dispute", ref: "dispute", state: "open", amountFen: 60 },
  ]);
  expect(life).toMatchObject({ owedFen: 60, owedCoins: 10, recoveredCoins: 10 });
  await expect(lifeOf(randomUUID())).rejects.toMatchObject({ bizName: "NOT_FOUND" });
});

/** As a process that dies: it begins this many steps and no more. */
function abortAfter(steps: number): AbortSignal {
  const controller = new AbortController();
  let left = steps + 1;
  return new Proxy(controller.signal, {
    get: (signal, name) => {
      if (name !== "aborted") return Reflect.get(signal, name) as unknown;
      left -= 1;
      return left < 0;
    },
  });
}

const refundsOf = async (senderId: string): Promise<string[]> => {
  const rows = await harness.resources.live.sql`
    SELECT gift_order_id FROM gift_refunds WHERE sender_id = ${senderId} ORDER BY refund_seq`;
  return rows.map((row) => row.gift_order_id as string);
};
