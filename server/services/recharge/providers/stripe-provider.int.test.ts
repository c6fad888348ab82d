import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RechargeOrder, RechargeResult } from "@/domain/contracts/recharge";
import { callBy } from "@/server/testing/money-harness";
import { sendCallback, signInViewer } from "@/server/testing/recharge-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { unfreezeWallet } from "../../wallet/freeze-wallet";
import { askProviders } from "../ask-providers";
import { getPaymentLife } from "../payment-life";

const WEBHOOK_SECRET = "whsec_of_this_test";

interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
}

/** Stands where Stripe's API would be: it keeps sessions by idempotency key, as Stripe says that it does. */
class StripeStandIn {
  readonly asked: Asked[] = [];
  readonly sessions = new Map<string, Record<string, unknown>>();
  readonly byKey = new Map<string, string>();
  readonly charges = new Map<string, object>();
  /** Of whatever payment is asked about. */
  readonly disputes: object[] = [];
  /** Statuses of the next answers, instead of what was asked for. */
  readonly failures: number[] = [];
  readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const asked = {
          method: request.method ?? "",
          path: request.url ?? "",
          headers: request.headers,
          form,
        };
        this.asked.push(asked);
        const failure = this.failures.shift();
        const [status, body] = failure ? [failure, { error: { message: "away" } }] : this.answer(asked);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  private answer({ method, path, headers, form }: Asked): [number, object] {
    if (method === "POST") {
      const key = String(headers["idempotency-key"]);
      const id = this.byKey.get(key) ?? `cs_test_${randomUUID()}`;
      if (!this.byKey.has(key)) {
        this.byKey.set(key, id);
        this.sessions.set(id, {
          id,
          object: "checkout.session",
          url: `https://checkout.stripe.com/c/pay/${id}`,
          client_reference_id: form.get("client_reference_id"),
          amount_total: Number(form.get("line_items[0][price_data][unit_amount]")),
          currency: form.get("line_items[0][price_data][currency]"),
          payment_status: "unpaid",
          status: "open",
          payment_intent: null,
        });
      }
      return [200, this.sessions.get(id) as object];
    }
    const { pathname, searchParams } = new URL(path, "http://stripe.invalid");
    const list = (data: unknown[]): [number, object] => [200, { object: "list", data, has_more: false }];
    if (pathname === "/v1/disputes") return list(this.disputes);
    if (pathname === "/v1/checkout/sessions") {
      const intent = searchParams.get("payment_intent");
      return list([...this.sessions.values()].filter((s) => s.payment_intent === intent));
    }
    if (pathname.startsWith("/v1/charges/")) {
      const charge = this.charges.get(pathname.slice("/v1/charges/".length));
      return charge ? [200, charge] : [404, { error: { type: "invalid_request_error", message: "No" } }];
    }
    const id = /^\/v1\/checkout\/sessions\/(\w+)/.exec(path.replaceAll("-", "_"))?.[1];
    const session = [...this.sessions.values()].find((s) => String(s.id).replaceAll("-", "_") === id);
    return session
      ? [200, session]
      : [404, { error: { type: "invalid_request_error", message: "No such session" } }];
  }
}

let standIn: StripeStandIn;
let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let viewer: Awaited<ReturnType<typeof signInViewer>>;

beforeAll(async () => {
  standIn = new StripeStandIn();
  await new Promise<void>((resolve) => standIn.server.listen(0, "127.0.0.1", resolve));
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      PAYMENT_PROVIDER: "stripe",
      RATE_LIMIT_RECHARGE: "1000/60",
      STRIPE_SECRET_KEY: "sk_test_of_this_test",
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_URL: `http://127.0.0.1:${(standIn.server.address() as AddressInfo).port}`,
    },
  );
  viewer = await signInViewer(web.url, "+8613700002001");
});
afterAll(async () => {
  await web?.close();
  standIn.server.closeAllConnections();
  standIn.server.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});
beforeEach(() => {
  standIn.asked.length = 0;
});

async function place() {
  const orderId = randomUUID();
  const answer = await viewer.mutate<RechargeResult>("wallet.recharge", { orderId, productId: "coins-300" });
  const [row] = await web.resources.live.sql`
    SELECT payment_id, provider_ref FROM recharge_orders WHERE order_id = ${orderId}`;
  return {
    orderId,
    answer,
    paymentId: row?.payment_id as string,
    session: standIn.sessions.get(row?.provider_ref as string) as Record<string, unknown>,
  };
}

const isFrozen = async () => (await viewer.query<{ frozen: boolean }>("wallet.balance")).data.frozen;

