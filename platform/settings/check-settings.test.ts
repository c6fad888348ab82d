import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { productionSettings } from "@/server/testing/production-settings";
import { listSettingWarnings } from "./check-settings";
import { parseEnv } from "./env";

type Settings = Record<string, string | undefined>;

const password = randomBytes(16).toString("hex");
const good: Settings = {
  ...productionSettings(),
  LIVE_DATABASE_URL: `postgres://downpour_app:${password}@db.company.org/live?sslmode=verify-full`,
  FINANCE_DATABASE_URL: `postgres://downpour_app:${password}@127.0.0.1:5432/finance`,
  REDIS_URL: `rediss://:${randomBytes(16).toString("hex")}@redis.company.org:6379/0`,
};
const staging: Settings = {
  ...good,
  DOWNPOUR_MODE: "staging",
  PAYMENT_PROVIDER: "sandbox",
  PAYMENT_SANDBOX_SECRET: randomBytes(32).toString("hex"),
  PAYMENT_SANDBOX_URL: "https://pay.staging.company.org",
  PAYOUT_PROVIDER: "sandbox",
  PAYOUT_URL: undefined,
};
const withTest: Settings = {
  ...good,
  DOWNPOUR_MODE: "staging",
  STRIPE_SECRET_KEY: `sk_test_${randomBytes(24).toString("hex")}`,
};

/** The names in the refusal, or none. Every value that was given must be missing from it. */
function refusedNames(settings: Settings, processName?: string): string[] {
  try {
    parseEnv(settings, processName);
    return [];
  } catch (error) {
    const { message } = error as Error;
    for (const [name, value] of Object.entries(settings))
      if (/SECRET|KEY|DATABASE_URL|REDIS_URL|PUSH_APPS/.test(name) && value && value.length > 6)
        expect(message).not.toContain(value);
    return message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(":", 1)[0] ?? "");
  }
}

const secretOf = (name: string) => good[name] ?? "";
const dataKey = () => secretOf("DATA_KEYS").split(":")[1] ?? "";
const hex = () => randomBytes(32).toString("hex");
const base64 = () => randomBytes(32).toString("base64");
const base64Of = (text: string) => Buffer.from(text).toString("base64");
const appsWith = (secret: string) => JSON.stringify([{ id: "7", key: "seven", secret }]);
const DEMO_AUTH = "downpour-demo-secret-do-not-use-in-production";
const DEMO_KEY = "ZG93bnBvdXItZGVtby1kYXRhLWtleS0tLS0tLS0tMDE=";

