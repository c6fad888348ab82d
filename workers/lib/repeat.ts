import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@/server/observability/log";

/**
 * Runs `task` now and then again, each time `everyMs` after the last run ended, so that runs never overlap. A failure is
 * logged and tried again at the next turn. The returned function stops it and resolves when a running task has ended.
 */
export function repeatEvery(
  everyMs: number,
  log: Log,
  what: string,
  task: () => Promise<void>,
): () => Promise<void> {
  const stopped = new AbortController();
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      await task().catch((error: unknown) => log.warn({ reason: String(error) }, `${what} failed`));
      await delay(everyMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopped.abort();
    await loop;
  };
}