const statusOf = async (orderId: string) =>
  (await viewer.query<RechargeOrder>("wallet.order", { orderId })).data.status;

/** An event as Stripe posts it, signed by the library's own helper for tests. */
function compose(
  type: string,
  object: object,
  options: { secret?: string; timestamp?: number; text?: string } = {},
) {
  // Pretty-printed, as Stripe does: only the raw bytes fit the signature.
  const body = JSON.stringify(
    { id: `evt_${randomUUID()}`, object: "event", type, data: { object } },
    null,
    2,
  );
  const header = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: options.secret ?? WEBHOOK_SECRET,
    ...(options.timestamp ? { timestamp: options.timestamp } : {}),
  });
  return {
    body: options.text ?? body,
    headers: { "stripe-signature": header, "content-type": "application/json" },
  };
}
/** As an operator lets a wallet go, whatever froze it. */
async function unfreeze(): Promise<void> {
  const operator = callBy(web.resources, randomUUID(), "operator");
  await unfreezeWallet(operator, { userId: viewer.userId, reason: "looked at" });
}
const paidSession = (session: object, intent: string) => ({
  ...session,
  payment_status: "paid",
  status: "complete",
  payment_intent: intent,
});

describe("sessions", () => {
  it("carry the price of the server, our id and an idempotency key", async () => {
    const { answer, paymentId, session, orderId } = await place();
    expect(answer.data.payUrl).toBe(session.url);
    const [asked] = standIn.asked;
    expect(asked?.headers).toMatchObject({
      "idempotency-key": paymentId,
      authorization: "Bearer sk_test_of_this_test",
    });
    expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
      mode: "payment",
      client_reference_id: paymentId,
      "line_items[0][price_data][unit_amount]": "3000",
      "line_items[0][price_data][currency]": "cny",
      success_url: `${web.env.PUBLIC_URL}/wallet?order=${orderId}`,
    });
    const lifeSeconds = Number(asked?.form.get("expires_at")) - Date.now() / 1_000;
    expect(lifeSeconds).toBeGreaterThan(30 * 60);
  });

  it("are asked for again with the same key after a failure, and made once", async () => {
    const made = standIn.sessions.size;
    standIn.failures.push(500, 503);
    const { answer, paymentId } = await place();
    expect(answer.status).toBe(200);
    expect(standIn.asked.map((a) => a.headers["idempotency-key"])).toEqual([paymentId, paymentId, paymentId]);
    expect(standIn.sessions.size).toBe(made + 1);
  });

  it("are asked for once, however many calls for one order come together", async () => {
    const input = { orderId: randomUUID(), productId: "coins-60" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => viewer.mutate<RechargeResult>("wallet.recharge", input)),
    );
    expect(new Set(answers.map((a) => a.data.payUrl)).size).toBe(1);
    expect(new Set(standIn.asked.map((a) => a.headers["idempotency-key"])).size).toBe(1);
  });

  it("that Stripe will not make are UNAVAILABLE, and not tried in vain", async () => {
    standIn.failures.push(401);
    const { answer } = await place();
    expect(answer).toMatchObject({ status: 503, error: { name: "UNAVAILABLE" } });
    expect(standIn.asked).toHaveLength(1);
  });
});

