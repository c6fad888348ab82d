import { findLiveSessions } from "@/db/live/queries/rooms";
import { roomPeakKey } from "../../redis/web-keys";
import type { Resources } from "../context";
import { readViewerCounts } from "./viewer-counts";

const PEAK_TTL_SECONDS = 2 * 24 * 3600;

/** Remembers how many viewers a session has now and returns the most it ever had. */
export async function raisePeak(
  resources: Pick<Resources, "redis">,
  sessionId: string,
  viewers: number,
): Promise<number> {
  const { redis } = resources;
  const key = roomPeakKey(sessionId);
  await redis.zadd(key, "GT", viewers, "peak");
  const [peak] = await Promise.all([redis.zscore(key, "peak"), redis.expire(key, PEAK_TTL_SECONDS)]);
  return Number(peak ?? viewers);
}

/** The same for every live session that has viewers: a peak counts whether or not its anchor has the studio open. */
export async function raisePeaks(
  resources: Pick<Resources, "live" | "push" | "redis" | "log">,
): Promise<void> {
  const counts = await readViewerCounts(resources);
  const sessions = await findLiveSessions(resources.live, [...counts.keys()]);
  await Promise.all(
    sessions.map(({ roomId, sessionId }) => raisePeak(resources, sessionId, counts.get(roomId) ?? 0)),
  );
}
