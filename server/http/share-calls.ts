import type { Log } from "@/platform/observability/log";
import type { RedisClient } from "@/platform/redis/client";
import { callsOfMinuteKey } from "@/platform/redis/web-keys";
import { repeatEvery } from "@/platform/runtime/repeat";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { readCallTotals } from "./http-metrics";

const SHARE_EVERY_MS = 10_000;
const KEPT_SECONDS = 15 * 60;

/**
 * Adds the calls of this process to those of all others, so that reading them costs the same for any number of processes.
 * What Redis does not take is added the next time. Returns what ends it.
 */
export function shareCalls(redis: RedisClient, log: Log): () => Promise<void> {
  const share = createCallSharing(redis);
  return repeatEvery(SHARE_EVERY_MS, log, "sharing what was called", share);
}

export function createCallSharing(redis: RedisClient): () => Promise<void> {
  const shared = new Map<string, number>();
  return async () => {
    const totals = await readCallTotals();
    const key = callsOfMinuteKey(Math.floor(sharedNowMs() / 60_000));
    const batch = redis.multi();
    let isEmpty = true;
    for (const [field, total] of totals) {
      const more = total - (shared.get(field) ?? 0);
      if (more === 0) continue;
      isEmpty = false;
      batch.hincrby(key, field, more);
    }
    if (isEmpty) return;
    await batch.expire(key, KEPT_SECONDS).exec();
    for (const [field, total] of totals) shared.set(field, total);
  };
}
