import { LRUCache } from "lru-cache";
import { BizError } from "@/domain/contracts/errors";
import { parseRateWindows, type RateWindow } from "@/domain/rules/rate-limit";
import type { ClientAddress } from "@/platform/security/client-address";
import type { Env } from "@/platform/settings/env";
import type { Session } from "../services/context";

const CALLERS_MAX = 200_000;

interface Counter {
  count: number;
  resetAtMs: number;
}

/**
 * Counts calls in fixed windows in this process's memory. The general limits are a fence around each process, so they
 * cost no trip to Redis: with n web processes a caller may reach n times the figure. Limits that must hold exactly
 * (gifts, chat, one-time codes, rooms) are counted in Redis where they belong.
 */
export class MemoryLimiter {
  private readonly windows: { window: RateWindow; counters: LRUCache<string, Counter> }[];

  constructor(windows: readonly RateWindow[]) {
    this.windows = windows.map((window) => ({ window, counters: new LRUCache({ max: CALLERS_MAX }) }));
  }

  /** Milliseconds until the caller may go on; 0 when the calls are within the limit. */
  consume(key: string, calls: number, nowMs: number): number {
    let waitMs = 0;
    for (const { window, counters } of this.windows) {
      const counter = counters.get(key);
      if (!counter || counter.resetAtMs <= nowMs) {
        counters.set(key, { count: calls, resetAtMs: nowMs + window.windowSeconds * 1_000 });
        if (calls > window.limit) waitMs = Math.max(waitMs, window.windowSeconds * 1_000);
        continue;
      }
      counter.count += calls;
      if (counter.count > window.limit) waitMs = Math.max(waitMs, counter.resetAtMs - nowMs);
    }
    return waitMs;
  }
}

export type LimitCalls = (session: Session | null, address: ClientAddress, calls: number) => void;

/** What an address may ask in all: as much as so many people together, who share it behind one router. */
export function addressWindows(env: Pick<Env, "RATE_LIMIT_USER" | "PEOPLE_PER_ADDRESS">): RateWindow[] {
  return parseRateWindows(env.RATE_LIMIT_USER).map((window) => ({
    ...window,
    limit: window.limit * env.PEOPLE_PER_ADDRESS,
  }));
}

/**
 * Registered people are counted by themselves, guests and visitors by address. However many sessions an address has, it
 * gets no more than the people who may share it. Throws RATE_LIMITED.
 */
export function createCallLimits(
  env: Pick<Env, "RATE_LIMIT_USER" | "RATE_LIMIT_ANONYMOUS" | "PEOPLE_PER_ADDRESS">,
): LimitCalls {
  const byUser = new MemoryLimiter(parseRateWindows(env.RATE_LIMIT_USER));
  const byIp = new MemoryLimiter(parseRateWindows(env.RATE_LIMIT_ANONYMOUS));
  const byPeopleOfIp = new MemoryLimiter(addressWindows(env));
  return function limitCalls(session, address, calls) {
    const isRegistered = session !== null && session.role !== "guest";
    const nowMs = performance.now();
    const waitMs = isRegistered
      ? Math.max(
          byUser.consume(session.userId, calls, nowMs),
          byPeopleOfIp.consume(address.counted, calls, nowMs),
        )
      : byIp.consume(address.counted, calls, nowMs);
    if (waitMs > 0) throw new BizError("RATE_LIMITED", { retryAfterMs: waitMs });
  };
}
