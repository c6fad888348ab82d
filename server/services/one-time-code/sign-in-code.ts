import { BizError } from "@/domain/contracts/errors";
import { DEMO_CODE, isDemoUserPhone } from "@/domain/rules/demo-users";
import { parseRateWindows } from "@/domain/rules/rate-limit";
import { checkCodes, putCode, putCodeIfNone, type SlowDown, slowDown } from "@/platform/redis/one-time-codes";
import { codesAskedKey, codeTriesKey, knownAskerKey, oneTimeCodeKey } from "@/platform/redis/web-keys";
import type { ClientAddress } from "@/platform/security/client-address";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { type Env, isDemoMode } from "@/platform/settings/env";
import type { Resources } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { CODE_TTL_SECONDS, digest, hashCode, newCode, WRONG_CODES_MAX } from "./code-hash";
import { deliver } from "./deliver-code";
import { takeFromSmsBudget } from "./sms-budget";
import type { SmsProvider } from "./sms-provider";

/** Many people share one address: it gets this many times the allowance of one phone. */
const PHONES_PER_ADDRESS = 30;
/** Of each code that an address may ask for, this many tries on average. */
const TRIES_PER_CODE = 2;
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const DAY_SECONDS = 86_400;
const KNOWN_BROWSER_SECONDS = 180 * DAY_SECONDS;
const KNOWN_ADDRESS_SECONDS = 30 * DAY_SECONDS;

/** For one phone, over all who are strangers to it. Nobody is kept out by it: they wait, and each the same. */
const ASKS_OF_STRANGERS: SlowDown = {
  freeTimes: 20,
  firstWaitMs: MINUTE_MS,
  longestWaitMs: 60 * MINUTE_MS,
  forgottenAfterMs: DAY_MS,
};
const TRIES_OF_STRANGERS: SlowDown = { ...ASKS_OF_STRANGERS, freeTimes: 60 };

/** Who asks for a code, and who types it. */
export interface Asker {
  /** Of the cookie that only this browser has. */
  browserId: string | undefined;
  address: ClientAddress;
  userAgent: string;
}

type Codes = Pick<Resources, "env" | "log" | "live" | "redis">;

const hasFixedCode = (env: Env, phone: string) => isDemoMode(env) && isDemoUserPhone(phone);

/** A code to send; nothing is sent to demo people, who have a fixed one. */
export function codeFor(env: Env, phoneNumber: string): { code: string; isFixed: boolean } {
  const isFixed = hasFixedCode(env, phoneNumber);
  return { code: isFixed ? DEMO_CODE : newCode(), isFixed };
}

/** Who may use a code. In demo mode also clients that keep no cookies, told apart by address and what they call themselves. */
const browserOf = (browserId: string) => `browser:${digest(browserId)}`;
const bareClientOf = ({ address, userAgent }: Asker) => `bare:${digest(`${address.counted} ${userAgent}`)}`;

/**
 * Sends a code for signing in to a phone; it works in the asking browser only, which is named `newBrowserId` if it has
 * no name yet. Throws RATE_LIMITED, SMS_NOT_CONFIGURED or UNAVAILABLE.
 */
export async function sendSignInCode(
  resources: Codes,
  sms: SmsProvider | null,
  input: { phoneNumber: string; asker: Asker; newBrowserId: string; traceId: string },
): Promise<void> {
  const { env, redis } = resources;
  const { phoneNumber, asker, newBrowserId, traceId } = input;
  const phoneIndex = phoneSealOf(env).index(phoneNumber);
  const { code, isFixed } = codeFor(env, phoneNumber);
  // Nothing is sent to seeded phones, so there is nothing to limit.
  if (!isFixed) {
    const isKnown = await limitAsking(resources, phoneIndex, asker);
    await takeFromSmsBudget(resources, { phoneNumber, from: isKnown ? "known" : "strangers", traceId });
  }
  const holders = [browserOf(asker.browserId ?? newBrowserId)];
  if (isDemoMode(env) && !asker.browserId) holders.push(bareClientOf(asker));
  for (const holder of holders) {
    const hash = hashCode(env, ["sign-in", phoneIndex, holder], code);
    await putCode(redis, { key: oneTimeCodeKey(phoneIndex, holder), hash, ttlSeconds: CODE_TTL_SECONDS });
  }
  if (!isFixed) await deliver(sms, (provider) => provider.sendCode({ phoneNumber, code }));
}

/**
 * Uses up the code that was sent for signing in. Throws ONE_TIME_CODE_WRONG, ONE_TIME_CODE_EXPIRED, ONE_TIME_CODE_LOCKED
 * or RATE_LIMITED.
 */
