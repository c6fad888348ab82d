import { removeOldGuestMarks } from "@/db/live/queries/guest-marks";
import {
  REMOVED_AT_ONCE,
  removeExpiredCodes,
  removeExpiredSessions,
  removeGuestsWithoutTrace,
  removeOldCallbacks,
  removeOldChat,
} from "@/db/live/queries/retention";
import { readPolicy } from "@/db/policies";
import type { Resources } from "../context";

const DAY_MS = 24 * 3_600_000;
/** Of what is removed: codes, sessions, chat, callbacks, marks of guests, guests. */
const KINDS = 6;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Removes what has no use any more, after the days that the policy `retention` says: codes and sessions that ran out, chat,
 * payment callbacks, and guests who left no trace. Ledger, audit and registered people are never touched. In small steps; a run that is cut off
 * is gone on with by the next.
 */
export async function removeExpired(
  { live, log }: Pick<Resources, "live" | "log">,
  now: Date,
  signal?: AbortSignal,
  report?: (done: number, all: number) => void,
): Promise<{ codes: number; sessions: number; chat: number; callbacks: number; guests: number }> {
  const { codesDays, sessionsDays, guestsDays, chatDays, callbacksDays } = await readPolicy(
    live.sql,
    "retention",
  );
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
  let kinds = 0;
  const all = async (removeSome: () => Promise<number>) => {
    report?.(kinds++, KINDS);
    let removed = 0;
    while (!signal?.aborted) {
      const some = await removeSome();
      removed += some;
      if (some < REMOVED_AT_ONCE) break;
    }
    return removed;
  };
  const codes = await all(() => removeExpiredCodes(live, daysAgo(codesDays)));
  const sessions = await all(() => removeExpiredSessions(live, daysAgo(sessionsDays)));
  const chat = chatDays === null ? 0 : await all(() => removeOldChat(live, daysAgo(chatDays)));
  const callbacks =
    callbacksDays === null ? 0 : await all(() => removeOldCallbacks(live, daysAgo(callbacksDays)));
  await all(() => removeOldGuestMarks(live, daysAgo(guestsDays)));
  report?.(KINDS - 1, KINDS);
  let guests = 0;
  let afterId: string | null = FIRST_ID;
  while (afterId && !signal?.aborted) {
    const page: { removed: number; lastId: string | null } = await removeGuestsWithoutTrace(live, {
      before: daysAgo(guestsDays),
      afterId,
    });
    guests += page.removed;
    afterId = page.lastId;
  }
  log.info({ codes, sessions, chat, callbacks, guests }, "what ran out was removed");
  return { codes, sessions, chat, callbacks, guests };
}
