import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { BizError } from "@/domain/contracts/errors";
import { parseRateWindows, type RateWindow } from "@/domain/rules/rate-limit";
import type { RedisClient } from "@/platform/redis/client";
import { rateRulePrefix } from "@/platform/redis/web-keys";
import { defineHeld } from "@/platform/runtime/caches";

/** One for each rule of the settings. */
const LIMITERS = defineHeld(() => new Map<string, RateLimiterRedis>());

function limiterFor(redis: RedisClient, rule: string, window: RateWindow): RateLimiterRedis {
  const known = redis.caches.of(LIMITERS);
  const prefix = rateRulePrefix(rule, window.windowSeconds);
  const id = `${prefix}/${window.limit}`;
  let limiter = known.get(id);
  if (!limiter) {
    limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: prefix,
      points: window.limit,
      duration: window.windowSeconds,
      // Whoever is over the limit is refused from memory, without asking Redis again.
      inMemoryBlockOnConsumed: window.limit + 1,
    });
    known.set(id, limiter);
  }
  return limiter;
}

/**
 * Counts one call under a rule (`count/seconds` windows as in the settings), the same in every process.
 * Throws RATE_LIMITED with `retryAfterMs`, or what Redis threw.
 */
export async function consumeRateLimit(
  redis: RedisClient,
  rule: string,
  key: string,
  windows: string | readonly RateWindow[],
): Promise<void> {
  const list = typeof windows === "string" ? parseRateWindows(windows) : windows;
  for (const window of list) {
    try {
      await limiterFor(redis, rule, window).consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new BizError("RATE_LIMITED", { retryAfterMs: Math.max(1, refusal.msBeforeNext) });
    }
  }
}