export async function consumeSignInCode(
  resources: Pick<Codes, "env" | "redis">,
  input: { phoneNumber: string; code: string; asker: Asker },
): Promise<void> {
  const { env, redis } = resources;
  const { phoneNumber, code, asker } = input;
  const phoneIndex = phoneSealOf(env).index(phoneNumber);
  const holder = asker.browserId
    ? browserOf(asker.browserId)
    : isDemoMode(env)
      ? bareClientOf(asker)
      : undefined;
  if (!holder) throw new BizError("ONE_TIME_CODE_EXPIRED", { field: "code" });
  const key = oneTimeCodeKey(phoneIndex, holder);
  const hash = hashCode(env, ["sign-in", phoneIndex, holder], code);
  if (hasFixedCode(env, phoneNumber)) {
    const fixed = hashCode(env, ["sign-in", phoneIndex, holder], DEMO_CODE);
    await putCodeIfNone(redis, { key, hash: fixed, ttlSeconds: CODE_TTL_SECONDS });
  } else await limitTries(resources, phoneIndex, key, asker);
  // A first code stands under two names in demo mode, and works under one of them.
  const bare = oneTimeCodeKey(phoneIndex, bareClientOf(asker));
  const otherKeys = isDemoMode(env) && key !== bare ? [bare] : [];
  const [check] = await checkCodes(redis, {
    codes: [{ key, hash }],
    wrongTriesMax: WRONG_CODES_MAX,
    otherKeys,
  });
  if (check === "locked") throw new BizError("ONE_TIME_CODE_LOCKED", { field: "code" });
  if (check === "absent") throw new BizError("ONE_TIME_CODE_EXPIRED", { field: "code" });
  if (check !== "right") throw new BizError("ONE_TIME_CODE_WRONG", { field: "code" });
  await rememberAsker(redis, phoneIndex, asker);
}

async function rememberAsker(
  redis: Codes["redis"],
  phoneIndex: string,
  { browserId, address }: Asker,
): Promise<void> {
  const known = redis.multi();
  if (browserId) known.set(knownAskerKey(phoneIndex, browserOf(browserId)), 1, "EX", KNOWN_BROWSER_SECONDS);
  known.set(knownAskerKey(phoneIndex, address.counted), 1, "EX", KNOWN_ADDRESS_SECONDS);
  await known.exec();
}

async function isKnownAsker(redis: Codes["redis"], phoneIndex: string, who: string): Promise<boolean> {
  return (await redis.exists(knownAskerKey(phoneIndex, who))) === 1;
}

/**
 * Everybody is counted by what they are: a browser that signed in with this phone before by itself, others by address.
 * Returns whether it is such a browser.
 */
async function limitAsking(
  { env, redis }: Pick<Codes, "env" | "redis">,
  phoneIndex: string,
  { browserId, address }: Asker,
): Promise<boolean> {
  const windows = parseRateWindows(env.RATE_LIMIT_ONE_TIME_CODE);
  if (browserId) {
    const browser = browserOf(browserId);
    await consumeRateLimit(redis, "one-time-code.browser", `${phoneIndex}:${browser}`, windows);
    if (await isKnownAsker(redis, phoneIndex, browser)) return true;
  }
  await consumeRateLimit(redis, "one-time-code.phone", `${phoneIndex}:${address.counted}`, windows);
  const ofAddress = windows.map((window) => ({ ...window, limit: window.limit * PHONES_PER_ADDRESS }));
  await consumeRateLimit(redis, "one-time-code.address", address.counted, ofAddress);
  if (!(await isKnownAsker(redis, phoneIndex, address.counted))) {
    await slowStrangers(redis, codesAskedKey(phoneIndex), ASKS_OF_STRANGERS);
  }
  return false;
}

/** Limits a signed-in person who has codes sent to a phone that is not theirs. */
export async function limitCodesToOthers(
  { env, redis, address }: Pick<Codes, "env" | "redis"> & { address: ClientAddress },
  { userId, phoneIndex }: { userId: string; phoneIndex: string },
): Promise<void> {
  const windows = parseRateWindows(env.RATE_LIMIT_ONE_TIME_CODE);
  await consumeRateLimit(redis, "one-time-code.change", userId, windows);
  const ofAddress = windows.map((window) => ({ ...window, limit: window.limit * PHONES_PER_ADDRESS }));
  await consumeRateLimit(redis, "one-time-code.address", address.counted, ofAddress);
  await slowStrangers(redis, codesAskedKey(phoneIndex), ASKS_OF_STRANGERS);
}

/** Six digits are few: all tries of an address and all of strangers on a phone are counted together. */
async function limitTries(
  { env, redis }: Pick<Codes, "env" | "redis">,
  phoneIndex: string,
  key: string,
  { browserId, address }: Asker,
): Promise<void> {
  if (browserId && (await isKnownAsker(redis, phoneIndex, browserOf(browserId)))) return;
  const windows = parseRateWindows(env.RATE_LIMIT_ONE_TIME_CODE).map((window) => ({
    ...window,
    limit: window.limit * PHONES_PER_ADDRESS * TRIES_PER_CODE,
  }));
  await consumeRateLimit(redis, "one-time-code.try", address.counted, windows);
  // Who has asked for nothing guesses at nothing, and slows nobody down.
  if ((await redis.exists(key)) === 0) return;
  if (!(await isKnownAsker(redis, phoneIndex, address.counted))) {
    await slowStrangers(redis, codeTriesKey(phoneIndex), TRIES_OF_STRANGERS);
  }
}

async function slowStrangers(redis: Codes["redis"], key: string, by: SlowDown): Promise<void> {
  const retryAfterMs = await slowDown(redis, key, by);
  if (retryAfterMs > 0) throw new BizError("RATE_LIMITED", { retryAfterMs });
}
