import type { Sql } from "@/db/client";
import { readDatabaseTime } from "@/db/ping";
import type { RedisClient } from "@/platform/redis/client";
import { readRedisTime } from "@/platform/redis/redis-time";
import { type ToldTime, toldJustNow } from "@/platform/runtime/shared-clock";

/** A process whose machine is further off than this is not ready: somebody has to set its clock. */
export const CLOCK_OFF_MS_MAX = 2_000;
/** The quickest of several answers says most. */
const SAMPLES = 3;

export interface ClockReading {
  /** How far the machine is ahead; `told.uncertainMs` of it may come of the way there and back. */
  aheadMs: number;
  told: ToldTime;
}

export const isClockOff = ({ aheadMs, told }: ClockReading) =>
  Math.abs(aheadMs) - told.uncertainMs > CLOCK_OFF_MS_MAX;

export const compareWithRedis = (redis: RedisClient) => readBest(() => readRedisTime(redis));

export const compareWithDatabase = (db: { sql: Sql }) => readBest(() => readDatabaseTime(db));

/** The way there and back is timed by a clock that nobody sets. */
async function readBest(read: () => Promise<number>): Promise<ClockReading> {
  let best: ClockReading | undefined;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const askedAtMs = performance.now();
    const told = toldJustNow(await read(), askedAtMs);
    if (!best || told.uncertainMs < best.told.uncertainMs)
      best = { aheadMs: Date.now() - told.sharedMs, told };
  }
  if (!best) throw new Error("No clock was read.");
  return best;
}
