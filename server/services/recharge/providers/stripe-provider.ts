import { createHash } from "node:crypto";
import { Stripe } from "stripe";
import type { SaidFact } from "@/db/live/queries/payment-events";
import { BizError } from "@/domain/contracts/errors";
import { Uuid } from "@/domain/contracts/ids";
import { parseExactJson } from "@/domain/rules/exact-json";
import { MESSAGE_WINDOW_MS } from "@/platform/security/signed-message";
import type { Env } from "@/platform/settings/env";
import { CALL_OUT_MS_MAX, CallOutError, createCallOut } from "../../call-out";
import type { PaymentAnswer, PaymentProvider } from "./payment-provider";
import { recordOf } from "./read-said";
import { readCharge, readDisputeAnswer, readStripeEvent } from "./read-stripe-event";

const CURRENCY = "cny";
/** One time and then signatures: with a second time in it, a copied message could pass for a new one. */
const SIGNATURE_HEADER = /^t=([1-9]\d*)(?:,v\d=[\da-f]+)+$/;

type Expandable = string | { id: string } | null;
const idOf = (value: Expandable) => (typeof value === "string" ? value : (value?.id ?? null));

/** The library's own tries are off: ours count into one breaker and carry the same idempotency key. */
function openStripe(env: Pick<Env, "STRIPE_SECRET_KEY" | "STRIPE_API_URL">): Stripe {
  const api = new URL(env.STRIPE_API_URL);
  return new Stripe(env.STRIPE_SECRET_KEY ?? "", {
    host: api.hostname,
    protocol: api.protocol === "http:" ? "http" : "https",
    ...(api.port ? { port: api.port } : {}),
    timeout: CALL_OUT_MS_MAX,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** Stripe's Checkout: https://docs.stripe.com/api/checkout/sessions. The order is the session's `client_reference_id`. */
export function createStripeProvider(
  env: Pick<Env, "STRIPE_SECRET_KEY" | "STRIPE_WEBHOOK_SECRET" | "STRIPE_API_URL">,
): PaymentProvider {
  const stripe = openStripe(env);
  const callOut = createCallOut("stripe");

  async function call<T>(work: () => Promise<T>): Promise<T> {
    return callOut(async () => {
      try {
        return await work();
      } catch (cause) {
        if (isTransient(cause)) throw new CallOutError("Stripe does not answer.", { cause });
        // A key that is not right or a session that Stripe will not make: the person can only try later, the log says why.
        if (cause instanceof Stripe.errors.StripeError)
          throw new BizError("UNAVAILABLE", { service: "stripe" }, { cause });
        throw cause;
      }
    });
  }

  /** What a charge says of itself, and each of its disputes; where these are not told, that there is one. */
  async function findFacts(session: Stripe.Checkout.Session): Promise<SaidFact[]> {
    const intent = typeof session.payment_intent === "string" ? null : session.payment_intent;
    const charge = intent?.latest_charge;
    if (!intent || !charge || typeof charge === "string") return [];
    const facts = readCharge("", recordOf(charge)).map(
      (read): SaidFact => ({
        ...read,
        eventKey: ["asked", intent.id, read.kind, read.amountFen].join("/"),
        said: { type: "asked" },
        saidAt: null,
      }),
    );
    if (!charge.disputed) return facts;
    const disputes = await call(() => stripe.disputes.list({ payment_intent: intent.id, limit: 100 })).catch(
      (error: unknown) => {
        if (error instanceof BizError) return { data: [] };
        throw error;
      },
    );
    return [...facts, ...disputes.data.map((dispute) => readDisputeAnswer(recordOf(dispute)))];
  }

  return {
    name: "stripe",
    // Checkout refuses to be framed.
    frameOrigin: null,
    async createPayment({ paymentId, amountFen, coins, returnUrl, payUntil }) {
      const session = await call(() =>
        stripe.checkout.sessions.create(
          {
            mode: "payment",
            client_reference_id: paymentId,
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: CURRENCY,
                  unit_amount: amountFen,
                  product_data: { name: coins === 1 ? "1 coin" : `${coins} coins` },
                },
              },
            ],
            success_url: returnUrl,
            cancel_url: returnUrl,
            expires_at: Math.floor(payUntil.getTime() / 1_000),
          },
          { idempotencyKey: paymentId },
        ),
      );
      if (!session.url) throw new BizError("UNAVAILABLE", { service: "stripe" });
      return { providerRef: session.id, payUrl: session.url };
    },
    async findPayment({ providerRef }) {
      // Without a session nobody was ever given an address to pay at.
      if (!providerRef)
        return {
          state: "unknown",
          amountFen: null,
          providerRef: null,
          chargeRef: null,
          reason: null,
          facts: [],
        };
      const session = await call(() =>
        stripe.checkout.sessions.retrieve(providerRef, { expand: ["payment_intent.latest_charge"] }),
      );
      return {
        state: stateOf(session),
        amountFen: session.currency === CURRENCY ? session.amount_total : null,
        providerRef: session.id,
        chargeRef: idOf(session.payment_intent),
        reason: null,
        facts: await findFacts(session),
      };
    },
    async locatePayment(chargeRef) {
      const isIntent = chargeRef.startsWith("pi_");
      const intent = isIntent
        ? chargeRef
        : idOf((await call(() => stripe.charges.retrieve(chargeRef))).payment_intent);
      if (intent === null) return null;
      const { data } = await call(() => stripe.checkout.sessions.list({ payment_intent: intent, limit: 1 }));
      const paymentId = Uuid.safeParse(data[0]?.client_reference_id);
      return paymentId.success ? { paymentId: paymentId.data, chargeRef: intent } : null;
    },
    parseCallback({ headers, body }, nowMs) {
      const header = headers["stripe-signature"];
      const time = typeof header === "string" ? SIGNATURE_HEADER.exec(header)?.[1] : undefined;
      if (typeof header !== "string" || !time)
        throw new BizError("SIGNATURE_INVALID", { field: "stripe-signature" });
      const event = verifyEvent(stripe, env.STRIPE_WEBHOOK_SECRET ?? "", header, body, nowMs);
      return { nonce: nonceOf(time, body), ...readStripeEvent(event) };
    },
  };
}

