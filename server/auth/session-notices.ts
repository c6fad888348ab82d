import { z } from "zod";
import type { Log } from "@/platform/observability/log";
import type { RedisClient } from "@/platform/redis/client";
import { sessionEndedChannel } from "@/platform/redis/web-keys";

/** One session ended, or everything known about a user is out of date (ban, role, name). */
export const SessionNotice = z.union([z.object({ sessionId: z.string() }), z.object({ userId: z.string() })]);
export type SessionNotice = z.infer<typeof SessionNotice>;

/**
 * Hurries the end of a session along; `watchSessionEnds` says it again from the database, so nothing is lost when this
 * fails. False then.
 */
export async function sendSessionNotice(
  redis: RedisClient,
  log: Log,
  notice: SessionNotice,
): Promise<boolean> {
  try {
    await redis.publish(sessionEndedChannel, JSON.stringify(notice));
    return true;
  } catch (error) {
    log.warn({ reason: String(error) }, "could not announce the end of a session");
    return false;
  }
}
