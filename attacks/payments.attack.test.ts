import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import type { GiftItem } from "@/domain/contracts/gift";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { signMessage } from "@/platform/security/signed-message";
import { parseEnv } from "@/platform/settings/env";
import { createPublisher } from "@/push/publisher/publisher";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { newPerson, newPersonAs, type Person, target, withLive } from "./lib/attacker";

const CALLBACK_PATH = "/api/callbacks/payment";
const { PAYMENT_SANDBOX_SECRET: secret } = parseEnv(target.env);

interface Payment {
  paymentId: string;
  providerRef: string;
  amountFen: number;
}

/** A callback that is genuine: who sends it is the provider, or has its secret. */
async function say(kind: string, facts: object): Promise<{ status: number; outcome?: string }> {
  const body = JSON.stringify({ kind, reason: null, ...facts });
  const message = { method: "POST", path: CALLBACK_PATH, body, timestampMs: Date.now(), nonce: randomUUID() };
  const response = await fetch(target.webUrl + CALLBACK_PATH, {
    method: "POST",
    headers: { ...signMessage(secret, message), "content-type": "application/json" },
    body,
  });
  const { outcome } = (await response.json()) as { outcome?: string };
  return { status: response.status, outcome };
}

/** Somebody who has bought 300 coins for 30 yuan. */
async function newBuyer(): Promise<Person & { payment: Payment }> {
  const person = await newPerson();
  const orderId = randomUUID();
  const placed = await person.client.mutate("wallet.recharge", { orderId, productId: "coins-300" });
  expect(placed.error).toBeUndefined();
  const [row] = await withLive(
    (live) =>
      live.sql`SELECT payment_id, provider_ref, amount_fen::int FROM recharge_orders WHERE order_id = ${orderId}`,
  );
  const payment = {
    paymentId: row?.payment_id as string,
    providerRef: row?.provider_ref as string,
    amountFen: row?.amount_fen as number,
  };
  expect(await say("paid", payment)).toMatchObject({ status: 200, outcome: "credited" });
  return { ...person, payment };
}

let hired: Promise<Person> | undefined;
/** Hired once, by the first test that needs one. */
function operator(): Promise<Person> {
  hired ??= newPersonAs("operator");
  return hired;
}

const walletOf = async ({ client }: Person) =>
  (await client.query<{ balanceCoins: number; frozen: boolean }>("wallet.balance")).data;
const lifeOf = async (paymentId: string) =>
  (
    await (
      await operator()
    ).client.query<{
      standing: string;
      owedCoins: number;
      recoveredCoins: number;
      returnedCoins: number;
      facts: unknown[];
      gifts: unknown[];
      holds: { liftedAt: string | null }[];
    }>("wallet.paymentLife", { paymentId })
  ).data;
/** The scheduler looks every second; a busy machine may take longer. */
const eventually = { timeout: 60_000, interval: 200 };

async function breachesOf(): Promise<unknown[]> {
  const env = parseEnv(target.env);
  const log = createLog("attacks");
  const redis = openRedis(target.redisUrl, log, { name: "attacks" });
  await waitForRedis(redis, 5_000);
  const finance = openFinanceDb(target.financeUrl, { poolMax: 2, applicationName: "attacks" });
  try {
    return await withLive(async (live) => {
      const resources = { env, log, live, finance, redis, push: createPublisher(env) };
      const results = await checkInvariants(resources);
      return results.filter(({ key, breaches }) => MONEY.has(key) && breaches.length > 0);
    });
  } finally {
    redis.disconnect();
    await finance.close();
  }
}
/** Other attacks run besides: what they leave on its way in queues and caches is not ours. */
const MONEY = new Set([
  "accounts-sum",
  "balances",
  "gift-trades",
  "recharges",
  "refunds",
  "reversals",
  "payments",
  "take-backs",
]);

