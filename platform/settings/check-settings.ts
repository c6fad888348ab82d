import ipaddr from "ipaddr.js";
import { parseDataKeys } from "../security/data-keys";
import { findKeyWeakness, findPasswordWeakness, findWeakness, overlaps } from "../security/weak-secret";

/** The settings that are looked at, as parsed. */
export interface CheckedSettings {
  DOWNPOUR_MODE: "demo" | "development" | "staging" | "production";
  NODE_ENV: string;
  BIND_HOST: string;
  PUSH_API_HOST: string;
  PUBLIC_URL: string;
  TRUSTED_ORIGINS: string;
  ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: boolean;
  ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK: boolean;
  LIVE_DATABASE_URL: string;
  FINANCE_DATABASE_URL: string;
  LIVE_OWNER_DATABASE_URL?: string;
  FINANCE_OWNER_DATABASE_URL?: string;
  LIVE_READ_DATABASE_URL?: string;
  FINANCE_READ_DATABASE_URL?: string;
  REDIS_URL: string;
  PUSH_REDIS_URL: string;
  AUTH_SECRET: string;
  DATA_KEYS: string;
  BLIND_INDEX_KEY: string;
  SMS_WEBHOOK_URL?: string;
  SMS_WEBHOOK_SECRET?: string;
  PUSHER_KEY: string;
  PUSHER_SECRET: string;
  PUSHER_HOST: string;
  PUSHER_TLS: boolean;
  PUSH_APPS?: string;
  PAYMENT_PROVIDER: "sandbox" | "stripe";
  PAYMENT_SANDBOX_URL: string;
  PAYMENT_SANDBOX_CALLBACK_URL?: string;
  PAYMENT_SANDBOX_SECRET: string;
  PAYOUT_PROVIDER?: "sandbox" | "http";
  PAYOUT_URL?: string;
  PAYOUT_SECRET: string;
  STRIPE_SECRET_KEY?: string;
  STRIPE_WEBHOOK_SECRET?: string;
  STRIPE_API_URL: string;
}
type Name = keyof CheckedSettings;

export interface SettingFault {
  name: string;
  /** Never repeats the setting. */
  message: string;
}

/** What a process needs. What it does not is looked at when it is set, and may be missing. */
type Topic = "sessions" | "push" | "data" | "databases" | "payments" | "payouts" | "pages";
const TOPICS: Record<string, readonly Topic[]> = {
  "push-gateway": ["push"],
  "payment-sandbox": ["payments", "payouts"],
  /** Brings its own databases unless it is told of others. */
  start: ["sessions", "push", "data", "payments", "payouts", "pages"],
  migrate: ["data", "databases"],
  "rotate-keys": ["data", "databases"],
  audit: ["databases"],
};
const EVERYTHING: readonly Topic[] = [
  "sessions",
  "push",
  "data",
  "databases",
  "payments",
  "payouts",
  "pages",
];

/** Values that are in the source and the documents: whoever has read them has the secret. */
export type KnownSecrets = readonly string[];

/** What is wrong with the settings beyond their form, by variable. `given` is what was set, before defaults. */
export function findSettingFaults(
  settings: CheckedSettings,
  given: Readonly<Record<string, string | undefined>>,
  known: KnownSecrets,
  processName?: string,
): SettingFault[] {
  const topics = (processName !== undefined && TOPICS[processName]) || EVERYTHING;
  const faults: SettingFault[] = [];
  const fault = (name: string, message: string) => {
    if (!faults.some((other) => other.name === name && other.message === message))
      faults.push({ name, message });
  };
  if (settings.DOWNPOUR_MODE === "demo" || settings.DOWNPOUR_MODE === "development") {
    if (!settings.ALLOW_PUBLIC_DEMO_WITH_FREE_COINS) checkLoopbackOnly(settings, fault);
    return faults;
  }
  const concerns = (topic: Topic, name: Name) => topics.includes(topic) || given[name] !== undefined;
  if (settings.NODE_ENV !== "production")
    fault("NODE_ENV", `must be "production" in ${settings.DOWNPOUR_MODE}`);
  checkProviders(settings, given, concerns, fault, processName);
  checkAddresses(settings, concerns, fault);
  checkStores(settings, concerns, fault);
  checkSecrets(settings, known, concerns, fault);
  return faults;
}

type Report = (name: string, message: string) => void;
type Concerns = (topic: Topic, name: Name) => boolean;

const PUBLIC_DEMO =
  "must stay on this machine (127.0.0.1 or localhost) unless DOWNPOUR_MODE is production or staging: a demo gives coins away and lets anybody in with a known code. ALLOW_PUBLIC_DEMO_WITH_FREE_COINS=true allows it";

