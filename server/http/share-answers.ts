import type { Log } from "@/platform/observability/log";
import type { RedisClient } from "@/platform/redis/client";
import { answerTotalsKey } from "@/platform/redis/web-keys";
import { repeatEvery } from "@/platform/runtime/repeat";
import { readErrorsTotal } from "./http-metrics";

const SHARE_EVERY_MS = 2_000;

/**
 * Adds the answers of this process that were our own fault to those of all others, for the graphs of the dashboard. What
 * Redis does not take is added the next time. Returns what ends it.
 */
export function shareAnswers(redis: RedisClient, log: Log): () => Promise<void> {
  let shared = 0;
  return repeatEvery(SHARE_EVERY_MS, log, "sharing how many answers were errors", async () => {
    const errors = await readErrorsTotal();
    if (errors === shared) return;
    await redis.hincrby(answerTotalsKey, "errors", errors - shared);
    shared = errors;
  });
}
