import { LRUCache } from "lru-cache";
import { parseRateWindows, type RateWindow } from "@/domain/rules/rate-limit";
import type { Env } from "@/platform/settings/env";

const CALLERS_MAX = 200_000;
/** A caller is told of to other processes from this part of the limit on: nearly all never come that far. */
const TOLD_FROM_PART = 0.05;
const TOLD_FROM_MIN = 2;

/** What is known of one caller in one window. */
export interface Counter {
  /** Of this process and, as far as was heard, of all others. */
  count: number;
  /** Of this process, not told to the others yet. */
  untold: number;
  resetAtMs: number;
  /** It stands among those to be told. */
  isDue: boolean;
}

/** Somebody of whom the other processes are to hear. */
export interface DueCaller {
  key: string;
  counter: Counter;
}

interface WindowCounters {
  window: RateWindow;
  counters: LRUCache<string, Counter>;
  toldFrom: number;
  due: DueCaller[];
}

/**
 * Counts calls in fixed windows. A caller costs a look into a map and no trip to Redis; what all processes counted comes in
 * beside it (`SharedLimits`). Limits that must hold exactly (gifts, chat, one-time codes, rooms) are counted in Redis where
 * they belong.
 */
export class MemoryLimiter {
  #windows: readonly RateWindow[] = [];
  #counted: WindowCounters[] = [];

  /** @param readWindows asked each time; the same array as long as nothing was changed */
  constructor(private readonly readWindows: () => readonly RateWindow[]) {
    this.#change(readWindows());
  }

  /** Milliseconds until the caller may go on; 0 when the calls are within the limit. */
  consume(key: string, calls: number, nowMs: number): number {
    const windows = this.readWindows();
    if (windows !== this.#windows) this.#change(windows);
    let waitMs = 0;
    for (const counted of this.#counted) {
      const { window, counters } = counted;
      let counter = counters.get(key);
      if (!counter || counter.resetAtMs <= nowMs) {
        const resetAtMs = nowMs + window.windowSeconds * 1_000;
        counter = { count: calls, untold: calls, resetAtMs, isDue: false };
        counters.set(key, counter);
      } else {
        counter.count += calls;
        counter.untold += calls;
      }
      if (counter.count > window.limit) waitMs = Math.max(waitMs, counter.resetAtMs - nowMs);
      if (counter.count >= counted.toldFrom && !counter.isDue) {
        counter.isDue = true;
        counted.due.push({ key, counter });
      }
    }
    return waitMs;
  }

  /** Takes those of whom the others are to hear, by the seconds of the window, so many of each; the rest waits. */
  takeDue(nowMs: number, most: number): { windowSeconds: number; callers: DueCaller[] }[] {
    return this.#counted.flatMap((counted) => {
      // What was counted in a window that has ended is nobody's business any more.
      const callers = counted.due.filter(({ counter }) => counter.resetAtMs > nowMs);
      counted.due = callers.slice(most);
      if (callers.length === 0) return [];
      return { windowSeconds: counted.window.windowSeconds, callers: callers.slice(0, most) };
    });
  }

  /** What was counted over as many seconds goes on. */
  #change(windows: readonly RateWindow[]): void {
    const before = this.#counted;
    this.#windows = windows;
    this.#counted = windows.map((window) => {
      const same = before.find((one) => one.window.windowSeconds === window.windowSeconds);
      return {
        window,
        counters: same?.counters ?? new LRUCache<string, Counter>({ max: CALLERS_MAX }),
        toldFrom: Math.max(TOLD_FROM_MIN, Math.ceil(window.limit * TOLD_FROM_PART)),
        due: same?.due ?? [],
      };
    });
  }
}

type WindowsSetting =
  | "RATE_LIMIT_USER"
  | "RATE_LIMIT_ANONYMOUS"
  | "RATE_LIMIT_PAGES"
  | "RATE_LIMIT_CONNECTIONS";

/** The windows of a setting, read again when it was changed. */
export function followWindows<S extends WindowsSetting>(
  env: Pick<Env, S>,
  name: S,
): () => readonly RateWindow[] {
  let text: string | undefined;
  let windows: readonly RateWindow[] = [];
  return () => {
    if (env[name] !== text) {
      text = env[name];
      windows = parseRateWindows(text);
    }
    return windows;
  };
}

/** What an address may ask in all: as much as so many people together, who share it behind one router. */
export function followAddressWindows(
  env: Pick<Env, "RATE_LIMIT_USER" | "PEOPLE_PER_ADDRESS">,
): () => readonly RateWindow[] {
  const readWindows = followWindows(env, "RATE_LIMIT_USER");
  let ofOne: readonly RateWindow[] = [];
  let people = 0;
  let windows: readonly RateWindow[] = [];
  return () => {
    const now = readWindows();
    if (now !== ofOne || people !== env.PEOPLE_PER_ADDRESS) {
      ofOne = now;
      people = env.PEOPLE_PER_ADDRESS;
      windows = now.map((window) => ({ ...window, limit: window.limit * people }));
    }
    return windows;
  };
}
