import { randomUUID } from "node:crypto";
import { readDatabaseTime } from "@/db/ping";
import type { DependencyHealth } from "@/platform/observability/health";
import { gauge } from "@/platform/observability/metrics";
import type { RedisClient } from "@/platform/redis/client";
import { setSharedTime, type ToldTime, toldJustNow } from "@/platform/runtime/shared-clock";
import { raiseAlarm } from "../services/alarm/raise-alarm";
import type { Resources } from "../services/context";

/** A process whose machine is further off than this is not ready: somebody has to set its clock. */
export const CLOCK_OFF_MS_MAX = 2_000;
const LOOK_EVERY_MS = 2_000;
/** The quickest of several answers says most. */
const SAMPLES = 3;

const offsetSeconds = gauge(
  "downpour_clock_offset_seconds",
  "How far this machine's clock is ahead of another's (negative: behind), as far as one can tell",
  ["against"],
);

interface Reading {
  /** How far the machine is ahead; `told.uncertainMs` of it may come of the way there and back. */
  aheadMs: number;
  told: ToldTime;
}

export interface ClockWatch {
  /** For `/readyz`. */
  check(): Promise<DependencyHealth>;
  stop(): void;
}

type ClockResources = Pick<Resources, "redis" | "live" | "log" | "env">;

/**
 * Compares this machine's clock with those of Redis and the live database every two seconds, and keeps the shared clock by
 * that of Redis. One that is off is logged, an alarm, and not ready. Resolves after the first look, or when that failed.
 */
export async function watchClock(resources: ClockResources): Promise<ClockWatch> {
  const { redis, live, log } = resources;
  const readings = new Map<string, Reading>();
  let isOff = false;
  let isLooking = false;

  const findFault = (): string | undefined => {
    for (const [against, { aheadMs, told }] of readings) {
      if (Math.abs(aheadMs) - told.uncertainMs <= CLOCK_OFF_MS_MAX) continue;
      const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
      return `This machine's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} that of ${against}.`;
    }
    return undefined;
  };

  async function look(): Promise<void> {
    const [ofRedis, ofLive] = await Promise.allSettled([
      readBest(() => readRedisTime(redis)),
      readBest(() => readDatabaseTime(live)),
    ]);
    for (const [against, result] of [
      ["Redis", ofRedis],
      ["the live database", ofLive],
    ] as const) {
      // One that does not answer is found by its own check; what it said before no longer counts.
      if (result.status === "rejected") {
        readings.delete(against);
        continue;
      }
      readings.set(against, result.value);
      offsetSeconds.set({ against: against === "Redis" ? "redis" : "live" }, result.value.aheadMs / 1_000);
    }
    const best = readings.get("Redis") ?? readings.get("the live database");
    if (best) setSharedTime(best.told);
    const fault = findFault();
    if ((fault !== undefined) === isOff) return;
    isOff = fault !== undefined;
    if (!fault) {
      log.info("this machine's clock is right again");
      return;
    }
    log.error({ reason: fault }, "a clock is off: times are taken from Redis, and this process is not ready");
    await raiseAlarm(resources, {
      kind: "process.clock_off",
      subject: `node:${resources.env.NODE_NAME}`,
      facts: { reason: fault },
      traceId: randomUUID().replaceAll("-", ""),
    });
  }

  const lookSafely = () =>
    look().catch((error: unknown) => log.warn({ reason: String(error) }, "looking at clocks failed"));
  await lookSafely();
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void lookSafely().finally(() => {
      isLooking = false;
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    async check() {
      const reason = findFault();
      return reason ? { ok: false, reason } : { ok: true };
    },
    stop: () => clearInterval(timer),
  };
}

async function readRedisTime(redis: RedisClient): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/** The way there and back is timed by a clock that nobody sets. */
async function readBest(read: () => Promise<number>): Promise<Reading> {
  let best: Reading | undefined;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const askedAtMs = performance.now();
    const told = toldJustNow(await read(), askedAtMs);
    if (!best || told.uncertainMs < best.told.uncertainMs)
      best = { aheadMs: Date.now() - told.sharedMs, told };
  }
  if (!best) throw new Error("No clock was read.");
  return best;
}
