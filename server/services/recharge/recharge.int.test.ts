import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditBalances } from "@/db/live/queries/audit-ledger";
import { auditRecharges } from "@/db/live/queries/audit-money-in";
import { expireRechargeOrder } from "@/db/live/queries/recharge-asks";
import type { BizError } from "@/domain/contracts/errors";
import type { RechargeInput, RechargeOrder, RechargeResult } from "@/domain/contracts/recharge";
import { registry } from "@/platform/observability/metrics";
import { callBy } from "@/server/testing/money-harness";
import {
  composeCallback,
  type RechargeHarness,
  SANDBOX_SECRET,
  sendCallback,
  signInViewer,
  startRechargeHarness,
} from "@/server/testing/recharge-harness";
import { ApiClient } from "@/testkit/api-client";
import { askProviders } from "./ask-providers";
import { startRecharge } from "./start-recharge";

let harness: RechargeHarness;
let viewer: Awaited<ReturnType<typeof signInViewer>>;
let other: Awaited<ReturnType<typeof signInViewer>>;

beforeAll(async () => {
  harness = await startRechargeHarness({
    mischief: "silent",
    settings: { RATE_LIMIT_ONE_TIME_CODE: "1000/60" },
  });
  viewer = await signInViewer(harness.web.url, "+8613700001001");
  other = await signInViewer(harness.web.url, "+8613700001002");
});
afterAll(() => harness?.close());

interface Placed {
  orderId: string;
  paymentId: string;
  providerRef: string;
  coins: number;
  amountFen: number;
  payUrl: string;
}

/** An order of 300 coins for 30 yuan at the sandbox. */
async function place(client = viewer, productId = "coins-300"): Promise<Placed> {
  const orderId = randomUUID();
  const { data, error } = await client.mutate<RechargeResult>("wallet.recharge", { orderId, productId });
  expect(error).toBeUndefined();
  const [row] = await harness.web.resources.live.sql`
    SELECT payment_id, provider_ref, coins::int, amount_fen::int FROM recharge_orders WHERE order_id = ${orderId}`;
  return {
    orderId,
    paymentId: row?.payment_id as string,
    providerRef: row?.provider_ref as string,
    coins: row?.coins as number,
    amountFen: row?.amount_fen as number,
    payUrl: data.payUrl,
  };
}

const factsOf = ({ paymentId, providerRef, amountFen }: Placed) => ({ paymentId, providerRef, amountFen });
const send = (message: ReturnType<typeof composeCallback>) => sendCallback(harness.web.url, message);
const stateOf = async (orderId: string, client = viewer) =>
  (await client.query<RechargeOrder>("wallet.order", { orderId })).data;
const balanceOf = async (client = viewer) =>
  (await client.query<{ balanceCoins: number }>("wallet.balance")).data.balanceCoins;
/** A press of a button on the payment page. */
const press = async (placed: Placed, action: string) => {
  const response = await fetch(`${placed.payUrl}/${action}`, { method: "POST", redirect: "manual" });
  expect(response.status).toBe(303);
  return response.headers.get("location");
};
const refusalsOf = async (error: string) => {
  const metric = await registry.getSingleMetric("downpour_payment_callbacks_refused_total")?.get();
  return metric?.values.find((v) => v.labels.error === error)?.value ?? 0;
};

