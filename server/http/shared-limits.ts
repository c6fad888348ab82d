import type { RateWindow } from "@/domain/rules/rate-limit";
import type { Log } from "@/platform/observability/log";
import { counter, gauge } from "@/platform/observability/metrics";
import type { RedisClient } from "@/platform/redis/client";
import { shareCounts } from "@/platform/redis/share-counts";
import { sharedCountKey } from "@/platform/redis/web-keys";
import { repeatEvery } from "@/platform/runtime/repeat";
import { type DueCaller, MemoryLimiter } from "./memory-limiter";

/** What a process does not know of the others is at most what they let in for so long, besides what is not told. */
const SHARE_EVERY_MS = 500;
/** So many callers of one window are told at once; a script of Redis holds everybody up. */
const TOLD_AT_ONCE_MAX = 500;
/** And so many each time: a flood from everywhere loads Redis no more than that. */
const TOLD_MAX = 5_000;

const toldTotal = counter(
  "downpour_web_limits_told_total",
  "Callers whose counts were shared with other web processes",
);
const isAlone = gauge(
  "downpour_web_limits_alone",
  "1 while Redis is away and this process counts what callers do by itself",
);

/**
 * The general limits, counted over all web processes: each decides by what it knows, at once and without asking, and what
 * callers who ask much did is added up in Redis twice a second. While Redis is away each process counts by itself.
 */
export class SharedLimits {
  readonly #limiters: { rule: string; limiter: MemoryLimiter }[] = [];

  /** @param rule names what is counted, the same in every process */
  open(rule: string, readWindows: () => readonly RateWindow[]): MemoryLimiter {
    const limiter = new MemoryLimiter(readWindows);
    this.#limiters.push({ rule, limiter });
    return limiter;
  }

  /** Shares until it is ended. */
  start(redis: RedisClient, log: Log): () => Promise<void> {
    let wasAlone = false;
    return repeatEvery(SHARE_EVERY_MS, log, "sharing what callers did", async () => {
      const reason = await this.share(redis).catch((error: unknown) => String(error));
      if (reason !== undefined && !wasAlone) log.warn({ reason }, "limits are counted by this process alone");
      if (reason === undefined && wasAlone) log.info("limits are counted over all processes again");
      wasAlone = reason !== undefined;
      isAlone.set(wasAlone ? 1 : 0);
    });
  }

  /** Once. Throws what Redis threw, after all that was not told is due again at the caller's next call. */
  async share(redis: RedisClient): Promise<void> {
    const nowMs = performance.now();
    const rounds = this.#limiters.flatMap(({ rule, limiter }) =>
      limiter
        .takeDue(nowMs, TOLD_MAX)
        .flatMap(({ windowSeconds, callers }) =>
          inParts(callers).map((part) => ({ rule, windowSeconds, part })),
        ),
    );
    const outcomes = await Promise.allSettled(
      rounds.map(({ rule, windowSeconds, part }) => tell(redis, rule, windowSeconds, part)),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }
}

async function tell(
  redis: RedisClient,
  rule: string,
  windowSeconds: number,
  callers: readonly DueCaller[],
): Promise<void> {
  const told = callers.map(({ key, counter: { untold } }) => ({
    key: sharedCountKey(rule, windowSeconds, key),
    more: untold,
  }));
  try {
    const sums = await shareCounts(redis, windowSeconds * 1_000, told);
    const nowMs = performance.now();
    for (const [i, { counter }] of callers.entries()) {
      const sum = sums[i];
      if (!sum) continue;
      // What came while it was being told is this process' own.
      counter.untold -= told[i]?.more ?? 0;
      counter.count = sum.total + counter.untold;
      counter.resetAtMs = nowMs + sum.leftMs;
    }
    toldTotal.inc(callers.length);
  } finally {
    for (const { counter } of callers) counter.isDue = false;
  }
}

function inParts(callers: readonly DueCaller[]): DueCaller[][] {
  const parts: DueCaller[][] = [];
  for (let from = 0; from < callers.length; from += TOLD_AT_ONCE_MAX)
    parts.push(callers.slice(from, from + TOLD_AT_ONCE_MAX));
  return parts;
}