function checkLoopbackOnly(settings: CheckedSettings, fault: Report): void {
  for (const name of ["BIND_HOST", "PUSH_API_HOST"] as const)
    if (!isLoopback(settings[name])) fault(name, PUBLIC_DEMO);
  for (const name of ["PUBLIC_URL", "PAYMENT_SANDBOX_URL", "PAYMENT_SANDBOX_CALLBACK_URL"] as const) {
    const url = settings[name];
    if (url && !isLoopback(hostOf(url))) fault(name, PUBLIC_DEMO);
  }
  for (const origin of listOf(settings.TRUSTED_ORIGINS))
    if (!isLoopback(hostOf(origin))) fault("TRUSTED_ORIGINS", PUBLIC_DEMO);
}

/** Who takes the money and who pays it out is named, and in production neither is the sandbox. */
function checkProviders(
  settings: CheckedSettings,
  given: Readonly<Record<string, string | undefined>>,
  concerns: Concerns,
  fault: Report,
  processName: string | undefined,
): void {
  const isProduction = settings.DOWNPOUR_MODE === "production";
  if (isProduction && processName === "payment-sandbox")
    fault("DOWNPOUR_MODE", "production never runs the payment sandbox; staging may");
  if (concerns("payments", "PAYMENT_PROVIDER") && processName !== "payment-sandbox") {
    if (given.PAYMENT_PROVIDER === undefined) fault("PAYMENT_PROVIDER", "must be named: stripe");
    else if (isProduction && settings.PAYMENT_PROVIDER === "sandbox")
      fault("PAYMENT_PROVIDER", "must not be the sandbox in production: it takes no money and gives coins");
  }
  if (concerns("payouts", "PAYOUT_PROVIDER") && processName !== "payment-sandbox") {
    const provider = payoutProviderOf(settings);
    if (isProduction && settings.PAYOUT_PROVIDER === "sandbox")
      fault("PAYOUT_PROVIDER", "must not be the sandbox in production: it pays nobody");
    else if (settings.PAYOUT_PROVIDER === undefined && !settings.PAYOUT_URL)
      fault("PAYOUT_URL", "must be set: who pays anchors out (in staging PAYOUT_PROVIDER=sandbox will do)");
    else if (provider === "http" && !settings.PAYOUT_URL)
      fault("PAYOUT_URL", "must be set for PAYOUT_PROVIDER=http");
    if (provider === "sandbox" && settings.PAYOUT_URL)
      fault("PAYOUT_PROVIDER", "is the sandbox, and PAYOUT_URL names another");
    if (
      isProduction &&
      settings.PAYOUT_URL &&
      originOf(settings.PAYOUT_URL) === originOf(settings.PAYMENT_SANDBOX_URL)
    )
      fault("PAYOUT_URL", "must not be the payment sandbox in production: it pays nobody");
  }
  if (!isProduction) return;
  if (settings.STRIPE_SECRET_KEY && !/^(sk|rk)_live_[\w]{16,}$/.test(settings.STRIPE_SECRET_KEY))
    fault("STRIPE_SECRET_KEY", "must be a live key (sk_live_… or rk_live_…) in production");
}

/** https wherever something leaves this machine. */
function checkAddresses(settings: CheckedSettings, concerns: Concerns, fault: Report): void {
  const isPlain = (url: string) => schemeOf(url) !== "https:" && !isLoopback(hostOf(url));
  const message = "must be https outside this machine";
  const urls = [
    ["pages", "PUBLIC_URL"],
    ["payouts", "PAYOUT_URL"],
    ["sessions", "SMS_WEBHOOK_URL"],
    ["payments", "STRIPE_API_URL"],
    ["payments", "PAYMENT_SANDBOX_URL"],
    ["payments", "PAYMENT_SANDBOX_CALLBACK_URL"],
  ] as const;
  for (const [topic, name] of urls) {
    const url = settings[name];
    if (url && concerns(topic, name) && isPlain(url)) fault(name, message);
  }
  for (const origin of listOf(settings.TRUSTED_ORIGINS)) {
    if (originOf(origin) !== origin) fault("TRUSTED_ORIGINS", "must be origins such as https://example.org");
    else if (isPlain(origin)) fault("TRUSTED_ORIGINS", message);
  }
  if (settings.SMS_WEBHOOK_URL && !settings.SMS_WEBHOOK_SECRET)
    fault("SMS_WEBHOOK_SECRET", "must be set when SMS_WEBHOOK_URL is");
  const { PUSHER_HOST: pushHost, PUSHER_TLS: isTls } = settings;
  if (concerns("push", "PUSHER_HOST") && !isTls && !isLoopback(pushHost) && !mayBePlain(settings, pushHost))
    fault("PUSHER_TLS", "must be true when PUSHER_HOST is not on this machine");
}

