import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Env } from "@/platform/settings/env";
import { COOKIE_PREFIX } from "./cookie-prefix";
import { findCookie } from "./find-cookie";
import { sessionSecondsOf } from "./session-lifetime";

const SIGNATURE_BYTES = 32;
const SIGNATURE_CHARACTERS = 44;
const TOKEN_CHARACTERS_MAX = 128;

/** Facts of a session in better-auth's own form. */
export interface SessionFacts {
  session: Record<string, unknown> & { token: string };
  user: Record<string, unknown>;
}

/**
 * better-auth's cookies, read and written without better-auth, which runs in the thread of the pages: the token is signed
 * as `token.signature`, the facts beside it in the "compact" form of its cookie cache. A test compares both with its own.
 */
export class SessionCookies {
  readonly tokenName: string;
  readonly dataName: string;
  readonly sessionSeconds: number;
  readonly #unrememberedName: string;
  readonly #key: KeyObject;
  readonly #attributes: string;
  readonly #cacheSeconds: number;

  constructor(env: Pick<Env, "PUBLIC_URL" | "AUTH_SECRET" | "SESSION_CACHE_SECONDS" | "SESSION_DAYS">) {
    this.sessionSeconds = sessionSecondsOf(env);
    const isSecure = env.PUBLIC_URL.startsWith("https://");
    const nameOf = (what: string) => `${isSecure ? "__Secure-" : ""}${COOKIE_PREFIX}.${what}`;
    this.tokenName = nameOf("session_token");
    this.dataName = nameOf("session_data");
    this.#unrememberedName = nameOf("dont_remember");
    this.#key = createSecretKey(env.AUTH_SECRET, "utf8");
    this.#attributes = `; Path=/; HttpOnly${isSecure ? "; Secure" : ""}; SameSite=Lax`;
    this.#cacheSeconds = env.SESSION_CACHE_SECONDS;
  }

  hasData(cookieHeader: string): boolean {
    return cookieHeader.includes(this.dataName);
  }

  /** Whether the browser forgets the session when it closes. */
  isUnremembered(cookieHeader: string): boolean {
    return findCookie(cookieHeader, this.#unrememberedName) !== undefined;
  }

  /** The token of a cookie whose signature is ours. */
  verifyToken(cookieValue: string): string | undefined {
    let value: string;
    try {
      value = decodeURIComponent(cookieValue);
    } catch {
      return undefined;
    }
    const at = value.lastIndexOf(".");
    const [token, signature] = [value.slice(0, at), value.slice(at + 1)];
    if (at < 1 || at > TOKEN_CHARACTERS_MAX || signature.length !== SIGNATURE_CHARACTERS) return undefined;
    const given = Buffer.from(signature, "base64");
    if (given.length !== SIGNATURE_BYTES) return undefined;
    return timingSafeEqual(given, this.#sign(token)) ? token : undefined;
  }

  /** The `Set-Cookie` of a session that has been made to last again. */
  writeToken(token: string): string {
    const signed = encodeURIComponent(`${token}.${this.#sign(token).toString("base64")}`);
    return `${this.tokenName}=${signed}; Max-Age=${this.sessionSeconds}${this.#attributes}`;
  }

  /** The `Set-Cookie` by which any process believes these facts for a while without asking the database. */
  writeData(facts: SessionFacts, nowMs: number, isUnremembered: boolean): string {
    const payload = { session: facts.session, user: facts.user, updatedAt: nowMs, version: "1" };
    const expiresAt = nowMs + this.#cacheSeconds * 1_000;
    const signature = createHmac("sha256", this.#key)
      .update(JSON.stringify({ ...payload, expiresAt }))
      .digest("base64url");
    const data = Buffer.from(JSON.stringify({ session: payload, expiresAt, signature })).toString(
      "base64url",
    );
    const age = isUnremembered ? "" : `; Max-Age=${this.#cacheSeconds}`;
    return `${this.dataName}=${data}${age}${this.#attributes}`;
  }

  /** The `Set-Cookie` values that end a session in its browser. */
  clear(): string[] {
    return [this.tokenName, this.dataName, this.#unrememberedName].map(
      (name) => `${name}=; Max-Age=0${this.#attributes}`,
    );
  }

  #sign(token: string): Buffer {
    return createHmac("sha256", this.#key).update(token).digest();
  }
}
