import { z } from "zod";
import { parsePrefixBudgets } from "@/domain/rules/prefix-budgets";
import { parseDataKeys, parseKeyBytes } from "../security/data-keys";
import { findSettingFaults } from "./check-settings";
import type { KnownSecrets } from "./checked-settings";
import { hostedPushDefaults } from "./hosted-push";
import { parsePushAddresses } from "./push-addresses";

/**
 * The only reader of `process.env`. Parsed once; a wrong value stops the process at boot with the variable's name.
 * Defaults are those of the embedded services that `npm start` brings up. Production refuses default secrets.
 */
const flag = z.enum(["true", "false", "1", "0"]).transform((v) => v === "true" || v === "1");

/** Whatever `parse` throws makes the setting a wrong one. */
const refuseThrown = (parse: (text: string) => unknown) => (text: string, ctx: z.RefinementCtx) => {
  try {
    parse(text);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: error instanceof Error ? error.message : "is not valid" });
  }
};

export const DEFAULT_PUBLIC_URL = "http://localhost:3000";
const DEMO_AUTH_SECRET = "downpour-demo-secret-do-not-use-in-production";
const DEMO_PUSHER_SECRET = "downpour-demo-push-secret";
const DEMO_PAYOUT_SECRET = "downpour-demo-payout-secret";
const DEMO_DATA_KEYS = "demo:ZG93bnBvdXItZGVtby1kYXRhLWtleS0tLS0tLS0tMDE=";
const DEMO_BLIND_INDEX_KEY = "ZG93bnBvdXItZGVtby1ibGluZC1pbmRleC0tLS0tLTE=";
const DEMO_SANDBOX_SECRET = "downpour-demo-payment-sandbox-secret";
const DEMO_PUSHER_KEY = "downpour-demo-key";
/** Whatever is in the source or the documents is no secret. */
export const KNOWN_SECRETS: KnownSecrets = [
  DEMO_AUTH_SECRET,
  DEMO_PUSHER_SECRET,
  DEMO_PAYOUT_SECRET,
  DEMO_DATA_KEYS.slice("demo:".length),
  DEMO_BLIND_INDEX_KEY,
  DEMO_SANDBOX_SECRET,
  DEMO_PUSHER_KEY,
];
/** Where nothing is something else than the default. Everywhere else an empty setting is a mistake. */
const MAY_BE_EMPTY = new Set([
  "TRUSTED_ORIGINS",
  "PUSH_APPS",
  "PUSH_APPS_FILE",
  "PUSH_LOW_PRIORITY_EVENTS",
  "PUSH_ORIGINS",
  "PUSH_REDIS_URL",
  "SMS_PREFIX_CODES_PER_HOUR",
]);

