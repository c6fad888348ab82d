import type { LiveDb } from "@/db/client";
import { extendSession, findSessionByToken } from "@/db/live/queries/auth-sessions";
import { BizError } from "@/domain/contracts/errors";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SessionCookies } from "./session-cookies";
import { SESSION_RENEWED_AFTER_SECONDS, SESSION_SECONDS } from "./session-lifetime";

/** Sessions that are read at once: they share a pool with the gifts. */
const READS_AT_ONCE_MAX = 4;
const READS_WAITING_MAX = 2_000;

/** What the database knows about a session, and the cookies to pass on. Throws UNAVAILABLE. */
export type FetchSession = (
  token: string,
  cookieHeader: string,
) => Promise<{ facts: Awaited<ReturnType<typeof findSessionByToken>> | null; setCookies: readonly string[] }>;

/**
 * Asks the database itself, as better-auth's `get-session` would: that one runs in the thread of the pages, and whoever
 * floods those would keep everybody from being known.
 */
export function createSessionFetcher(live: LiveDb, cookies: SessionCookies): FetchSession {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<T>(read: () => Promise<T>): Promise<T> {
    if (running >= READS_AT_ONCE_MAX) {
      if (waiting.length >= READS_WAITING_MAX) throw new BizError("UNAVAILABLE");
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await read();
    } finally {
      const next = waiting.shift();
      // Whoever comes next takes over this place.
      if (next) next();
      else running -= 1;
    }
  }

  async function read(token: string, cookieHeader: string): ReturnType<FetchSession> {
    // From before the question: what changes while it is asked is announced later than the cookie says it was read.
    const now = sharedNow();
    const facts = await findSessionByToken(live, token);
    if (!facts || facts.session.expiresAt <= now) return { facts: null, setCookies: cookies.clear() };
    const isUnremembered = cookies.isUnremembered(cookieHeader);
    const setCookies: string[] = [];
    const startedMs = facts.session.expiresAt.getTime() - SESSION_SECONDS * 1_000;
    if (!isUnremembered && startedMs + SESSION_RENEWED_AFTER_SECONDS * 1_000 <= now.getTime()) {
      const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1_000);
      if (!(await extendSession(live, token, { now, expiresAt })))
        return { facts: null, setCookies: cookies.clear() };
      facts.session.expiresAt = expiresAt;
      facts.session.updatedAt = now;
      setCookies.push(cookies.writeToken(token));
    }
    setCookies.push(cookies.writeData(facts, now.getTime(), isUnremembered));
    return { facts, setCookies };
  }

  return (token, cookieHeader) =>
    inTurn(() => read(token, cookieHeader)).catch((cause: unknown) => {
      throw cause instanceof BizError ? cause : new BizError("UNAVAILABLE", {}, { cause });
    });
}