describe("production", () => {
  it("starts with good settings, and each process with its own", () => {
    expect(refusedNames(good)).toEqual([]);
    expect(refusedNames({ ...good, NODE_ENV: undefined, REDIS_URL: undefined })).toEqual([]);
    const gateway = {
      DOWNPOUR_MODE: "production",
      PUSHER_KEY: good.PUSHER_KEY,
      PUSHER_SECRET: good.PUSHER_SECRET,
    };
    expect(refusedNames(gateway, "push-gateway")).toEqual([]);
    expect(refusedNames({ ...gateway, AUTH_SECRET: "x".repeat(40) }, "push-gateway")).toEqual([
      "AUTH_SECRET",
    ]);
    expect(
      refusedNames({
        ...good,
        PUSHER_HOST: "api-eu.pusher.com",
        PUSHER_TLS: "true",
        PUSHER_SECRET: randomBytes(10).toString("hex"),
      }),
    ).toEqual([]);
    expect(refusedNames({ ...good, STRIPE_SECRET_KEY: `rk_live_${hex()}` })).toEqual([]);
  });

  it.each<[string, string, Settings]>([
    // Modes.
    ["a mode that is misspelt", "DOWNPOUR_MODE", { DOWNPOUR_MODE: "prodution" }],
    ["a mode in capitals", "DOWNPOUR_MODE", { DOWNPOUR_MODE: "Production" }],
    ["an empty mode", "DOWNPOUR_MODE", { DOWNPOUR_MODE: "" }],
    ["development of Node", "NODE_ENV", { NODE_ENV: "development" }],
    ["a test of Node", "NODE_ENV", { NODE_ENV: "test" }],
    // Providers.
    ["no payment provider", "PAYMENT_PROVIDER", { PAYMENT_PROVIDER: undefined }],
    [
      "the sandbox as payment provider",
      "PAYMENT_PROVIDER",
      { PAYMENT_PROVIDER: "sandbox", PAYMENT_SANDBOX_SECRET: hex() },
    ],
    ["an unknown payment provider", "PAYMENT_PROVIDER", { PAYMENT_PROVIDER: "paypal" }],
    ["no payout provider", "PAYOUT_URL", { PAYOUT_URL: undefined }],
    [
      "the sandbox as payout provider",
      "PAYOUT_PROVIDER",
      { PAYOUT_PROVIDER: "sandbox", PAYOUT_URL: undefined },
    ],
    ["the sandbox as payout provider, and an address", "PAYOUT_PROVIDER", { PAYOUT_PROVIDER: "sandbox" }],
    ["the sandbox's address for payouts", "PAYOUT_URL", { PAYOUT_URL: "http://localhost:7001" }],
    [
      "the sandbox's own address for payouts",
      "PAYOUT_URL",
      { PAYOUT_URL: "https://pay.company.org/", PAYMENT_SANDBOX_URL: "https://pay.company.org" },
    ],
    ["a test key of Stripe", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: `sk_test_${hex()}` }],
    ["a restricted test key of Stripe", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: `rk_test_${hex()}` }],
    ["a key that is none of Stripe's", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: hex() }],
    ["a publishable key of Stripe", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: `pk_live_${hex()}` }],
    ["a live key that is short", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "sk_live_x" }],
    ["a live key of one letter", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: `sk_live_${"a".repeat(32)}` }],
    ["no key of Stripe", "STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: undefined }],
    ["no webhook secret of Stripe", "STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: undefined }],
    ["a webhook secret that is none of Stripe's", "STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: hex() }],
    ["a webhook secret that is short", "STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: "whsec_1" }],
    // Secrets by themselves; how each is weak is in weak-secret.test.ts.
    ...["AUTH_SECRET", "PUSHER_SECRET", "PAYOUT_SECRET"].flatMap((name): [string, string, Settings][] => [
      [`no ${name}`, name, { [name]: undefined }],
      [`an empty ${name}`, name, { [name]: "" }],
      [`x as ${name}`, name, { [name]: "x" }],
      [`a short ${name}`, name, { [name]: hex().slice(0, 31) }],
      [`words as ${name}`, name, { [name]: "correct-horse-battery-staple-and-some-more" }],
      [`the demo's ${name}`, name, { [name]: DEMO_AUTH }],
      [`the demo's in capitals as ${name}`, name, { [name]: DEMO_AUTH.toUpperCase() }],
      [`the demo's in base64 as ${name}`, name, { [name]: base64Of(DEMO_AUTH) }],
      [`the demo's with more behind it as ${name}`, name, { [name]: DEMO_AUTH + hex() }],
      [`a line break in ${name}`, name, { [name]: `${hex()}\n` }],
      [`a blank before ${name}`, name, { [name]: ` ${hex()}` }],
    ]),
    ["the key of the demo", "PUSHER_KEY", { PUSHER_KEY: "downpour-demo-key" }],
    ["no key of push", "PUSHER_KEY", { PUSHER_KEY: undefined }],
    ["no data key", "DATA_KEYS", { DATA_KEYS: undefined }],
    ["a data key of nothing", "DATA_KEYS", { DATA_KEYS: `k:${Buffer.alloc(32).toString("base64")}` }],
    [
      "a second data key of nothing",
      "DATA_KEYS",
      { DATA_KEYS: `a:${base64()},b:${Buffer.alloc(32, 255).toString("base64")}` },
    ],
    [
      "a data key that is counted",
      "DATA_KEYS",
      { DATA_KEYS: `k:${Buffer.from([...Array(32).keys()]).toString("base64")}` },
    ],
    ["a data key of words", "DATA_KEYS", { DATA_KEYS: `k:${base64Of("this-is-the-data-key-of-the-shop")}` }],
    ["the data key of the demo under another name", "DATA_KEYS", { DATA_KEYS: `mine:${DEMO_KEY}` }],
    ["the data key of the demo as an old one", "DATA_KEYS", { DATA_KEYS: `new:${base64()},old:${DEMO_KEY}` }],
    ["a data key twice", "DATA_KEYS", { DATA_KEYS: `a:${dataKey()},b:${dataKey()}` }],
    ["a blind index of nothing", "BLIND_INDEX_KEY", { BLIND_INDEX_KEY: Buffer.alloc(32).toString("base64") }],
    ["no blind index", "BLIND_INDEX_KEY", { BLIND_INDEX_KEY: undefined }],
    [
      "the blind index of the demo",
      "BLIND_INDEX_KEY",
      { BLIND_INDEX_KEY: "ZG93bnBvdXItZGVtby1ibGluZC1pbmRleC0tLS0tLTE=" },
    ],
    ["a data key as blind index", "BLIND_INDEX_KEY", { BLIND_INDEX_KEY: dataKey() }],
    // Secrets beside each other.
    ["one secret for two", "PUSHER_SECRET", { PUSHER_SECRET: secretOf("AUTH_SECRET") }],
    [
      "one secret for two, in capitals",
      "PAYOUT_SECRET",
      { PAYOUT_SECRET: secretOf("AUTH_SECRET").toUpperCase() },
    ],
    [
      "one secret for two, in another encoding",
      "PAYOUT_SECRET",
      { PAYOUT_SECRET: Buffer.from(secretOf("AUTH_SECRET"), "hex").toString("base64") },
    ],
    ["one secret in another", "PAYOUT_SECRET", { PAYOUT_SECRET: `v1.${secretOf("AUTH_SECRET")}` }],
    [
      "a data key as a secret",
      "AUTH_SECRET",
      { AUTH_SECRET: Buffer.from(dataKey(), "base64").toString("hex") },
    ],
    [
      "the password of a database as a secret",
      "AUTH_SECRET",
      { AUTH_SECRET: `${password}${password.slice(3)}` },
    ],
    [
      "the webhook's secret as another",
      "AUTH_SECRET",
      { AUTH_SECRET: secretOf("STRIPE_WEBHOOK_SECRET").slice(6) },
    ],
    ["a further app with a weak secret", "PUSH_APPS", { PUSH_APPS: appsWith("x") }],
    [
      "a further app with the secret of another thing",
      "PUSH_APPS",
      { PUSH_APPS: appsWith(secretOf("AUTH_SECRET")) },
    ],
    [
      "further apps in an object with a weak secret",
      "PUSH_APPS",
      { PUSH_APPS: `{"apps":${appsWith("y".repeat(40))}}` },
    ],
    // Addresses.
    ["a public address without TLS", "PUBLIC_URL", { PUBLIC_URL: "http://live.company.org" }],
    ["a public address that only looks local", "PUBLIC_URL", { PUBLIC_URL: "http://localhost.company.org" }],
    ["a public address of the network", "PUBLIC_URL", { PUBLIC_URL: "http://192.168.1.7:3000" }],
    ["another origin without TLS", "TRUSTED_ORIGINS", { TRUSTED_ORIGINS: "https://a.org,http://b.org" }],
    ["every origin", "TRUSTED_ORIGINS", { TRUSTED_ORIGINS: "*" }],
    ["payouts without TLS", "PAYOUT_URL", { PAYOUT_URL: "http://payouts.company.org" }],
    [
      "codes without TLS",
      "SMS_WEBHOOK_URL",
      { SMS_WEBHOOK_URL: "http://sms.company.org", SMS_WEBHOOK_SECRET: hex() },
    ],
    ["codes without a secret", "SMS_WEBHOOK_SECRET", { SMS_WEBHOOK_URL: "https://sms.company.org" }],
    [
      "codes with a weak secret",
      "SMS_WEBHOOK_SECRET",
      { SMS_WEBHOOK_URL: "https://sms.company.org", SMS_WEBHOOK_SECRET: "s".repeat(32) },
    ],
    [
      "alarms without TLS",
      "ALARM_WEBHOOK_URL",
      { ALARM_WEBHOOK_URL: "http://alarms.company.org", ALARM_WEBHOOK_SECRET: `whsec_${base64()}` },
    ],
    ["alarms without a secret", "ALARM_WEBHOOK_SECRET", { ALARM_WEBHOOK_URL: "https://alarms.company.org" }],
    [
      "alarms with a weak secret",
      "ALARM_WEBHOOK_SECRET",
      { ALARM_WEBHOOK_URL: "https://alarms.company.org", ALARM_WEBHOOK_SECRET: `whsec_${"A".repeat(44)}` },
    ],
    ["Stripe without TLS", "STRIPE_API_URL", { STRIPE_API_URL: "http://api.stripe.com" }],
    [
      "the sandbox without TLS",
      "PAYMENT_SANDBOX_CALLBACK_URL",
      { PAYMENT_SANDBOX_CALLBACK_URL: "http://live.company.org" },
    ],
    ["push without TLS", "PUSHER_TLS", { PUSHER_HOST: "push.company.org" }],
    [
      "one of several push gateways far away, without TLS",
      "PUSHER_TLS",
      { PUSH_API_ADDRESSES: "127.0.0.1:6001,push.company.org:6001" },
    ],
    ["an empty address to listen on", "BIND_HOST", { BIND_HOST: "" }],
    // Databases and Redis.
    ["no database", "LIVE_DATABASE_URL", { LIVE_DATABASE_URL: undefined }],
    [
      "the demo's database",
      "FINANCE_DATABASE_URL",
      { FINANCE_DATABASE_URL: "postgres://downpour:downpour@127.0.0.1:54329/downpour_finance" },
    ],
    [
      "a database without a password",
      "LIVE_DATABASE_URL",
      { LIVE_DATABASE_URL: "postgres://downpour@127.0.0.1/live" },
    ],
    [
      "a database with a usual password",
      "LIVE_DATABASE_URL",
      { LIVE_DATABASE_URL: "postgres://postgres:postgres@127.0.0.1/live" },
    ],
    [
      "a database elsewhere without TLS",
      "LIVE_DATABASE_URL",
      { LIVE_DATABASE_URL: `postgres://a:${password}@db.company.org/live` },
    ],
    [
      "a database elsewhere with TLS if it likes",
      "LIVE_DATABASE_URL",
      { LIVE_DATABASE_URL: `postgres://a:${password}@db.company.org/live?sslmode=prefer` },
    ],
    [
      "a database on the network without TLS",
      "FINANCE_DATABASE_URL",
      { FINANCE_DATABASE_URL: `postgres://a:${password}@10.0.0.5/finance` },
    ],
    [
      "a replica without TLS",
      "LIVE_READ_DATABASE_URL",
      { LIVE_READ_DATABASE_URL: `postgres://a:${password}@db2.company.org/live` },
    ],
    [
      "an owner without a password",
      "LIVE_OWNER_DATABASE_URL",
      { LIVE_OWNER_DATABASE_URL: "postgres://downpour@127.0.0.1/live" },
    ],
    ["a database that is none", "LIVE_DATABASE_URL", { LIVE_DATABASE_URL: "mysql://a:b@127.0.0.1/live" }],
    ["Redis elsewhere without a password", "REDIS_URL", { REDIS_URL: "rediss://redis.company.org/0" }],
    ["Redis elsewhere without TLS", "REDIS_URL", { REDIS_URL: `redis://:${password}x9@redis.company.org/0` }],
    ["Redis on the network without TLS", "REDIS_URL", { REDIS_URL: `redis://:${password}x9@10.1.2.3/0` }],
    [
      "Redis elsewhere with a usual password",
      "REDIS_URL",
      { REDIS_URL: "rediss://:password@redis.company.org/0" },
    ],
    [
      "Redis of push elsewhere without a password",
      "PUSH_REDIS_URL",
      { PUSH_REDIS_URL: "redis://redis.company.org" },
    ],
  ])("does not start with %s", (_, name, changes) => {
    expect(refusedNames({ ...good, ...changes })).toContain(name);
  });

  it("lets a private network go without TLS where that is said, never without passwords or to the internet", () => {
    const said = { ...good, ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK: "true" };
    const inside = `postgres://a:${password}@db.internal/live`;
    expect(
      refusedNames({ ...said, LIVE_DATABASE_URL: inside, REDIS_URL: `redis://:${password}@redis/0` }),
    ).toEqual([]);
    expect(refusedNames({ ...said, REDIS_URL: "redis://redis/0" })).toEqual(["REDIS_URL"]);
    expect(refusedNames({ ...said, LIVE_DATABASE_URL: `postgres://a:${password}@8.8.8.8/live` })).toEqual([
      "LIVE_DATABASE_URL",
    ]);
  });

  it("warns of a proxy that it does not believe", () => {
    const warned = listSettingWarnings(parseEnv({ ...good, TRUST_PROXY: "false" }));
    expect(warned.join()).toContain("TRUST_PROXY");
    expect(listSettingWarnings(parseEnv(good))).toEqual([]);
  });

  it("brings databases of its own where none is named to the start", () => {
    const { LIVE_DATABASE_URL, FINANCE_DATABASE_URL, ...rest } = good;
    expect([LIVE_DATABASE_URL, FINANCE_DATABASE_URL].every(Boolean)).toBe(true);
    expect(refusedNames(rest, "start")).toEqual([]);
    expect(refusedNames(rest)).toEqual(["LIVE_DATABASE_URL", "FINANCE_DATABASE_URL"]);
  });

  it("never runs the payment sandbox", () => {
    const sandbox = { ...good, PAYMENT_SANDBOX_SECRET: hex() };
    expect(refusedNames(sandbox, "payment-sandbox")).toContain("DOWNPOUR_MODE");
  });

  it.each(["simulator", "simulate"])("never runs the %s, and neither does staging", (name) => {
    expect(refusedNames(good, name)).toEqual(["DOWNPOUR_MODE"]);
    expect(refusedNames(staging, name)).toEqual(["DOWNPOUR_MODE"]);
  });
});

