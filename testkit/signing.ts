import type { SignatureHeaders } from "@/domain/rules/signed-call";
import { signCall } from "@/platform/security/signed-call";

/** Somebody with a session: what a browser sends, and what it signs with. */
export interface Signer {
  cookie: string;
  signingKey: string;
}

/** What is added to a mutation; nothing for somebody without a session. */
export type SigningHeaders = SignatureHeaders | Record<string, never>;

interface PostedCall {
  path: string;
  body: string;
}

export function signPosted(signingKey: string, call: PostedCall, nowMs = Date.now()): SignatureHeaders {
  return signCall(signingKey, { method: "POST", ...call }, nowMs);
}

/** By the session's cookie: a session has one key for as long as it lasts. */
const keys = new Map<string, Promise<string | undefined>>();
const KEYS_MAX = 10_000;

/**
 * Signs for whoever sends these cookies, as a page does: with the key that `session.me` answers, asked for once. Somebody
 * without a session signs nothing.
 */
export async function signFor(
  as: string | Signer,
  webUrl: string,
  call: PostedCall,
): Promise<SigningHeaders> {
  const signingKey = typeof as === "string" ? await findKey(webUrl, as) : as.signingKey;
  return signingKey === undefined ? {} : signPosted(signingKey, call);
}

async function findKey(webUrl: string, cookie: string): Promise<string | undefined> {
  const token = /session_token=([^;]*)/.exec(cookie)?.[1];
  return token ? await keyOf(`${webUrl} ${token}`, () => askForKey(webUrl, cookie)) : undefined;
}

/** The key of a session, asked for once, however many sign at the same time. What was not told is asked again. */
export function keyOf(session: string, ask: () => Promise<string | undefined>): Promise<string | undefined> {
  const known = keys.get(session);
  if (known) return known;
  const asked = ask();
  if (keys.size >= KEYS_MAX) keys.clear();
  keys.set(session, asked);
  const forget = () => keys.delete(session);
  asked.then((key) => key ?? forget(), forget);
  return asked;
}

async function askForKey(webUrl: string, cookie: string): Promise<string | undefined> {
  const response = await fetch(`${webUrl}/api/trpc/session.me`, { headers: { cookie } });
  const { result } = (await response.json()) as { result?: { data: { signingKey?: string } | null } };
  return result?.data?.signingKey;
}
