import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { parseCookies } from "better-auth/cookies";
import type { Env } from "@/platform/settings/env";
import { COOKIE_PREFIX } from "./cookie-prefix";

const YEAR_SECONDS = 365 * 86_400;
const BROWSER_ID = /^[\w-]{43}$/;

const isSecure = (env: Pick<Env, "PUBLIC_URL">) => env.PUBLIC_URL.startsWith("https://");
/** `__Host-`: no other host, not even one of the same domain, can put its own in place of it. */
const cookieName = (env: Pick<Env, "PUBLIC_URL">) =>
  `${isSecure(env) ? "__Host-" : ""}${COOKIE_PREFIX}.browser`;

const SEED_BYTES = 16;

/** A name that only one browser knows: one-time codes work in the browser that asked for them. Its second half is our mark. */
export function newBrowserId(env: Pick<Env, "AUTH_SECRET">): string {
  const seed = randomBytes(SEED_BYTES);
  return Buffer.concat([seed, markOf(env, seed)]).toString("base64url");
}

/** Whether we gave that name: one that is made up works for codes as well, but nobody is to be many browsers by it. */
export function isIssuedBrowserId(env: Pick<Env, "AUTH_SECRET">, browserId: string): boolean {
  const bytes = Buffer.from(browserId, "base64url");
  const mark = markOf(env, bytes.subarray(0, SEED_BYTES));
  const given = bytes.subarray(SEED_BYTES);
  // The last character has bits to spare: only one spelling is ours.
  return (
    given.length === mark.length && timingSafeEqual(given, mark) && bytes.toString("base64url") === browserId
  );
}

function markOf(env: Pick<Env, "AUTH_SECRET">, seed: Buffer): Buffer {
  const mark = createHmac("sha256", env.AUTH_SECRET).update("browser-id:").update(seed).digest();
  return mark.subarray(0, SEED_BYTES);
}

export function readBrowserId(
  env: Pick<Env, "PUBLIC_URL">,
  cookieHeader: string | undefined,
): string | undefined {
  const id = cookieHeader && parseCookies(cookieHeader).get(cookieName(env));
  return id && BROWSER_ID.test(id) ? id : undefined;
}

/** The `Set-Cookie` that tells a browser its name. */
export function browserIdCookie(env: Pick<Env, "PUBLIC_URL">, browserId: string): string {
  const secure = isSecure(env) ? "; Secure" : "";
  return `${cookieName(env)}=${browserId}; Max-Age=${YEAR_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
