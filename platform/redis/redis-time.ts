import type { RedisClient } from "./client";

/** What the clock of Redis says, in Unix milliseconds. */
export async function readRedisTime(redis: RedisClient): Promise<number> {
  return toUnixMs(await redis.time());
}

/** An answer of TIME: seconds, and microseconds of the next one. */
export const toUnixMs = ([seconds, micros]: readonly (number | string)[]): number =>
  Number(seconds) * 1_000 + Number(micros) / 1_000;
