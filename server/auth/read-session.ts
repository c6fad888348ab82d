import { getCookieCache } from "better-auth/cookies";
import { LRUCache } from "lru-cache";
import { Role } from "@/domain/contracts/ids";
import type { Notices } from "@/platform/redis/notices";
import { sessionEndedChannel } from "@/platform/redis/web-keys";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import type { Env } from "@/platform/settings/env";
import type { Session } from "../services/context";
import { COOKIE_PREFIX } from "./cookie-prefix";
import type { FetchSession } from "./fetch-session";
import { findCookie } from "./find-cookie";
import { type FactorFacts, findPendingFactor, requiresSecondFactor } from "./second-factor-rule";
import type { SessionCookies } from "./session-cookies";
import { SessionNotice } from "./session-notices";
import { SigningKey } from "./signing-key";

export interface SessionRead {
  session: Session | null;
  /** `Set-Cookie` values to pass on: a refreshed cookie, or the end of one. */
  setCookies: readonly string[];
}

/** Reads who is calling from the Cookie header. Answers at once, without a promise, whenever it can. */
export type ReadSession = (cookieHeader: string | undefined) => SessionRead | Promise<SessionRead>;

const NOBODY: SessionRead = { session: null, setCookies: [] };
const NO_COOKIES: readonly string[] = [];
const SESSIONS_MAX = 100_000;
const REFUSED_MAX = 10_000;
const REFUSED_MS = 5_000;
const COOKIE_LENGTH_MAX = 512;
/** The clocks of two machines may differ by this much when "issued before" is decided. */
const CLOCK_SKEW_MS = 1_000;

interface Entry {
  read: SessionRead;
  sessionId: string;
  userId: string;
  expiresAtMs: number;
}

/** The parts of better-auth's session and user that we use, as they come from the database or from the cookie. */
interface AuthFacts {
  session: { id: string; userId: string; token: string; expiresAt: Date | string };
  user: {
    name: string;
    image?: string | null;
    givesAnonymously?: boolean | null;
    role?: string | null;
    isAnonymous?: boolean | null;
    banned?: boolean | null;
    banExpires?: Date | string | null;
  };
  /** Only as the database says it. */
  factor?: FactorFacts;
}

/**
 * The hot path of every request. A session is believed, without the database, for at most SESSION_CACHE_SECONDS after
 * it was last read there, wherever the belief is kept: in better-auth's signed `session_data` cookie or, for clients
 * that do not store it, in this process. A notice that a session ended or a user changed drops both sooner, and so does
 * the end of a time in which such notices may have been missed.
 */