describe("ordering coins", () => {
  it("shows what is on sale to everybody", async () => {
    const { data } = await new ApiClient(harness.web.url).query<object[]>("wallet.products");
    expect(data[0]).toEqual({ productId: "coins-60", coins: 60, priceFen: 600 });
    expect(data.length).toBeGreaterThan(3);
  });

  it("makes one order however often and however fast it is asked for", async () => {
    const input = { orderId: randomUUID(), productId: "coins-60", priceFen: 1, coins: 1_000_000 };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => viewer.mutate<RechargeResult>("wallet.recharge", input)),
    );
    expect(new Set(answers.map((a) => a.data.payUrl)).size).toBe(1);
    expect(answers.every((a) => a.status === 200 && a.data.orderId === input.orderId)).toBe(true);
    const [count] = await harness.web.resources.live.sql`
      SELECT count(*)::int AS orders, min(coins)::int AS coins, min(amount_fen)::int AS fen FROM recharge_orders
      WHERE order_id = ${input.orderId}`;
    expect(count).toEqual({ orders: 1, coins: 60, fen: 600 });
  });

  it("refuses another product under the same id, and keeps ids of two people apart", async () => {
    const input = { orderId: randomUUID(), productId: "coins-60" };
    const first = await viewer.mutate<RechargeResult>("wallet.recharge", input);
    const changed = await viewer.mutate("wallet.recharge", { ...input, productId: "coins-300" });
    expect(changed).toMatchObject({ status: 409, error: { name: "RECHARGE_CONFLICT" } });
    const theirs = await other.mutate<RechargeResult>("wallet.recharge", {
      ...input,
      productId: "coins-300",
    });
    expect(theirs.status).toBe(200);
    expect(theirs.data.payUrl).not.toBe(first.data.payUrl);
  });

  it("refuses what is not on sale, but repeats an order whose product has gone since", async () => {
    const { sql } = harness.web.resources.live;
    await sql`INSERT INTO recharge_products (id, coins, price_fen) VALUES ('brief', 5, 50)`;
    const input = { orderId: randomUUID(), productId: "brief" };
    const first = await viewer.mutate<RechargeResult>("wallet.recharge", input);
    await sql`UPDATE recharge_products SET enabled = false, price_fen = 99 WHERE id = 'brief'`;
    expect((await viewer.mutate("wallet.recharge", input)).data).toEqual(first.data);
    for (const productId of ["brief", "nothing"]) {
      const refused = await viewer.mutate("wallet.recharge", { orderId: randomUUID(), productId });
      expect(refused).toMatchObject({ status: 404, error: { name: "NOT_FOUND" } });
    }
  });

  it("lets no guest buy, and shows nobody another's order", async () => {
    const guest = new ApiClient(harness.web.url);
    await guest.signInAsGuest();
    const input = { orderId: randomUUID(), productId: "coins-60" };
    expect((await guest.mutate("wallet.recharge", input)).error?.name).toBe("GUEST_CANNOT_SPEND");
    const placed = await place();
    const peeked = await other.query("wallet.order", { orderId: placed.orderId });
    expect(peeked).toMatchObject({ status: 404, error: { name: "NOT_FOUND" } });
    expect((await other.query("wallet.rechargeOrders", {})).error?.name).toBe("FORBIDDEN");
  });

  it("pages through the caller's orders, newest first", async () => {
    const { data: all } = await viewer.query<{ items: RechargeOrder[] }>("wallet.orders", { limit: 100 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await viewer.query<{ items: RechargeOrder[]; nextCursor: string | null }>(
        "wallet.orders",
        {
          limit: 1,
          cursor,
        },
      );
      seen.push(...page.data.items.map((item) => item.orderId));
      cursor = page.data.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(all.items.map((item) => item.orderId));
  });

  it("limits orders, not repetitions", async () => {
    const person = await signInViewer(harness.web.url, "+8613700001005");
    const ctx = {
      ...callBy(harness.web.resources, person.userId),
      env: { ...harness.web.env, RATE_LIMIT_RECHARGE: "2/60" },
    };
    const inputs = Array.from({ length: 3 }, () => ({ orderId: randomUUID(), productId: "coins-60" }));
    const [first, second, third] = inputs as [RechargeInput, RechargeInput, RechargeInput];
    await Promise.all(Array.from({ length: 20 }, () => startRecharge(ctx, first)));
    await startRecharge(ctx, second);
    await expect(startRecharge(ctx, third)).rejects.toMatchObject({ bizName: "RATE_LIMITED" });
    await startRecharge(ctx, first);
  });

  it("lets just as many orders through that come at once, and each of them as often as it is repeated", async () => {
    const person = await signInViewer(harness.web.url, "+8613700001015");
    const ctx = {
      ...callBy(harness.web.resources, person.userId),
      env: { ...harness.web.env, RATE_LIMIT_RECHARGE: "3/60,1000/3600" },
    };
    const inputs = Array.from({ length: 12 }, () => ({ orderId: randomUUID(), productId: "coins-60" }));
    const answers = await Promise.all(
      [...inputs, ...inputs].map((input) =>
        startRecharge(ctx, input).then(
          ({ orderId }) => orderId,
          (error: BizError) => {
            expect(error.bizName).toBe("RATE_LIMITED");
            expect(error.details.retryAfterMs).toBeGreaterThan(0);
            expect(error.details.retryAfterMs).toBeLessThanOrEqual(60_000);
            return null;
          },
        ),
      ),
    );
    expect(new Set(answers.filter((orderId) => orderId !== null)).size).toBe(3);
    const orders = await person.query<{ items: unknown[] }>("wallet.orders", { limit: 100 });
    expect(orders.data.items).toHaveLength(3);
  });

  it("says that the provider is away, and goes on with the same order when it is back", async () => {
    const placedBefore = (await viewer.query<{ items: unknown[] }>("wallet.orders", { limit: 100 })).data
      .items.length;
    const { port } = new URL(harness.sandbox.url);
    await harness.sandbox.close();
    const input = { orderId: randomUUID(), productId: "coins-60" };
    const away = await viewer.mutate("wallet.recharge", input);
    expect(away).toMatchObject({ status: 503, error: { name: "UNAVAILABLE" } });
    expect(await stateOf(input.orderId)).toMatchObject({ status: "pending", payUrl: null });
    await harness.restartSandbox("silent");
    expect(new URL(harness.sandbox.url).port).toBe(port);
    const back = await viewer.mutate<RechargeResult>("wallet.recharge", input);
    expect(back.data.payUrl).toContain("/pay/");
    const { items } = (await viewer.query<{ items: unknown[] }>("wallet.orders", { limit: 100 })).data;
    expect(items).toHaveLength(placedBefore + 1);
  });
});