describe("webhooks", () => {
  it("credit once, though Stripe sends an event again with a new signature", async () => {
    const { orderId, session } = await place();
    const event = compose("checkout.session.completed", paidSession(session, "pi_1"));
    expect(await sendCallback(web.url, event)).toMatchObject({ status: 200, outcome: "credited" });
    expect(await sendCallback(web.url, event)).toMatchObject({ status: 409, error: "REPLAYED" });
    const resigned = Stripe.webhooks.generateTestHeaderString({
      payload: event.body,
      secret: WEBHOOK_SECRET,
      timestamp: Math.floor(Date.now() / 1_000) - 5,
    });
    expect(
      await sendCallback(web.url, { ...event, headers: { ...event.headers, "stripe-signature": resigned } }),
    ).toMatchObject({ status: 200, outcome: "already_final" });
    expect(await statusOf(orderId)).toBe("paid");
  });

  it("are refused when forged, old, changed, copied under another time, or not fitting", async () => {
    const { orderId, session } = await place();
    const paid = paidSession(session, "pi_2");
    const type = "checkout.session.completed";
    const refusals: [ReturnType<typeof compose>, string][] = [
      [compose(type, paid, { secret: "whsec_other" }), "SIGNATURE_INVALID"],
      [compose(type, paid, { timestamp: Math.floor(Date.now() / 1_000) - 301 }), "SIGNATURE_INVALID"],
      [
        { ...compose(type, paid), headers: { "stripe-signature": "", "content-type": "application/json" } },
        "SIGNATURE_INVALID",
      ],
      [compose(type, { ...paid, amount_total: 1 }), "PAYMENT_MISMATCH"],
      [compose(type, { ...paid, currency: "usd" }), "PAYMENT_MISMATCH"],
      [compose(type, { ...paid, id: "cs_test_other" }), "PAYMENT_MISMATCH"],
      [compose(type, { ...paid, client_reference_id: randomUUID() }), "NOT_FOUND"],
      [compose(type, { ...paid, client_reference_id: "x", payment_intent: null }), "NOT_FOUND"],
    ];
    const genuine = compose(type, paid);
    const compact = JSON.stringify(JSON.parse(genuine.body));
    refusals.push([{ ...genuine, body: compact }, "SIGNATURE_INVALID"]);
    const twoTimes = { ...genuine.headers, "stripe-signature": `t=1,${genuine.headers["stripe-signature"]}` };
    refusals.push([{ ...genuine, headers: twoTimes }, "SIGNATURE_INVALID"]);
    for (const [message, error] of refusals)
      expect(await sendCallback(web.url, message)).toMatchObject({ error });
    expect(await statusOf(orderId)).toBe("pending");
    expect(await sendCallback(web.url, genuine)).toMatchObject({ outcome: "credited" });
  });

  it("wait for ways to pay that take days, and ignore what does not concern us", async () => {
    const { orderId, session } = await place();
    const unpaid = { ...session, status: "complete", payment_intent: "pi_3" };
    for (const [type, object] of [
      ["checkout.session.completed", unpaid],
      ["customer.created", { id: "cus_1" }],
    ] as const)
      expect(await sendCallback(web.url, compose(type, object))).toMatchObject({
        status: 200,
        outcome: "ignored",
      });
    expect(await statusOf(orderId)).toBe("pending");
    const failed = compose("checkout.session.async_payment_failed", unpaid);
    expect(await sendCallback(web.url, failed)).toMatchObject({ outcome: "failed" });
    const paid = compose("checkout.session.async_payment_succeeded", paidSession(session, "pi_3"));
    expect(await sendCallback(web.url, paid)).toMatchObject({ outcome: "credited" });
  });

  it("of a dispute, which names only the charge, freeze the wallet", async () => {
    const { orderId, session } = await place();
    const dispute = () =>
      compose("charge.dispute.created", {
        id: "dp_1",
        amount: 3_000,
        currency: "cny",
        payment_intent: "pi_4",
      });
    // It came first: nobody knows the charge yet. It is kept, counts as soon as its payment comes, and not twice.
    expect(await sendCallback(web.url, dispute())).toMatchObject({ status: 404, error: "NOT_FOUND" });
    const paid = compose("checkout.session.completed", paidSession(session, "pi_4"));
    expect(await sendCallback(web.url, paid)).toMatchObject({ outcome: "credited" });
    expect(await statusOf(orderId)).toBe("charged_back");
    expect(await isFrozen()).toBe(true);
    expect(await sendCallback(web.url, dispute())).toMatchObject({ status: 200, outcome: "noted" });
    expect(await statusOf(orderId)).toBe("charged_back");
    await unfreeze();
  });
});