/** Databases and Redis: a password of their own, and TLS wherever they are not on this machine. */
function checkStores(settings: CheckedSettings, concerns: Concerns, fault: Report): void {
  const databases = [
    "LIVE_DATABASE_URL",
    "FINANCE_DATABASE_URL",
    "LIVE_OWNER_DATABASE_URL",
    "FINANCE_OWNER_DATABASE_URL",
    "LIVE_READ_DATABASE_URL",
    "FINANCE_READ_DATABASE_URL",
  ] as const;
  for (const name of databases) {
    const text = settings[name];
    if (!text || !concerns("databases", name)) continue;
    const url = parseUrl(text);
    if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
      fault(name, "must be an address as postgres://user:password@host:port/database");
      continue;
    }
    const weakness = findPasswordWeakness(decode(url.password), decode(url.username));
    if (weakness) fault(name, weakness);
    const isTls = ["require", "verify-ca", "verify-full"].includes(url.searchParams.get("sslmode") ?? "");
    if (!isTls && !isLoopback(url.hostname) && !mayBePlain(settings, url.hostname))
      fault(name, "must have sslmode=verify-full (or require) when it is not on this machine");
  }
  for (const name of ["REDIS_URL", "PUSH_REDIS_URL"] as const) {
    const text = settings[name];
    if (!text) continue;
    const url = parseUrl(text);
    if (!url || !/^rediss?:$/.test(url.protocol)) {
      fault(name, "must be an address as rediss://:password@host:port/0");
      continue;
    }
    if (isLoopback(url.hostname)) continue;
    const weakness = findPasswordWeakness(decode(url.password), decode(url.username));
    if (weakness) fault(name, weakness);
    if (url.protocol !== "rediss:" && !mayBePlain(settings, url.hostname))
      fault(name, "must be rediss: when it is not on this machine");
  }
}

interface Secret {
  name: string;
  value: string;
  weakness: string | null;
}

/** Each secret made by a machine, known to nobody, and like no other. */
function checkSecrets(
  settings: CheckedSettings,
  known: KnownSecrets,
  concerns: Concerns,
  fault: Report,
): void {
  const secrets = listSecrets(settings, concerns);
  for (const { name, value, weakness } of secrets) {
    if (known.some((one) => overlaps(one, value)))
      fault(name, "must not be the one from the source or the documents");
    else if (weakness) fault(name, weakness);
  }
  for (const [i, one] of secrets.entries()) {
    for (const other of secrets.slice(i + 1)) {
      if (!overlaps(one.value, other.value)) continue;
      fault(
        one.name,
        one.name === other.name ? "must not hold two that are alike" : `must not be like ${other.name}`,
      );
      fault(
        other.name,
        one.name === other.name ? "must not hold two that are alike" : `must not be like ${one.name}`,
      );
    }
  }
  if (concerns("push", "PUSHER_KEY") && known.some((one) => overlaps(one, settings.PUSHER_KEY)))
    fault("PUSHER_KEY", "must be set: a key of your own");
  for (const name of ["LIVE_DATABASE_URL", "FINANCE_DATABASE_URL", "REDIS_URL", "PUSH_REDIS_URL"] as const) {
    const password = decode(parseUrl(settings[name])?.password ?? "");
    if (password.length < 8) continue;
    for (const { name: other, value } of secrets)
      if (overlaps(password, value)) fault(other, `must not be like the password in ${name}`);
  }
}