describe("callbacks", () => {
  it("credit once: 100 equal ones at once, 100 signed anew, replays and a forged one among them", async () => {
    const placed = await place();
    const before = await balanceOf();
    const same = composeCallback(factsOf(placed));
    const forged = composeCallback(factsOf(placed), { secret: "somebody-else's-secret" });
    const messages = [
      ...Array.from({ length: 100 }, () => same),
      ...Array.from({ length: 100 }, () => composeCallback(factsOf(placed))),
      forged,
      composeCallback({ ...factsOf(placed), kind: "failed" }),
    ];
    const answers = await Promise.all(messages.map(send));
    const count = (what: string) => answers.filter((a) => (a.outcome ?? a.error) === what).length;
    expect(count("credited")).toBe(1);
    expect(count("REPLAYED")).toBe(99);
    expect(count("SIGNATURE_INVALID")).toBe(1);
    // The failure came before all others, or too late to matter.
    expect(count("failed") + count("already_final")).toBe(101);
    expect(answers.every((a) => [200, 403, 409].includes(a.status))).toBe(true);
    expect(await balanceOf()).toBe(before + placed.coins);
    const trades = await harness.web.resources.live
      .sql`SELECT 1 FROM trades WHERE biz_id = ${placed.paymentId}`;
    expect(trades).toHaveLength(1);
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "paid", reason: null, payUrl: null });
  });

  it("are taken from any address and origin, however many", async () => {
    const placed = await place();
    const message = composeCallback(factsOf(placed));
    const answer = await send({
      ...message,
      headers: { ...message.headers, origin: "https://pay.example", "sec-fetch-site": "cross-site" },
    });
    expect(answer).toMatchObject({ status: 200, outcome: "credited" });
  });

  const refusals: [string, (p: Placed) => ReturnType<typeof composeCallback>, number, string][] = [
    [
      "a wrong signature",
      (p) => composeCallback(factsOf(p), { secret: `${SANDBOX_SECRET}!` }),
      403,
      "SIGNATURE_INVALID",
    ],
    [
      "a body changed on its way",
      (p) => ({
        ...composeCallback(factsOf(p)),
        body: composeCallback({ ...factsOf(p), amountFen: 1 }).body,
      }),
      403,
      "SIGNATURE_INVALID",
    ],
    [
      "an old message",
      (p) => composeCallback(factsOf(p), { timestampMs: Date.now() - 301_000 }),
      403,
      "SIGNATURE_INVALID",
    ],
    [
      "one from the future",
      (p) => composeCallback(factsOf(p), { timestampMs: Date.now() + 301_000 }),
      403,
      "SIGNATURE_INVALID",
    ],
    [
      "no signature",
      (p) => ({ body: composeCallback(factsOf(p)).body, headers: {} }),
      403,
      "SIGNATURE_INVALID",
    ],
    [
      "too little",
      (p) => composeCallback({ ...factsOf(p), amountFen: p.amountFen - 1 }),
      409,
      "PAYMENT_MISMATCH",
    ],
    [
      "too much",
      (p) => composeCallback({ ...factsOf(p), amountFen: p.amountFen + 1 }),
      409,
      "PAYMENT_MISMATCH",
    ],
    [
      "another payment",
      (p) => composeCallback({ ...factsOf(p), providerRef: "sbx_other" }),
      409,
      "PAYMENT_MISMATCH",
    ],
    [
      "an unknown order",
      (p) => composeCallback({ ...factsOf(p), paymentId: randomUUID() }),
      404,
      "NOT_FOUND",
    ],
    ["no amount", (p) => composeCallback({ ...factsOf(p), amountFen: undefined }), 400, "INVALID_INPUT"],
    ["half a fen", (p) => composeCallback({ ...factsOf(p), amountFen: 0.5 }), 400, "INVALID_INPUT"],
    [
      "a number that is none",
      (p) => composeCallback({ ...factsOf(p), amountFen: 2 ** 53 }),
      400,
      "INVALID_INPUT",
    ],
    [
      "a body that is too large",
      (p) => composeCallback({ ...factsOf(p), more: "x".repeat(70_000) }),
      413,
      "BODY_TOO_LARGE",
    ],
  ];

  it.each(refusals)(
    "refuse %s by name, count it and credit nothing",
    async (_what, compose, status, error) => {
      const placed = await place();
      const [before, counted] = [await balanceOf(), await refusalsOf(error)];
      expect(await send(compose(placed))).toEqual({ status, error, outcome: undefined });
      if (!_what.includes("too large")) expect(await refusalsOf(error)).toBe(counted + 1);
      expect(await balanceOf()).toBe(before);
      expect(await stateOf(placed.orderId)).toMatchObject({ status: "pending" });
      // It is still open to the genuine one.
      expect(await send(composeCallback(factsOf(placed)))).toMatchObject({ outcome: "credited" });
    },
  );

  it("keep what was refused, and refuse it by its nonce when it comes again", async () => {
    const placed = await place();
    const wrong = composeCallback({ ...factsOf(placed), amountFen: 1 });
    expect((await send(wrong)).error).toBe("PAYMENT_MISMATCH");
    expect((await send(wrong)).error).toBe("REPLAYED");
    const rows = await harness.web.resources.live.sql`
      SELECT outcome FROM payment_callbacks WHERE payment_id = ${placed.paymentId}`;
    expect(rows).toEqual([{ outcome: "PAYMENT_MISMATCH" }]);
  });

  it("only listen to POST, and to kinds that concern us", async () => {
    const placed = await place();
    expect(await send(composeCallback({ ...factsOf(placed), kind: "viewed" }))).toMatchObject({
      outcome: "ignored",
    });
    expect((await fetch(`${harness.web.url}/api/callbacks/payment`)).status).toBe(404);
    expect((await fetch(`${harness.web.url}/api/callbacks/nothing`, { method: "POST" })).status).toBe(404);
  });

  it("credit money that comes after a failure or the end of the time, and hear no late failure", async () => {
    const [failed, expired] = [await place(), await place()];
    await send(composeCallback({ ...factsOf(failed), kind: "failed", reason: "declined" }));
    expect(await stateOf(failed.orderId)).toMatchObject({ status: "failed", reason: "declined" });
    const { live } = harness.web.resources;
    expect(await expireRechargeOrder(live, expired.paymentId, new Date())).toBe(false);
    expect(await expireRechargeOrder(live, expired.paymentId, new Date(Date.now() + 3_600_000))).toBe(true);
    expect(await stateOf(expired.orderId)).toMatchObject({ status: "expired" });
    for (const placed of [failed, expired]) {
      expect(await send(composeCallback(factsOf(placed)))).toMatchObject({ outcome: "credited" });
      expect(await send(composeCallback({ ...factsOf(placed), kind: "failed" }))).toMatchObject({
        status: 200,
        outcome: "already_final",
      });
      expect(await stateOf(placed.orderId)).toMatchObject({ status: "paid", reason: null });
    }
  });

  it("of a transaction that dies half-way are answered 503 and credit once when they come again", async () => {
    const placed = await place();
    const before = await balanceOf();
    const { sql } = harness.web.resources.live;
    const message = composeCallback(factsOf(placed));
    const first = await sql.begin(async (tx) => {
      // The callback gets as far as the wallet and waits there.
      await tx`SELECT 1 FROM ledger_accounts WHERE id = ${viewer.userId} FOR UPDATE`;
      const answer = send(message);
      for (let ended = 0; ended === 0; ) {
        const rows = await sql`
          SELECT pg_cancel_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ledger_accounts%'`;
        ended = rows.length;
      }
      return await answer;
    });
    expect(first).toMatchObject({ status: 503, error: "UNAVAILABLE" });
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "pending" });
    // Its nonce was not used up, for nothing of it was kept.
    expect(await send(message)).toMatchObject({ status: 200, outcome: "credited" });
    expect(await send(message)).toMatchObject({ status: 409, error: "REPLAYED" });
    expect(await balanceOf()).toBe(before + placed.coins);
  });
});