function isTransient(error: unknown): boolean {
  const { StripeAPIError, StripeConnectionError, StripeRateLimitError, StripeError } = Stripe.errors;
  if (error instanceof StripeAPIError || error instanceof StripeConnectionError) return true;
  if (error instanceof StripeRateLimitError) return true;
  // 409: another request with the same key is still running.
  return error instanceof StripeError && (error.statusCode === 409 || (error.statusCode ?? 0) >= 500);
}

function stateOf(session: Stripe.Checkout.Session): PaymentAnswer["state"] {
  const intent = typeof session.payment_intent === "string" ? null : session.payment_intent;
  if (session.payment_status === "paid") return "paid";
  // One that expired at Stripe stays open to us: it then expires here too.
  if (session.status !== "complete") return "open";
  return intent?.status === "processing" ? "processing" : "failed";
}

function verifyEvent(stripe: Stripe, secret: string, header: string, body: Buffer, nowMs: number): unknown {
  try {
    stripe.webhooks.constructEvent(body, header, secret, MESSAGE_WINDOW_MS / 1_000, undefined, nowMs);
    return parseExactJson(body.toString("utf8"));
  } catch (cause) {
    if (cause instanceof Stripe.errors.StripeSignatureVerificationError)
      throw new BizError("SIGNATURE_INVALID", { field: "stripe-signature" }, { cause });
    throw new BizError("INVALID_INPUT", { field: "body" }, { cause });
  }
}

/**
 * Stripe signs each sending of an event anew, with its time: time and body name the message, so that an event sent again
 * is a new message and a copied message is not.
 */
function nonceOf(time: string, body: Buffer): string {
  return createHash("sha256").update(`${time}.`).update(body).digest("hex");
}