export function createSessionReader(
  fetchSession: FetchSession,
  cookies: SessionCookies,
  env: Env,
  notices: Notices,
): ReadSession {
  const isSecure = env.PUBLIC_URL.startsWith("https://");
  const tokenCookie = cookies.tokenName;
  const isFactorRequired = requiresSecondFactor(env);
  const cacheMs = env.SESSION_CACHE_SECONDS * 1_000;
  /** By the value of the token cookie, which is signed and which nobody but its owner has. */
  const sessions = new LRUCache<string, Entry>({ max: SESSIONS_MAX });
  const refused = new LRUCache<string, true>({ max: REFUSED_MAX, ttl: REFUSED_MS });
  const reading = new Map<string, Promise<SessionRead>>();
  const endedSessions = new LRUCache<string, true>({ max: SESSIONS_MAX, ttl: 2 * cacheMs });
  const changedUsersMs = new LRUCache<string, number>({ max: SESSIONS_MAX, ttl: 2 * cacheMs });
  /** Until then, notices may have been missed: what was read before is believed no more, here or in a cookie. */
  let missedUntilMs = sharedNowMs();

  notices.listen(sessionEndedChannel, (message) => {
    if (message === null) {
      missedUntilMs = sharedNowMs();
      sessions.clear();
      return;
    }
    const notice = SessionNotice.safeParse(JSON.parse(message));
    if (!notice.success) return;
    if ("sessionId" in notice.data) {
      const { sessionId } = notice.data;
      endedSessions.set(sessionId, true);
      for (const [key, entry] of sessions.entries()) if (entry.sessionId === sessionId) sessions.delete(key);
    } else {
      const { userId } = notice.data;
      changedUsersMs.set(userId, sharedNowMs());
      for (const [key, entry] of sessions.entries()) if (entry.userId === userId) sessions.delete(key);
    }
  });

  /** Until then, what is known of somebody may have changed. */
  const changedUntilMs = (userId: string) => Math.max(changedUsersMs.get(userId) ?? 0, missedUntilMs);

  function isOutdated({ session }: AuthFacts, readAtMs: number): boolean {
    return endedSessions.has(session.id) || readAtMs <= changedUntilMs(session.userId) + CLOCK_SKEW_MS;
  }

  function keep(token: string, facts: AuthFacts, session: Session, untilMs: number): void {
    const expiresAtMs = Math.min(untilMs, new Date(facts.session.expiresAt).getTime());
    sessions.set(token, {
      read: { session, setCookies: NO_COOKIES },
      sessionId: session.sessionId,
      userId: session.userId,
      expiresAtMs,
    });
  }

  async function readFromCookie(token: string, headers: Headers): Promise<SessionRead | null> {
    const facts = await getCookieCache(headers, {
      cookiePrefix: COOKIE_PREFIX,
      isSecure,
      secret: env.AUTH_SECRET,
      strategy: "compact",
    }).catch(() => null);
    if (!facts) return null;
    const known = facts as unknown as AuthFacts;
    // Both cookies must be of one session, or signing in as somebody else would be believed too late.
    if (known.session.token !== tokenOf(token)) return null;
    const issuedAtMs = facts.updatedAt;
    // A machine whose clock is off wrote it: nobody can tell what it missed.
    const ageMs = sharedNowMs() - issuedAtMs;
    if (!(ageMs >= -CLOCK_SKEW_MS && ageMs <= cacheMs + CLOCK_SKEW_MS)) return null;
    if (isOutdated(known, issuedAtMs)) return null;
    // Whether a second factor was given stands in no cookie.
    if (known.user.role === "operator") return null;
    const session = toSession(known, env.AUTH_SECRET, isFactorRequired);
    if (!session) return null;
    keep(token, known, session, issuedAtMs + cacheMs);
    return { session, setCookies: NO_COOKIES };
  }

  async function readFromDatabase(token: string, cookieHeader: string): Promise<SessionRead> {
    const startedMs = sharedNowMs();
    const verified = cookies.verifyToken(token);
    if (verified === undefined) return NOBODY;
    const { facts, setCookies } = await fetchSession(verified, cookieHeader);
    const session = facts && toSession(facts, env.AUTH_SECRET, isFactorRequired);
    if (!facts || !session) {
      refused.set(token, true);
      return { session: null, setCookies: facts ? NO_COOKIES : setCookies };
    }
    // A change that was announced while the database was being asked may be missing from the answer: believe it for
    // this request, which began before, and ask again with the next.
    const isCurrent = !endedSessions.has(session.sessionId) && changedUntilMs(session.userId) < startedMs;
    if (isCurrent) keep(token, facts, session, startedMs + cacheMs);
    return { session, setCookies };
  }

  async function readSlowly(token: string, cookieHeader: string): Promise<SessionRead> {
    const headers = new Headers({ cookie: cookieHeader });
    return (await readFromCookie(token, headers)) ?? readFromDatabase(token, cookieHeader);
  }

  return function readSession(cookieHeader) {
    if (!cookieHeader) return NOBODY;
    const token = findCookie(cookieHeader, tokenCookie);
    if (!token || token.length > COOKIE_LENGTH_MAX) return NOBODY;
    const entry = sessions.get(token);
    if (entry && entry.expiresAtMs > sharedNowMs()) return entry.read;
    if (refused.has(token)) return NOBODY;
    // What anybody can make up costs no query, and neither a promise nor a place in a cache.
    if (!cookies.hasData(cookieHeader) && cookies.verifyToken(token) === undefined) return NOBODY;
    let read = reading.get(token);
    if (!read) {
      read = readSlowly(token, cookieHeader).finally(() => reading.delete(token));
      reading.set(token, read);
    }
    return read;
  };
}

/** A signed cookie is `token.signature`, percent-encoded; the token itself needs no encoding. */
function tokenOf(cookieValue: string): string | undefined {
  return cookieValue.split(".", 1)[0];
}

function toSession(
  { session, user, factor }: AuthFacts,
  authSecret: string,
  isFactorRequired: boolean,
): Session | null {
  if (user.banned && (!user.banExpires || new Date(user.banExpires) > sharedNow())) return null;
  if (new Date(session.expiresAt) <= sharedNow()) return null;
  const role = user.isAnonymous ? "guest" : Role.catch("viewer").parse(user.role);
  const pending = role === "operator" ? findPendingFactor(factor, isFactorRequired) : undefined;
  return {
    sessionId: session.id,
    userId: session.userId,
    nickname: user.name,
    avatarUrl: user.image ?? null,
    givesAnonymously: user.givesAnonymously ?? false,
    // Until the second factor was given it may do as little as anybody's.
    role: pending ? "guest" : role,
    ...(pending ? { pendingFactor: pending } : {}),
    expiresAtMs: new Date(session.expiresAt).getTime(),
    signingKey: new SigningKey(authSecret, session.token),
  };
}