describe("charge-backs", () => {
  it.each([["after the payment"], ["before it"]])(
    "%s freeze the wallet once and are there for operators",
    async (when) => {
      const person = await signInViewer(
        harness.web.url,
        when === "before it" ? "+8613700001003" : "+8613700001004",
      );
      const placed = await place(person);
      const chargeBack = () => composeCallback({ ...factsOf(placed), kind: "charged_back" });
      const paid = composeCallback(factsOf(placed));
      if (when === "before it") {
        expect(await send(chargeBack())).toMatchObject({ outcome: "charged_back" });
        expect(await send(paid)).toMatchObject({ outcome: "already_final" });
      } else {
        expect(await send(paid)).toMatchObject({ outcome: "credited" });
        expect(await send(chargeBack())).toMatchObject({ outcome: "charged_back" });
      }
      expect(await send(chargeBack())).toMatchObject({ status: 200, outcome: "already_final" });
      expect(await stateOf(placed.orderId, person)).toMatchObject({ status: "charged_back" });
      const { live } = harness.web.resources;
      const [wallet] = await live.sql`
      SELECT balance_coins::int AS coins, frozen_at IS NOT NULL AS frozen FROM ledger_accounts WHERE id = ${person.userId}`;
      expect(wallet).toEqual({ coins: placed.coins, frozen: true });
      const actions =
        await live.sql`SELECT action, reason FROM operator_actions WHERE subject = ${`wallet:${person.userId}`}`;
      expect(actions).toMatchObject([{ action: "wallet.freeze" }]);
      const refused = await person.mutate("wallet.recharge", {
        orderId: randomUUID(),
        productId: "coins-60",
      });
      expect(refused.error?.name).toBe("WALLET_FROZEN");
    },
  );
});