describe("staging", () => {
  it("may use the sandbox and test keys", () => {
    expect(refusedNames(staging)).toEqual([]);
    expect(refusedNames(staging, "payment-sandbox")).toEqual([]);
    expect(refusedNames(withTest)).toEqual([]);
  });
  it.each<[string, Settings]>([
    ["PAYMENT_PROVIDER", { PAYMENT_PROVIDER: undefined }],
    ["PAYOUT_URL", { PAYOUT_PROVIDER: undefined }],
    ["PAYMENT_SANDBOX_SECRET", { PAYMENT_SANDBOX_SECRET: undefined }],
    ["PAYMENT_SANDBOX_SECRET", { PAYMENT_SANDBOX_SECRET: secretOf("AUTH_SECRET") }],
    ["PAYMENT_SANDBOX_URL", { PAYMENT_SANDBOX_URL: "http://pay.staging.company.org" }],
    ["PUBLIC_URL", { PUBLIC_URL: "http://live.company.org" }],
    ["AUTH_SECRET", { AUTH_SECRET: "x" }],
    ["REDIS_URL", { REDIS_URL: "redis://redis.company.org/0" }],
    ["STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "sk_test_1" }],
  ])("is strict about %s otherwise", (name, changes) => {
    expect(refusedNames({ ...staging, ...changes })).toContain(name);
  });
});

describe.each(["demo", "development"])("%s", (mode) => {
  it.each<[string, string]>([
    ["BIND_HOST", "0.0.0.0"],
    ["BIND_HOST", "::"],
    ["BIND_HOST", "192.168.1.7"],
    ["BIND_HOST", "::ffff:10.0.0.1"],
    ["PUSH_API_HOST", "0.0.0.0"],
    ["PUBLIC_URL", "https://demo.company.org"],
    ["PUBLIC_URL", "http://127.0.0.1.nip.io:3000"],
    ["TRUSTED_ORIGINS", "https://demo.company.org"],
    ["PAYMENT_SANDBOX_URL", "http://pay.company.org"],
    ["PAYMENT_SANDBOX_CALLBACK_URL", "http://demo.company.org"],
  ])("stays on this machine: %s=%s", (name, value) => {
    expect(refusedNames({ DOWNPOUR_MODE: mode, [name]: value })).toEqual([name]);
    expect(
      refusedNames({ DOWNPOUR_MODE: mode, [name]: value, ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: "true" }),
    ).toEqual([]);
  });
  it.each(["localhost", "127.0.0.1", "127.1.2.3", "::1", "a.localhost"])("runs on %s", (host) => {
    expect(
      refusedNames({
        DOWNPOUR_MODE: mode,
        BIND_HOST: host,
        PUBLIC_URL: `http://${host.includes(":") ? `[${host}]` : host}:3000`,
      }),
    ).toEqual([]);
  });
});
