import { randomBytes } from "node:crypto";
import { parseCookies } from "better-auth/cookies";
import type { Env } from "../env";
import { COOKIE_PREFIX } from "./cookie-prefix";

const YEAR_SECONDS = 365 * 86_400;
const BROWSER_ID = /^[\w-]{43}$/;

const isSecure = (env: Pick<Env, "PUBLIC_URL">) => env.PUBLIC_URL.startsWith("https://");
/** `__Host-`: no other host, not even one of the same domain, can put its own in place of it. */
const cookieName = (env: Pick<Env, "PUBLIC_URL">) =>
  `${isSecure(env) ? "__Host-" : ""}${COOKIE_PREFIX}.browser`;

/** A name that only one browser knows: one-time codes work in the browser that asked for them. */
export const newBrowserId = () => randomBytes(32).toString("base64url");

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