describe("a silent provider", () => {
  const later = (ms: number) => new Date(Date.now() + ms);

  it("is asked, and what it says is credited once, by however many schedulers at once", async () => {
    const placed = await place();
    const before = await balanceOf();
    expect(await press(placed, "pay")).toBe(`${harness.web.env.PUBLIC_URL}/wallet?order=${placed.orderId}`);
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "pending" });
    await Promise.all(Array.from({ length: 5 }, () => askProviders(harness.web.resources, later(31_000))));
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "paid" });
    expect(await balanceOf()).toBe(before + placed.coins);
    // The callback that comes after all changes nothing.
    expect(await send(composeCallback(factsOf(placed)))).toMatchObject({
      status: 200,
      outcome: "already_final",
    });
    expect(await balanceOf()).toBe(before + placed.coins);
  });

  it("is not asked before its time, and less often each time", async () => {
    const placed = await place();
    const asksOf = async () => {
      const [row] = await harness.web.resources.live.sql`
        SELECT asks, ask_at FROM recharge_orders WHERE payment_id = ${placed.paymentId}`;
      return row as { asks: number; ask_at: Date };
    };
    const first = await asksOf();
    await askProviders(harness.web.resources, new Date(first.ask_at.getTime() - 1));
    expect((await asksOf()).asks).toBe(0);
    await askProviders(harness.web.resources, first.ask_at);
    const second = await asksOf();
    expect(second).toEqual({ asks: 1, ask_at: new Date(first.ask_at.getTime() + 60_000) });
    await askProviders(harness.web.resources, second.ask_at);
    expect((await asksOf()).ask_at).toEqual(new Date(second.ask_at.getTime() + 120_000));
  });

  it("has the last word before an order expires", async () => {
    const [unpaid, paid, declined] = [await place(), await place(), await place()];
    await press(paid, "pay");
    await press(declined, "decline");
    await askProviders(harness.web.resources, later(3_601_000));
    expect(await stateOf(unpaid.orderId)).toMatchObject({ status: "expired", payUrl: null });
    expect(await stateOf(paid.orderId)).toMatchObject({ status: "paid" });
    expect(await stateOf(declined.orderId)).toMatchObject({ status: "failed", reason: "declined" });
    const [open] = await harness.web.resources.live.sql`
      SELECT count(*)::int AS orders FROM recharge_orders WHERE ask_at IS NOT NULL`;
    expect(open).toEqual({ orders: 0 });
  });

  it("that is away lets nothing expire", async () => {
    const placed = await place();
    await press(placed, "pay");
    await harness.sandbox.close();
    await askProviders(harness.web.resources, later(3_601_000));
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "pending" });
    await harness.restartSandbox("silent");
  });

  it("is asked on after a decline: the person may have tried again", async () => {
    const placed = await place();
    await send(composeCallback({ ...factsOf(placed), kind: "failed", reason: "declined" }));
    await press(placed, "pay");
    await askProviders(harness.web.resources, later(31_000));
    expect(await stateOf(placed.orderId)).toMatchObject({ status: "paid" });
  });
});

it("leaves books that balance: each top-up has its paid order and each paid order its top-up", async () => {
  const { live } = harness.web.resources;
  const [recharges, balances] = [await auditRecharges(live), await auditBalances(live)];
  expect(recharges.compared).toBeGreaterThan(20);
  expect([...recharges.differences, ...balances.differences]).toEqual([]);
});
