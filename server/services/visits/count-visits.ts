import { countSessionVisits, listUncountedSessions } from "@/db/live/queries/visits";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { takeVisits, type VisitResources } from "./take-visits";

/** By then whoever left at a session's end is known to have left, although clocks differ a little. */
const SETTLED_MS = 2_000;
const SESSIONS_AT_ONCE = 100;

/**
 * Writes down who came to rooms and left them since the last time, and counts the viewers and the watch time of sessions that
 * have ended. Safe to repeat and to run twice at once: a visit is taken once. Stops between two pages when told to.
 */
export async function countVisits(resources: VisitResources, signal: AbortSignal): Promise<void> {
  const before = new Date(sharedNowMs() - SETTLED_MS);
  let partitions = 1;
  for (let part = 0; part < partitions; part += 1) {
    for (let isDone = false; !isDone; ) {
      if (signal.aborted) return;
      const taken = await takeVisits(resources, part);
      if (!taken) return;
      ({ partitions, isDone } = taken);
    }
  }
  const { live } = resources;
  let sessions: Awaited<ReturnType<typeof listUncountedSessions>>;
  do {
    sessions = await listUncountedSessions(live, { before, limit: SESSIONS_AT_ONCE });
    for (const session of sessions) {
      if (signal.aborted) return;
      await countSessionVisits(live, session);
    }
  } while (sessions.length === SESSIONS_AT_ONCE);
}