/** Every setting of the processes. The comment above one is written into `deploy/.env.example`. */
export const EnvSchema = z
  .object({
    /**
     * demo and development: seeded data, known codes and the inbox, on this machine only; production: none of it, real
     * providers, secrets that were made; staging: like production, but it may use the sandbox and test keys.
     */
    DOWNPOUR_MODE: z.enum(["demo", "development", "staging", "production"]).default("demo"),
    /** Lets a demo be reached from elsewhere: anybody who finds it has coins and is an operator. */
    ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: flag.default(false),
    /** Lets databases, Redis and push on a private network go without TLS; passwords they must have. */
    ALLOW_PLAINTEXT_ON_PRIVATE_NETWORK: flag.default(false),
    /** Lets production come to the databases as a role that may rewrite ledger and audit. */
    ALLOW_APPLICATION_TO_REWRITE_LEDGER: flag.default(false),
    NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
    NODE_NAME: z.string().min(1).default("node-1"),
    LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
    BIND_HOST: z.string().default("127.0.0.1"),
    WEB_PORT: z.coerce.number().int().min(0).max(65535).default(3000),
    /** Health and metrics port of a process; 0 lets the system choose. */
    HEALTH_PORT: z.coerce.number().int().min(0).max(65535).default(0),
    /** Where that port listens: nobody outside needs to know what it tells. */
    HEALTH_HOST: z.string().min(1).default("127.0.0.1"),
    /** The address people type, used for the origin check and links. */
    PUBLIC_URL: z.url().default(DEFAULT_PUBLIC_URL),
    /** Further allowed origins, separated by commas. */
    TRUSTED_ORIGINS: z.string().default(""),
    /** Take the caller's address from X-Forwarded-For; only behind a proxy that sets it. */
    TRUST_PROXY: flag.default(false),
    LIVE_DATABASE_URL: z.string().default("postgres://downpour:downpour@127.0.0.1:54329/downpour_live"),
    FINANCE_DATABASE_URL: z.string().default("postgres://downpour:downpour@127.0.0.1:54329/downpour_finance"),
    /** The same databases as the role that owns the tables and migrates them; without them the role above does. */
    LIVE_OWNER_DATABASE_URL: z.string().min(1).optional(),
    FINANCE_OWNER_DATABASE_URL: z.string().min(1).optional(),
    /** Streaming replicas that lists and histories may be read from; without them the primaries answer. */
    LIVE_READ_DATABASE_URL: z.string().min(1).optional(),
    FINANCE_READ_DATABASE_URL: z.string().min(1).optional(),
    DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(200).default(10),
    REDIS_URL: z.string().default("redis://127.0.0.1:63799/0"),
    /**
     * So many replicas must have a gift or a grabbed packet before it is promised: then it survives that one of them takes
     * over. 0 where Redis has no replica; its log alone (`appendfsync always`) is the promise then.
     */
    REDIS_REPLICAS_TO_WAIT: z.coerce.number().int().min(0).max(5).default(0),
    AUTH_SECRET: z.string().min(16).default(DEMO_AUTH_SECRET),
    /**
     * Keys that phone numbers and payout accounts are encrypted with, as `id:32 bytes in base64` separated by commas: the
     * first encrypts, all decrypt.
     */
    DATA_KEYS: z.string().default(DEMO_DATA_KEYS).superRefine(refuseThrown(parseDataKeys)),
    /** Key, 32 bytes in base64, by which people are found by phone number. It stays what it is for ever. */
    BLIND_INDEX_KEY: z.string().default(DEMO_BLIND_INDEX_KEY).superRefine(refuseThrown(parseKeyBytes)),
    /** Signed session facts in the cookie are trusted this long before the database is asked again. */
    SESSION_CACHE_SECONDS: z.coerce.number().int().min(1).max(60).default(30),
    /** How long somebody who does not come back stays signed in. */
    SESSION_DAYS: z.coerce.number().int().min(1).max(400).default(30),
    /** After this long an operator signs in anew, however busy they were. */
    OPERATOR_SESSION_HOURS: z.coerce.number().int().min(1).max(720).default(12),
    /** Whether operators need a second factor; `auto`: where it is no demo. Whoever has set one up needs it in any case. */
    OPERATOR_SECOND_FACTOR: z.enum(["auto", "on", "off"]).default("auto"),
    /** Gets `{ phoneNumber, code }` as JSON for each one-time code; without it production cannot send any. */
    SMS_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Signs what is sent there. */
    SMS_WEBHOOK_SECRET: z.string().min(16).optional(),
    /** Gets every alarm that begins, is over or was looked at; see docs/operations.md. */
    ALARM_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Signs what is sent there: `whsec_` and at least 24 bytes in base64, as Standard Webhooks has it. */
    ALARM_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, "must be whsec_ and at least 24 bytes in base64")
      .optional(),
    PUSHER_APP_ID: z.string().regex(/^\d+$/).default("1001"),
    PUSHER_KEY: z.string().min(1).default(DEMO_PUSHER_KEY),
    PUSHER_SECRET: z.string().min(1).default(DEMO_PUSHER_SECRET),
    /** Where servers publish. */
    PUSHER_HOST: z.string().default("127.0.0.1"),
    PUSHER_PORT: z.coerce.number().int().min(1).max(65535).default(6001),
    PUSHER_TLS: flag.default(false),
    /** Where browsers connect; defaults to the host of PUBLIC_URL and PUSHER_PORT. */
    PUSHER_WS_HOST: z.string().optional(),
    PUSHER_WS_PORT: z.coerce.number().int().min(1).max(65535).optional(),
    PUSHER_WS_TLS: flag.optional(),
    /** Hosted Pusher: its cluster, as `eu`, stands for all of the addresses above that are not set. */
    PUSHER_CLUSTER: z
      .string()
      .regex(/^[a-z\d-]{1,20}$/)
      .optional(),
    /** Events of a room are gathered this long into one message. Worth it where each delivery is billed. */
    PUSH_MERGE_MS: z.coerce.number().int().min(0).max(1000).default(0),
    /** Whether clients of the gateway's first app, the one above, may send events to each other. */
    PUSH_CLIENT_EVENTS: flag.default(false),
    /** Further apps of the push gateway, as JSON and as a file of JSON; see docs/push.md. */
    PUSH_APPS: z.string().optional(),
    PUSH_APPS_FILE: z.string().optional(),
    /** Push gateways with the same Redis are one; empty for one that is alone. */
    PUSH_REDIS_URL: z.union([z.literal(""), z.url({ protocol: /^rediss?$/ })]).default(""),
    /** Events of a busy channel are gathered this long and written together. */
    PUSH_TICK_MS: z.coerce.number().int().min(0).max(1000).default(40),
    /** A port of the gateway for publishers alone; without it they use that of the clients. */
    PUSH_API_PORT: z.coerce.number().int().min(1).max(65535).optional(),
    PUSH_API_HOST: z.string().default("127.0.0.1"),
    /** Gateways to publish to, as `host:port` separated by commas: the next one is asked when one does not answer. */
    PUSH_API_ADDRESSES: z.string().superRefine(refuseThrown(parsePushAddresses)).optional(),
    /** Pages that may connect to the first app, as origins separated by commas; empty for all. */
    PUSH_ORIGINS: z.string().default(""),
    /** New clients that a gateway takes a second; more are told to come again. 0 for no limit, here and below. */
    PUSH_CONNECTS_PER_SECOND_MAX: z.coerce.number().int().min(0).default(1_000),
    /** They wait a random time up to this for being told. */
    PUSH_REFUSAL_HOLD_MS: z.coerce.number().int().min(0).max(10_000).default(4_000),
    PUSH_CONNECTIONS_PER_ADDRESS_MAX: z.coerce.number().int().min(0).default(5_000),
    PUSH_CONNECTS_PER_ADDRESS_PER_SECOND_MAX: z.coerce.number().int().min(0).default(200),
    /** Requests under way, and connections that are no clients (yet), each. */
    PUSH_REQUESTS_PER_ADDRESS_MAX: z.coerce.number().int().min(0).default(1_000),
    /** Requests that are unknown or signed by nobody; who sends more is cut off. */
    PUSH_MISTAKES_PER_ADDRESS_PER_SECOND_MAX: z.coerce.number().int().min(0).default(50),
    PUSH_CONNECTIONS_MAX: z.coerce.number().int().min(1).default(20_000),
    PUSH_EVENT_DATA_BYTES_MAX: z.coerce.number().int().min(1).default(10_240),
    PUSH_BODY_BYTES_MAX: z.coerce.number().int().min(1024).default(1_048_576),
    /** A reader with more than this waiting on the server is closed. */
    PUSH_BUFFERED_BYTES_MAX: z.coerce.number().int().min(65_536).default(1_048_576),
    PUSH_ACTIVITY_TIMEOUT_SECONDS: z.coerce.number().int().min(1).default(120),
    PUSH_PONG_TIMEOUT_SECONDS: z.coerce.number().int().min(1).default(20),
    /** Names of events, separated by commas, that readers who lag go without. */
    PUSH_LOW_PRIORITY_EVENTS: z.string().default("chat.message,room.top,rain.progress,pk.updated"),
    /** A stopping gateway spreads the closing of its sockets over this time. */
    PUSH_DRAIN_MS: z.coerce.number().int().min(0).max(6_000).default(5_000),
    /** Chat messages a second that a room shows live, unless its anchor chose otherwise; the history has them all. */
    ROOM_CHAT_PER_SECOND: z.coerce.number().int().min(1).max(100).default(20),
    /** Who takes the money for coins: our stand-in, or Stripe Checkout. */
    PAYMENT_PROVIDER: z.enum(["sandbox", "stripe"]).default("sandbox"),
    /** Where the payment sandbox is, for servers and for browsers. */
    PAYMENT_SANDBOX_URL: z.url({ protocol: /^https?$/ }).default("http://localhost:7001"),
    PAYMENT_SANDBOX_PORT: z.coerce.number().int().min(0).max(65535).default(7001),
    /** Signs what the platform and the sandbox send each other. */
    PAYMENT_SANDBOX_SECRET: z.string().min(16).default(DEMO_SANDBOX_SECRET),
    /** Where the sandbox sends its callbacks; by default to PUBLIC_URL. */
    PAYMENT_SANDBOX_CALLBACK_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** usual: callbacks come late, several times and out of order; none: once and at once; silent: never. */
    PAYMENT_SANDBOX_MISCHIEF: z.enum(["usual", "none", "silent"]).default("usual"),
    /** The sandbox's own memory; without it a restart forgets every payment. */
    PAYMENT_SANDBOX_FILE: z.string().optional(),
    /** Who pays anchors out: our stand-in, or whoever is at PAYOUT_URL, which is the default where that is set. */
    PAYOUT_PROVIDER: z.enum(["sandbox", "http"]).optional(),
    /** Who pays anchors out, over signed HTTP; by default the payment sandbox. */
    PAYOUT_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Signs what the platform and whoever pays out send each other. */
    PAYOUT_SECRET: z.string().min(16).default(DEMO_PAYOUT_SECRET),
    STRIPE_SECRET_KEY: z.string().min(1).optional(),
    STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
    /** Another address of Stripe's API. */
    STRIPE_API_URL: z.url({ protocol: /^https?$/ }).default("https://api.stripe.com"),
    /** Batches that one gift-debit worker debits at once, each on a connection of its own. */
    GIFT_DEBIT_LANES: z.coerce.number().int().min(1).max(16).default(4),
    /** Gifts of each bucket that one settlement transaction takes at most. */
    SETTLEMENT_BATCH: z.coerce.number().int().min(1).max(64_000).default(16_000),
    /** What may be switched off for everybody, while it is looked at: operators do so at `/admin/settings`. */
    FEATURE_GIFTS: flag.default(true),
    FEATURE_CHAT: flag.default(true),
    /** New ones: what falls goes on. */
    FEATURE_RAINS: flag.default(true),
    FEATURE_RECHARGES: flag.default(true),
    FEATURE_WITHDRAWALS: flag.default(true),
    /** Limits that a bench or an operator may raise, as `count/seconds` separated by commas. */
    RATE_LIMIT_GIFT_SEND: z.string().default("20/1,300/60"),
    RATE_LIMIT_CHAT_SEND: z.string().default("5/5"),
    RATE_LIMIT_ROOM_OPEN: z.string().default("1/10"),
    RATE_LIMIT_RAIN_CREATE: z.string().default("30/60"),
    /** Preparing and starting a rain, each. */
    RATE_LIMIT_RAIN: z.string().default("1/10"),
    /** Of one viewer from one rain; one window only. */
    RATE_LIMIT_RAIN_CLAIM: z.string().default("1/1"),
    /** Inviting to a battle, and answering or leaving one, of one anchor each. */
    RATE_LIMIT_PK: z.string().default("10/60"),
    RATE_LIMIT_MODERATION: z.string().default("60/60"),
    RATE_LIMIT_RECHARGE: z.string().default("10/60"),
    RATE_LIMIT_ONE_TIME_CODE: z.string().default("1/60,10/86400"),
    /** Codes that are sent in an hour at most: over all, to one country, and to numbers that begin as `prefix:count`. */
    SMS_CODES_PER_HOUR: z.coerce.number().int().min(0).default(3_000),
    SMS_COUNTRY_CODES_PER_HOUR: z.coerce.number().int().min(0).default(1_000),
    SMS_PREFIX_CODES_PER_HOUR: z.string().default("").superRefine(refuseThrown(parsePrefixBudgets)),
    RATE_LIMIT_ANONYMOUS: z.string().default("60/10"),
    RATE_LIMIT_USER: z.string().default("200/10"),
    /** An address may ask as much as this many people, who share it behind one router. */
    PEOPLE_PER_ADDRESS: z.coerce.number().int().min(1).max(100_000).default(50),
    /** Pages of one address, those that a browser fetches ahead included; scripts, styles and fonts are free. */
    RATE_LIMIT_PAGES: z.string().default("600/10,1500/60"),
    /** New connections of one address to a web process. */
    RATE_LIMIT_CONNECTIONS: z.string().default("10000/10"),
    CONNECTIONS_PER_ADDRESS_MAX: z.coerce.number().int().min(1).default(2_000),
    CONNECTIONS_MAX: z.coerce.number().int().min(1).default(20_000),
    /** Pages that are made at once, half of them for one address; and how many may wait for that. */
    PAGES_AT_ONCE: z.coerce.number().int().min(1).max(64).default(4),
    /** Of its time, the part that pages of one address may have made in the long run, as that of one page after another. */
    PAGES_SHARE_PER_ADDRESS: z.coerce.number().min(0.01).max(64).default(0.2),
    PAGES_WAITING_MAX: z.coerce.number().int().min(1).default(1_000),
    PAGES_WAITING_PER_ADDRESS_MAX: z.coerce.number().int().min(1).default(100),
  })
  .superRefine((env, ctx) => {
    if (env.PAYMENT_PROVIDER === "stripe") {
      for (const name of ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] as const)
        if (!env[name]) ctx.addIssue({ code: "custom", path: [name], message: "must be set for Stripe" });
    }
  });

