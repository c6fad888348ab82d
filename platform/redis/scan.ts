import type { RedisClient } from "./client";

/** Keys looked at in one step; the server answers others in between. */
const SCAN_COUNT = 500;

/** All keys that match, in blocks. A key that lives through the whole walk is met at least once, perhaps twice. */
export async function* scanKeys(redis: RedisClient, pattern: string): AsyncIterable<string[]> {
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT);
    cursor = next;
    if (keys.length > 0) yield keys;
  } while (cursor !== "0");
}
