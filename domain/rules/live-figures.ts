/** What is looked at every few seconds: totals since ever, and how things stand. Null where a source was away. */
export interface LiveSample {
  at: string;
  /** Gifts that were paid. */
  gifts: number | null;
  /** Coins of them, without what was given back. */
  coins: number | null;
  /** Answers of all web processes that were our own fault. */
  errors: number | null;
  /** Gifts that wait to be paid, and for how long the oldest of them does. */
  waiting: number | null;
  oldestMs: number | null;
  viewers: number | null;
}

/** One point of the graphs: gifts, coins and errors a second since the sample before. */
export type LivePoint = LiveSample;

export const LIVE_EVERY_MS = 5_000;
/** A quarter of an hour. */
export const LIVE_SAMPLES_MAX = 180;

/** Oldest first. What is counted in Redis begins anew when Redis was lost: below zero is nothing. */
export function toLivePoints(samples: readonly LiveSample[]): LivePoint[] {
  return samples.slice(1).flatMap((sample, i) => {
    const before = samples[i] as LiveSample;
    const seconds = (Date.parse(sample.at) - Date.parse(before.at)) / 1_000;
    if (!(seconds > 0)) return [];
    const rate = (name: "gifts" | "coins" | "errors") => {
      const [now, then] = [sample[name], before[name]];
      return now === null || then === null
        ? null
        : Math.max(0, Math.round(((now - then) / seconds) * 10) / 10);
    };
    return [{ ...sample, gifts: rate("gifts"), coins: rate("coins"), errors: rate("errors") }];
  });
}