export type Env = z.infer<typeof EnvSchema>;

/**
 * Parses a record of settings, for one process or, without a name, for whatever needs all. Throws an Error whose message
 * names every variable at fault and repeats none of their values.
 */
export function parseEnv(source: Record<string, string | undefined>, processName?: string): Env {
  const given = { ...hostedPushDefaults(source.PUSHER_CLUSTER), ...source };
  const empty = Object.keys(EnvSchema.shape).filter((name) => given[name] === "" && !MAY_BE_EMPTY.has(name));
  const result = EnvSchema.safeParse(given);
  const faults = result.success
    ? findSettingFaults(result.data, given, KNOWN_SECRETS, processName)
    : result.error.issues.map(({ path, message }) => ({ name: path.join(".") || "environment", message }));
  for (const name of empty) faults.unshift({ name, message: "must not be empty; leave it out instead" });
  if (result.success && faults.length === 0) return result.data;
  throw new Error(
    `Settings are not valid.\n  ${faults.map(({ name, message }) => `${name}: ${message}`).join("\n  ")}`,
  );
}

/** Whether codes and the inbox of a demo exist: nowhere but on the developer's own machine. */
export const isDemoMode = ({ DOWNPOUR_MODE }: Pick<Env, "DOWNPOUR_MODE">): boolean =>
  DOWNPOUR_MODE === "demo" || DOWNPOUR_MODE === "development";

/** Of every setting. */
export const ENV_NAMES = Object.keys(EnvSchema.shape) as (keyof Env)[];
/** Whether this process was given it, rather than going by the default. */
export const isGiven = (name: string): boolean => process.env[name] !== undefined;

let parsed: Env | undefined;

/** The settings of this process. Whoever needs only some of them says its name before anybody else asks. */
export function env(processName?: string): Env {
  parsed ??= parseEnv(process.env, processName);
  return parsed;
}
