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

/** By the session's cookie, which it is asked with: a session has one key for as long as it lasts. */
const keys = new Map<string, string>();
const KEYS_MAX = 10_000;

/**
 * Signs for whoever sends these cookies, as a page does: with the key that `session.me` answers. Somebody without a session
 * signs nothing.
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
  if (!token) return undefined;
  const known = keys.get(`${webUrl} ${token}`);
  if (known !== undefined) return known;
  const response = await fetch(`${webUrl}/api/trpc/session.me`, { headers: { cookie } });
  const { result } = (await response.json()) as { result?: { data: { signingKey?: string } | null } };
  const signingKey = result?.data?.signingKey;
  if (keys.size >= KEYS_MAX) keys.clear();
  if (signingKey !== undefined) keys.set(`${webUrl} ${token}`, signingKey);
  return signingKey;
}