function listSecrets(settings: CheckedSettings, concerns: Concerns): Secret[] {
  const secrets: Secret[] = [];
  const add = (name: string, value: string, weakness: string | null) =>
    secrets.push({ name, value, weakness });
  // Hosted Pusher makes its secrets itself: 20 characters.
  const pusherBytesMin = settings.PUSHER_HOST.endsWith(".pusher.com") ? 20 : 32;
  const usesSandbox = settings.PAYMENT_PROVIDER === "sandbox" || payoutProviderOf(settings) === "sandbox";
  if (concerns("sessions", "AUTH_SECRET"))
    add("AUTH_SECRET", settings.AUTH_SECRET, findWeakness(settings.AUTH_SECRET));
  if (concerns("push", "PUSHER_SECRET"))
    add("PUSHER_SECRET", settings.PUSHER_SECRET, findWeakness(settings.PUSHER_SECRET, pusherBytesMin));
  if (concerns("payouts", "PAYOUT_SECRET"))
    add("PAYOUT_SECRET", settings.PAYOUT_SECRET, findWeakness(settings.PAYOUT_SECRET));
  if (usesSandbox ? concerns("payments", "PAYMENT_SANDBOX_SECRET") : false)
    add(
      "PAYMENT_SANDBOX_SECRET",
      settings.PAYMENT_SANDBOX_SECRET,
      findWeakness(settings.PAYMENT_SANDBOX_SECRET),
    );
  if (settings.SMS_WEBHOOK_SECRET)
    add("SMS_WEBHOOK_SECRET", settings.SMS_WEBHOOK_SECRET, findWeakness(settings.SMS_WEBHOOK_SECRET));
  if (settings.STRIPE_SECRET_KEY)
    add(
      "STRIPE_SECRET_KEY",
      settings.STRIPE_SECRET_KEY,
      findStripeWeakness(settings.STRIPE_SECRET_KEY, /^[sr]k_(live|test)_/),
    );
  if (settings.STRIPE_WEBHOOK_SECRET)
    add(
      "STRIPE_WEBHOOK_SECRET",
      settings.STRIPE_WEBHOOK_SECRET,
      findStripeWeakness(settings.STRIPE_WEBHOOK_SECRET, /^whsec_/),
    );
  if (concerns("data", "DATA_KEYS"))
    for (const { key } of parseDataKeys(settings.DATA_KEYS)) {
      const base64 = key.export().toString("base64");
      add("DATA_KEYS", base64, findKeyWeakness(base64));
    }
  if (concerns("data", "BLIND_INDEX_KEY"))
    add("BLIND_INDEX_KEY", settings.BLIND_INDEX_KEY, findKeyWeakness(settings.BLIND_INDEX_KEY));
  for (const value of readAppSecrets(settings.PUSH_APPS)) {
    // The first app may be listed again with what else it has.
    if (value !== settings.PUSHER_SECRET) add("PUSH_APPS", value, findWeakness(value));
  }
  return secrets;
}

/** Stripe makes its own; what is left without the word before it has to look so. */
function findStripeWeakness(secret: string, prefix: RegExp): string | null {
  if (!prefix.test(secret)) return "must be as Stripe shows it (sk_live_… or rk_live_…, whsec_…)";
  return findWeakness(secret.replace(prefix, ""), 16);
}

function readAppSecrets(json: string | undefined): string[] {
  if (!json) return [];
  try {
    const parsed = JSON.parse(json) as unknown;
    const apps = Array.isArray(parsed) ? parsed : Object.values(parsed as object).flat();
    return apps.flatMap((app) => {
      const secret = (app as { secret?: unknown } | null)?.secret;
      return typeof secret === "string" ? [secret] : [];
    });
  } catch {
    // The gateway says what is wrong with the form.
    return [];
  }
}

/** Who pays out: named, or whoever the address says. */
export function payoutProviderOf({
  PAYOUT_PROVIDER,
  PAYOUT_URL,
}: Pick<CheckedSettings, "PAYOUT_PROVIDER" | "PAYOUT_URL">): "sandbox" | "http" {
  return PAYOUT_PROVIDER ?? (PAYOUT_URL ? "http" : "sandbox");
}

const listOf = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
const parseUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);
const hostOf = (url: string) => parseUrl(url)?.hostname ?? "";
const schemeOf = (url: string) => parseUrl(url)?.protocol ?? "";
const originOf = (url: string) => parseUrl(url)?.origin ?? "";
const bare = (host: string) =>
  host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback";
}

function mayBePlain(settings: CheckedSettings, host: string): boolean {
  return settings.ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK && isPrivate(host);
}

/** Addresses of private networks, and names that only such a network gives. */
function isPrivate(host: string): boolean {
  const name = bare(host);
  if (ipaddr.isValid(name))
    return ["private", "uniqueLocal", "linkLocal"].includes(ipaddr.process(name).range());
  return (
    !name.includes(".") || /\.(internal|local|lan|svc)$/.test(name) || name.endsWith(".svc.cluster.local")
  );
}

/** What is allowed and probably not meant. */
export function listSettingWarnings(
  settings: CheckedSettings & { TRUST_PROXY: boolean; ALLOW_APPLICATION_TO_REWRITE_LEDGER: boolean },
): string[] {
  const warnings: string[] = [];
  const isDemo = settings.DOWNPOUR_MODE === "demo" || settings.DOWNPOUR_MODE === "development";
  if (!settings.TRUST_PROXY && schemeOf(settings.PUBLIC_URL) === "https:" && isLoopback(settings.BIND_HOST))
    warnings.push(
      "TRUST_PROXY is not set, but a proxy seems to stand before this process: everybody has the proxy's address and shares its limits",
    );
  if (isDemo && settings.ALLOW_PUBLIC_DEMO_WITH_FREE_COINS)
    warnings.push(
      "ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: anybody who reaches this demo has coins and may be its operator",
    );
  if (!isDemo && settings.ALLOW_APPLICATION_TO_REWRITE_LEDGER)
    warnings.push(
      "ALLOW_APPLICATION_TO_REWRITE_LEDGER: whoever has the application's password can rewrite the books",
    );
  return warnings;
}
