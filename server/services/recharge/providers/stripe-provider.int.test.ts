import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Stripe } from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RechargeOrder, RechargeResult } from "@/server/contracts/recharge";
import { sendCallback, signInViewer } from "@/server/testing/recharge-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { askProviders } from "../ask-providers";

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
    // It came first: nobody knows the charge yet, and Stripe sends it again.
    expect(await sendCallback(web.url, dispute())).toMatchObject({ status: 404, error: "NOT_FOUND" });
    await sendCallback(web.url, compose("checkout.session.completed", paidSession(session, "pi_4")));
    expect(await sendCallback(web.url, dispute())).toMatchObject({ outcome: "charged_back" });
    expect(await statusOf(orderId)).toBe("charged_back");
    await web.resources.live.sql`
      UPDATE ledger_accounts SET frozen_at = NULL, version = version + 1 WHERE id = ${viewer.userId}`;
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
