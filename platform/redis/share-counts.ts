import type { RedisClient } from "./client";
import { defineScript } from "./script";
import shareCountsSource from "./share-counts.lua";

const script = defineScript(shareCountsSource);

/** What all processes counted, and how long it goes on counting. */
export interface SharedCount {
  total: number;
  leftMs: number;
}

/** Adds counts to those of all processes; answers the sums in the same order. The keys are in one slot. */
export async function shareCounts(
  redis: RedisClient,
  windowMs: number,
  counts: readonly { key: string; more: number }[],
): Promise<SharedCount[]> {
  const keys = counts.map(({ key }) => key);
  const answer = (await script.run(redis, keys, [windowMs, ...counts.map(({ more }) => more)])) as number[];
  return keys.map((_, i) => ({
    total: Number(answer[2 * i]),
    leftMs: Math.max(0, Number(answer[2 * i + 1])),
  }));
}
