import { randomUUID } from "node:crypto";
import type { DependencyHealth } from "@/platform/observability/health";
import { gauge } from "@/platform/observability/metrics";
import { setSharedTime } from "@/platform/runtime/shared-clock";
import { raiseAlarm } from "../services/alarm/raise-alarm";
import type { Resources } from "../services/context";
import { type ClockReading, compareWithDatabase, compareWithRedis, isClockOff } from "./compare-clocks";

const LOOK_EVERY_MS = 2_000;
const offsetSeconds = gauge(
  "downpour_clock_offset_seconds",
  "How far this machine's clock is ahead of another's (negative: behind), as far as one can tell",
  ["against"],
);

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
  const readings = new Map<string, ClockReading>();
  let isOff = false;
  let isLooking = false;

  const findFault = (): string | undefined => {
    for (const [against, reading] of readings) {
      if (!isClockOff(reading)) continue;
      const { aheadMs } = reading;
      const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
      return `This machine's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} that of ${against}.`;
    }
    return undefined;
  };

  async function look(): Promise<void> {
    const [ofRedis, ofLive] = await Promise.allSettled([compareWithRedis(redis), compareWithDatabase(live)]);
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
