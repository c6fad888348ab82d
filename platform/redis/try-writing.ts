import { randomUUID } from "node:crypto";
import type { RedisClient } from "./client";
import { readinessKey } from "./web-keys";

const KEPT_SECONDS = 30;
/** One key a process. */
const me = randomUUID();

/**
 * Writes a small key that goes away by itself. Rejects where Redis is away, a replica, out of memory or out of disk: it
 * may well answer a ping then.
 */
export async function tryWritingRedis(redis: RedisClient): Promise<void> {
  await redis.set(readinessKey(me), "1", "EX", KEPT_SECONDS);
}