describe("the life of a payment", () => {
  let intents = 0;
  async function pay() {
    intents += 1;
    const placed = await place();
    const intent = `pi_life_${intents}`;
    const paid = compose("checkout.session.completed", paidSession(placed.session, intent));
    expect(await sendCallback(web.url, paid)).toMatchObject({ outcome: "credited" });
    return { ...placed, intent };
  }
  const lifeOf = (paymentId: string) =>
    getPaymentLife(callBy(web.resources, randomUUID(), "operator"), { paymentId });
  const alarmsOf = async (paymentId: string) => {
    const rows = await web.resources.live
      .sql`SELECT kind FROM alarms WHERE subject = ${`payment:${paymentId}`}`;
    return rows.map(({ kind }) => kind as string);
  };
  const say = (type: string, object: object) => sendCallback(web.url, compose(type, object));
  afterEach(unfreeze);

  const dispute = { object: "dispute", id: "dp_1", amount: 3_000, currency: "cny" };
  const refund = { object: "refund", id: "re_1", amount: 1_000, currency: "cny" };
  const charge = { object: "charge", id: "ch_1", amount: 3_000, currency: "cny" };
  it.each<[string, object, object]>([
    [
      "refund.created",
      { ...refund, status: "pending" },
      { standing: "partly_refunded", owedFen: 1_000, owedCoins: 100 },
    ],
    [
      "refund.updated",
      { ...refund, status: "succeeded", amount: 3_000 },
      { standing: "refunded", owedCoins: 300 },
    ],
    ["refund.failed", { ...refund, status: "failed" }, { standing: "clear", freezes: false }],
    [
      "refund.created",
      { ...refund, status: "pending", currency: "usd" },
      { standing: "refunded", owedCoins: 300 },
    ],
    [
      "charge.refunded",
      { ...charge, amount_refunded: 1 },
      { standing: "partly_refunded", owedFen: 1, owedCoins: 1 },
    ],
    ["charge.refunded", { ...charge, amount_refunded: "all" }, { standing: "refunded", owedCoins: 300 }],
    ["charge.updated", { ...charge, amount_refunded: 3_000 }, { standing: "refunded" }],
    ["charge.updated", { ...charge, amount_refunded: 0, disputed: true }, { standing: "disputed" }],
    [
      "charge.dispute.created",
      { ...dispute, status: "warning_needs_response" },
      { standing: "inquiry", owedCoins: 0 },
    ],
    [
      "charge.dispute.created",
      { ...dispute, status: "needs_response", currency: "usd", amount: 412 },
      { standing: "disputed", owedCoins: 300 },
    ],
    [
      "charge.dispute.updated",
      { ...dispute, status: "under_review", amount: 1_500 },
      { standing: "partly_disputed", owedCoins: 150 },
    ],
    ["charge.dispute.closed", { ...dispute, status: "lost" }, { standing: "lost", owedCoins: 300 }],
    [
      "charge.dispute.closed",
      { ...dispute, status: "won" },
      { standing: "won", owedCoins: 0, freezes: false },
    ],
    [
      "charge.dispute.closed",
      { ...dispute, status: "warning_closed" },
      { standing: "clear", freezes: false },
    ],
    [
      "charge.dispute.funds_withdrawn",
      { ...dispute, status: "warning_needs_response" },
      { standing: "disputed", owedCoins: 300 },
    ],
    ["charge.dispute.funds_reinstated", { ...dispute, status: "won" }, { standing: "won", freezes: false }],
    [
      "charge.dispute.updated",
      { ...dispute, status: "gone_fishing" },
      { standing: "disputed", owedCoins: 300 },
    ],
    [
      "radar.early_fraud_warning.created",
      { id: "issfr_1", charge: "ch_1", actionable: true },
      { standing: "fraud_warning", owedCoins: 0 },
    ],
  ])("%s: %o", async (type, object, expected) => {
    const { paymentId, intent } = await pay();
    const { status } = await say(type, { ...object, payment_intent: intent });
    expect(status).toBe(200);
    const life = await lifeOf(paymentId);
    expect(life).toMatchObject({ freezes: true, ...expected });
    expect(await isFrozen()).toBe(life.freezes);
  });

  it("is found by its charge alone, also before its payment is known", async () => {
    const { paymentId, session } = await place();
    const intent = "pi_overtaken";
    standIn.charges.set("ch_overtaken", { id: "ch_overtaken", object: "charge", payment_intent: intent });
    Object.assign(session, { payment_intent: intent });
    const warning = { id: "issfr_2", charge: "ch_overtaken" };
    expect(await say("radar.early_fraud_warning.created", warning)).toMatchObject({
      status: 200,
      outcome: "held",
    });
    expect(await lifeOf(paymentId)).toMatchObject({
      status: "pending",
      standing: "fraud_warning",
      freezes: true,
    });
    const paid = compose("checkout.session.completed", paidSession(session, intent));
    expect(await sendCallback(web.url, paid)).toMatchObject({ outcome: "credited" });
    expect(await lifeOf(paymentId)).toMatchObject({
      status: "paid",
      standing: "fraud_warning",
      freezes: true,
    });
  });

  it("that is nobody's is refused, and so when Stripe cannot be asked; what was said is kept", async () => {
    expect(await say("charge.dispute.created", { ...dispute, payment_intent: "pi_nobody" })).toMatchObject({
      status: 404,
      error: "NOT_FOUND",
    });
    const { session, paymentId } = await place();
    standIn.failures.push(500, 500, 500);
    const refused = await say("charge.dispute.created", { ...dispute, payment_intent: "pi_away" });
    expect(refused).toMatchObject({ status: 404, error: "NOT_FOUND" });
    expect(standIn.failures).toEqual([]);
    await sendCallback(web.url, compose("checkout.session.completed", paidSession(session, "pi_away")));
    expect(await lifeOf(paymentId)).toMatchObject({ status: "charged_back", standing: "disputed" });
  });

  it("raises an alarm for what means nothing to us of a known payment, and takes it", async () => {
    const { paymentId, intent } = await pay();
    const { paymentId: other, intent: quiet } = await pay();
    expect(await say("review.opened", { id: "prv_1", payment_intent: intent })).toMatchObject({
      status: 200,
      outcome: "ignored",
    });
    for (const type of ["payment_intent.succeeded", "charge.succeeded", "charge.updated"])
      expect(await say(type, { ...charge, amount_refunded: 0, payment_intent: quiet })).toMatchObject({
        outcome: "ignored",
      });
    expect([await alarmsOf(paymentId), await alarmsOf(other)]).toEqual([["payment.not_understood"], []]);
    expect(await isFrozen()).toBe(false);
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a list", []],
    ["a number", 7],
    ["no object", { id: "evt_1", type: "charge.dispute.created", data: null }],
    ["a type that is none", { id: {}, type: ["charge.refunded"], data: { object: { id: 1 } } }],
    [
      "signs that no database takes",
      {
        id: "\u0000",
        type: "refund.created",
        data: { object: { id: "\u0000\ud800", payment_intent: "\u0000" } },
      },
    ],
    [
      "a time that is none",
      {
        id: "evt_2",
        type: "refund.created",
        created: 1e300,
        data: { object: { payment_intent: "pi_x", amount: 1e300 } },
      },
    ],
  ])("is never answered with an error of ours: an event that is %s", async (_what, event) => {
    const body = JSON.stringify(event);
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET });
    const { status } = await sendCallback(web.url, {
      body,
      headers: { "stripe-signature": header, "content-type": "application/json" },
    });
    expect(status).toBeLessThan(500);
  });

  it("ends the same whatever the order and the number of its events", async () => {
    const { paymentId, intent } = await pay();
    const at = (created: number, type: string, object: object) => {
      const body = JSON.stringify({
        id: `evt_${paymentId}_${created}`,
        type,
        created: 1_790_000_000 + created,
        data: { object: { ...object, payment_intent: intent } },
      });
      return () => ({
        body,
        headers: {
          "stripe-signature": Stripe.webhooks.generateTestHeaderString({
            payload: body,
            secret: WEBHOOK_SECRET,
          }),
          "content-type": "application/json",
        },
      });
    };
    const events = [
      at(1, "charge.dispute.created", { ...dispute, status: "warning_needs_response" }),
      at(2, "charge.dispute.updated", { ...dispute, status: "needs_response" }),
      at(2, "charge.dispute.funds_withdrawn", { ...dispute, status: "needs_response" }),
      at(3, "charge.dispute.updated", { ...dispute, status: "under_review" }),
      at(4, "charge.dispute.closed", { ...dispute, status: "won" }),
      at(4, "charge.dispute.funds_reinstated", { ...dispute, status: "won" }),
      at(5, "refund.created", { ...refund, status: "pending" }),
      at(6, "charge.refunded", { ...charge, amount_refunded: 1_000 }),
    ];
    const many = Array.from({ length: 12 }, () => events.toReversed()).flat();
    const answers = await Promise.all(many.map((compose) => sendCallback(web.url, compose())));
    // The very same message, of the same second, is a replay.
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const life = await lifeOf(paymentId);
    expect(life).toMatchObject({ standing: "partly_refunded", owedFen: 1_000, owedCoins: 100 });
    expect(life.facts).toHaveLength(1 + 6);
  });
});

it("is asked when its webhooks do not come: paid, disputed, on its way, or not paid in time", async () => {
  const orders = [await place(), await place(), await place(), await place(), await place()] as const;
  const [paid, disputed, processing, failed, open] = orders;
  const complete = (placed: (typeof orders)[number], facts: object) =>
    Object.assign(placed.session, { status: "complete", ...facts });
  complete(paid, {
    payment_status: "paid",
    payment_intent: { id: "pi_5", latest_charge: { disputed: false } },
  });
  complete(disputed, {
    payment_status: "paid",
    payment_intent: { id: "pi_6", latest_charge: { disputed: true } },
  });
  complete(processing, { payment_intent: { id: "pi_7", status: "processing" } });
  complete(failed, { payment_intent: { id: "pi_8", status: "requires_payment_method" } });
  Object.assign(open.session, { status: "expired" });
  await askProviders(web.resources, new Date(Date.now() + 3_601_000));
  expect(await Promise.all(orders.map((o) => statusOf(o.orderId)))).toEqual([
    "paid",
    "charged_back",
    "pending",
    "failed",
    "expired",
  ]);
});
