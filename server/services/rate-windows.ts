import type { LiveDb } from "@/db/client";
import { parseRateWindows, type RateWindow } from "@/domain/rules/rate-limit";
import { defineCache } from "@/platform/runtime/caches";

const RATE_WINDOWS = defineCache<readonly RateWindow[]>({
  name: "rate_windows",
  max: 100,
  droppedBy: "nothing: a text always reads the same",
});

/** The windows of a setting. On the hottest paths, so each text is read once. */
export function readRateWindows(live: LiveDb, text: string): readonly RateWindow[] {
  const cache = live.caches.of(RATE_WINDOWS);
  let windows = cache.get(text);
  if (!windows) {
    windows = parseRateWindows(text);
    cache.set(text, windows);
  }
  return windows;
}
