import type { Log } from "../observability/log";
import { gauge } from "../observability/metrics";
import type { RedisClient } from "./client";

/**
 * Redis without room refuses whatever needs some, and what empties its queues needs a little. So what fills it stops
 * earlier, at a reserve that is kept for emptying; it goes on as soon as there is room again.
 */

/** Of the memory that Redis may use; between the two nothing changes, so that it does not flutter. */
const FULL_PART = 0.9;
const ROOM_PART = 0.87;
const LOOK_EVERY_MS = 1_000;

const memoryPart = gauge(
  "downpour_redis_memory_part",
  "Memory that Redis uses as a part of what it may use; 0 where it has no limit",
);

/** Used memory as a part of `maxmemory`; 0 where Redis has no limit of its own. */
export async function readMemoryPart(redis: RedisClient): Promise<number> {
  const info = await redis.info("memory");
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const maxBytes = read("maxmemory");
  return maxBytes > 0 ? read("used_memory") / maxBytes : 0;
}

/**
 * Looks once a second, and tells whenever the reserve is reached or there is room again. While Redis cannot be asked
 * nothing changes: what needs it fails by itself. Returns what ends it.
 */
export function watchMemoryReserve(
  redis: RedisClient,
  log: Log,
  tell: (isReached: boolean) => void,
): () => void {
  let isReached = false;
  let isLooking = false;
  const look = async () => {
    const part = await readMemoryPart(redis);
    memoryPart.set(part);
    if (isReached ? part > ROOM_PART : part < FULL_PART) return;
    isReached = !isReached;
    if (isReached)
      log.error({ part }, "redis is nearly full: gifts, claims and chat are refused until there is room");
    else log.info({ part }, "redis has room again");
    tell(isReached);
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch(() => {})
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
