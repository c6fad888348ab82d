import type { LiveDb } from "@/db/client";
import { extendSession, findSessionByToken } from "@/db/live/queries/auth-sessions";
import { endOwnSessions } from "@/db/live/queries/own-sessions";
import { BizError } from "@/domain/contracts/errors";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Env } from "@/platform/settings/env";
import type { SessionCookies } from "./session-cookies";
import { SESSION_RENEWED_AFTER_SECONDS } from "./session-lifetime";

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
export function createSessionFetcher(
  live: LiveDb,
  cookies: SessionCookies,
  { OPERATOR_SESSION_HOURS: operatorHours }: Pick<Env, "OPERATOR_SESSION_HOURS">,
): FetchSession {
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
    const written = () => cookies.writeData(facts, now.getTime(), isUnremembered);
    if (facts.user.role === "operator") {
      // However often it is used: an operator signs in anew.
      const endsAt = new Date(facts.session.createdAt.getTime() + operatorHours * 3_600_000);
      if (endsAt <= now) {
        await endOwnSessions(live, { userId: facts.session.userId, sessionId: facts.session.id });
        return { facts: null, setCookies: cookies.clear() };
      }
      if (endsAt < facts.session.expiresAt) facts.session.expiresAt = endsAt;
      return { facts, setCookies: [written()] };
    }
    const setCookies: string[] = [];
    const sessionMs = cookies.sessionSeconds * 1_000;
    const startedMs = facts.session.expiresAt.getTime() - sessionMs;
    if (!isUnremembered && startedMs + SESSION_RENEWED_AFTER_SECONDS * 1_000 <= now.getTime()) {
      const expiresAt = new Date(now.getTime() + sessionMs);
      if (!(await extendSession(live, token, { now, expiresAt })))
        return { facts: null, setCookies: cookies.clear() };
      facts.session.expiresAt = expiresAt;
      facts.session.updatedAt = now;
      setCookies.push(cookies.writeToken(token));
    }
    setCookies.push(written());
    return { facts, setCookies };
  }

  return (token, cookieHeader) =>
    inTurn(() => read(token, cookieHeader)).catch((cause: unknown) => {
      throw cause instanceof BizError ? cause : new BizError("UNAVAILABLE", {}, { cause });
    });
}