describe("whoever takes a payment back", () => {
  it("keeps no coin by doing it in another currency, or in an amount that makes no sense", async () => {
    for (const odd of [
      { currency: "usd", amountFen: 420 },
      { amountFen: 2 ** 60 },
      { amountFen: "3000" },
      {},
    ]) {
      const buyer = await newBuyer();
      const { paymentId } = buyer.payment;
      expect(await say("disputed", { paymentId, ...odd })).toMatchObject({ status: 200 });
      // At once, before anybody could spend them.
      expect(await walletOf(buyer)).toMatchObject({ frozen: true });
      await expect.poll(() => walletOf(buyer), eventually).toMatchObject({ balanceCoins: 0, frozen: true });
    }
  });

  it("cannot confuse the books by order or number of what is said", async () => {
    const buyer = await newBuyer();
    const { payment } = buyer;
    const kinds = ["dispute_won", "disputed", "inquiry", "charged_back", "paid", "failed", "what-is-this"];
    const calls = Array.from({ length: 100 }, (_, i) => kinds[i % kinds.length] as string);
    const answers = await Promise.all([
      say("partly_refunded", { ...payment, amountFen: 1_000, ref: "re_1" }),
      ...calls.map((kind) => say(kind, payment)),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Won, and a third refunded: two thirds stay.
    await expect.poll(() => walletOf(buyer), eventually).toMatchObject({ balanceCoins: 200, frozen: false });
    const life = await lifeOf(payment.paymentId);
    expect(life).toMatchObject({ standing: "partly_refunded", owedCoins: 100 });
    expect(life.facts.length).toBeLessThan(10);
    const { data } = await (await operator()).client.query<{ items: { kind: string; subject: string }[] }>(
      "ops.alarms",
      {
        limit: 100,
      },
    );
    expect(data.items).toContainEqual(
      expect.objectContaining({ kind: "payment.not_understood", subject: `payment:${payment.paymentId}` }),
    );
  });

  it("has not given the coins away: the gifts come back, and no anchor is paid for them", async () => {
    const buyer = await newBuyer();
    const { paymentId } = buyer.payment;
    const { client } = buyer;
    const { data: rooms } = await client.query<{ items: { roomId: string }[] }>("room.list", {});
    const roomId = rooms.items[0]?.roomId as string;
    const [room] = await withLive((live) => live.sql`SELECT anchor_id FROM rooms WHERE id = ${roomId}`);
    const anchorId = room?.anchor_id as string;
    const { data: gifts } = await client.query<GiftItem[]>("gift.list");
    const affordable = gifts.filter(({ priceCoins }) => priceCoins <= 300);
    const { giftId, priceCoins } = affordable.sort((a, b) => b.priceCoins - a.priceCoins)[0] as GiftItem;
    const gift = { giftOrderId: randomUUID(), roomId, giftId, count: 1, confirmed: true };
    const sent = await client.mutate("gift.send", gift);
    expect(sent.error).toBeUndefined();
    await expect.poll(() => walletOf(buyer), eventually).toMatchObject({ balanceCoins: 300 - priceCoins });

    expect(await say("charged_back", buyer.payment)).toMatchObject({ status: 200, outcome: "charged_back" });
    await expect
      .poll(() => lifeOf(paymentId), eventually)
      .toMatchObject({
        recoveredCoins: 300,
        gifts: [{ giftOrderId: gift.giftOrderId, anchorId, coins: priceCoins }],
        // Held before the gift came back, let go once settlement has taken its part back.
        holds: [{ anchorId, liftedAt: expect.any(String) }],
      });
    expect(await walletOf(buyer)).toMatchObject({ balanceCoins: 0, frozen: true });
    const again = await client.mutate("gift.send", { ...gift, giftOrderId: randomUUID() });
    expect(again.error?.name).toBe("WALLET_FROZEN");
    const finance = openFinanceDb(target.financeUrl, { poolMax: 1, applicationName: "attacks" });
    const reversals = await finance.sql`
      SELECT anchor_id FROM settlement_reversals WHERE gift_order_id = ${gift.giftOrderId}`;
    expect(reversals).toEqual([{ anchor_id: anchorId }]);
    await finance.close();
    await expect.poll(breachesOf, eventually).toEqual([]);
  });

  it("is stopped by a warning or an inquiry alone, and the anchors with them", async () => {
    const buyer = await newBuyer();
    const { paymentId } = buyer.payment;
    expect(await say("fraud_warning", { paymentId })).toMatchObject({ status: 200, outcome: "held" });
    expect(await walletOf(buyer)).toMatchObject({ balanceCoins: 300, frozen: true });
    const refused = await buyer.client.mutate("wallet.recharge", {
      orderId: randomUUID(),
      productId: "coins-60",
    });
    expect(refused.error?.name).toBe("WALLET_FROZEN");
    expect(await say("refunded", { paymentId, amountFen: null })).toMatchObject({ status: 200 });
    await expect.poll(() => walletOf(buyer), eventually).toMatchObject({ balanceCoins: 0, frozen: true });
  });
});
