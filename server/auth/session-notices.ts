import { z } from "zod";
import type { Log } from "../observability/log";
import type { RedisClient } from "../redis/client";
import { sessionEndedChannel } from "../redis/web-keys";

/** One session ended, or everything known about a user is out of date (ban, role, name). */
export const SessionNotice = z.union([z.object({ sessionId: z.string() }), z.object({ userId: z.string() })]);
export type SessionNotice = z.infer<typeof SessionNotice>;

/** Hurries the end of a session along; while Redis is away, the caches end it by themselves within a minute. */
export async function sendSessionNotice(redis: RedisClient, log: Log, notice: SessionNotice): Promise<void> {
  try {
    await redis.publish(sessionEndedChannel, JSON.stringify(notice));
  } catch (error) {
    log.warn({ reason: String(error) }, "could not announce the end of a session");
  }
}
