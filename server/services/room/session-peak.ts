import { findLiveSessions, raisePeakViewers } from "@/db/live/queries/rooms";
import type { Resources } from "../context";
import { readViewerCounts } from "./viewer-counts";

/**
 * Remembers for every live session how many viewers it has now, where that is more than it ever had: a peak counts whether or
 * not its anchor has the studio open.
 */
export async function raisePeaks(resources: Pick<Resources, "live" | "push" | "log">): Promise<void> {
  const counts = await readViewerCounts(resources);
  const sessions = await findLiveSessions(resources.live, [...counts.keys()]);
  await raisePeakViewers(
    resources.live,
    sessions.map(({ roomId, sessionId }) => ({ sessionId, viewers: counts.get(roomId) ?? 0 })),
  );
}
