import { randomUUID } from "node:crypto";
import { connect } from "node:tls";
import { payoutProviderOf as payoutProviderNameOf } from "@/platform/settings/checked-settings";
import type { Resources } from "../context";
import { choosePaymentProvider } from "../recharge/providers/choose-provider";
import { payoutProviderOf } from "../withdrawal/providers/http-payouts";
import { callReason } from "./call-reason";
import { type FoundProblem, fits, type Looked, only, orOnly, problem } from "./look";

const ANSWER_MS_MAX = 4_000;
const CERTIFICATE_DAYS_MIN = 14;
const DAY_MS = 86_400_000;
const UNAUTHORIZED = 401;

const ask = (url: URL, init: RequestInit = {}) =>
  fetch(url, { redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS_MAX), ...init });

/** Whether the address that people type leads to a web process of ours, from here, and how long its certificate holds. */
export async function lookAtPublicAddress({ env }: Pick<Resources, "env">): Promise<Looked> {
  const address = new URL("/healthz", env.PUBLIC_URL);
  const look = async (): Promise<Looked> => {
    const answer = await ask(address);
    const text = await answer.text();
    if (!answer.ok || text !== '{"ok":true}')
      return only("publicIsAnother", { address: address.href, status: answer.status });
    const days = address.protocol === "https:" ? await readCertificateDays(address) : undefined;
    if (days !== undefined && days < CERTIFICATE_DAYS_MIN) return only("certificateEnds", { days });
    return fits({ address: env.PUBLIC_URL });
  };
  return await orOnly("publicAway", { address: address.href }, look());
}

function readCertificateDays(address: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname: host } = address;
    const socket = connect({ host, port: Number(address.port || 443), servername: host });
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("No answer in time.")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const endsAtMs = Date.parse(socket.getPeerCertificate().valid_to);
      socket.destroy();
      resolve(Math.floor((endsAtMs - Date.now()) / DAY_MS));
    });
  });
}

/**
 * Whether what providers post reaches the process that takes it: a callback that nobody sends is posted to the public
 * address, and only our own refusal of it will do. Whether providers reach that address only they can say.
 */
export async function lookAtCallbacks({ env }: Pick<Resources, "env">): Promise<Looked> {
  const given = env.PAYMENT_PROVIDER === "sandbox" ? env.PAYMENT_SANDBOX_CALLBACK_URL : undefined;
  const address = new URL("/api/callbacks/doctor", given ?? env.PUBLIC_URL);
  const look = async (): Promise<Looked> => {
    const answer = await ask(address, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    const body = (await answer.json().catch(() => undefined)) as { error?: { name?: string } } | undefined;
    return body?.error?.name === "NOT_FOUND"
      ? fits({ address: address.origin })
      : only("callbackLost", { address: address.href, reason: `HTTP ${answer.status}` });
  };
  return await orOnly("callbackLost", { address: address.href }, look());
}

/** Whether each service that is called answers, and knows our signature where a question can show that. */
export async function lookAtProviders(resources: Resources): Promise<Looked> {
  const { env } = resources;
  const problems = await Promise.all([
    env.PAYMENT_PROVIDER === "stripe"
      ? askStripe(env)
      : tryCalling("PAYMENT_SANDBOX_URL", () =>
          choosePaymentProvider(resources).findPayment({ paymentId: randomUUID(), providerRef: null }),
        ),
    // Of an unknown payout: whoever answers that it is unknown has read our signature.
    tryCalling(payoutProviderNameOf(env) === "http" ? "PAYOUT_URL" : "PAYMENT_SANDBOX_URL", () =>
      payoutProviderOf(resources).find(randomUUID()),
    ),
    env.SMS_WEBHOOK_URL === undefined
      ? []
      : tryCalling("SMS_WEBHOOK_URL", () => ask(new URL(env.SMS_WEBHOOK_URL ?? ""), { method: "HEAD" })),
  ]);
  const names = [env.PAYMENT_PROVIDER, `payout (${payoutProviderNameOf(env)})`];
  if (env.SMS_WEBHOOK_URL !== undefined) names.push("SMS");
  return { facts: { names: names.join(", ") }, problems: problems.flat() };
}

async function tryCalling(setting: string, call: () => Promise<unknown>): Promise<FoundProblem[]> {
  try {
    await call();
    return [];
  } catch (error) {
    return [problem("providerAway", { setting, reason: callReason(error) })];
  }
}

async function askStripe({ STRIPE_API_URL, STRIPE_SECRET_KEY }: Resources["env"]): Promise<FoundProblem[]> {
  const headers = { authorization: `Bearer ${STRIPE_SECRET_KEY}` };
  try {
    const { status } = await ask(new URL("/v1/balance", STRIPE_API_URL), { headers });
    if (status === UNAUTHORIZED) return [problem("providerRefuses", { setting: "STRIPE_SECRET_KEY" })];
    return [];
  } catch (error) {
    return [problem("providerAway", { setting: "STRIPE_API_URL", reason: callReason(error) })];
  }
}
