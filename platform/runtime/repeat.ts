import type { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@/platform/observability/log";

/**
 * Runs `task` now and then again, each time `everyMs` after the last run ended, so that runs never overlap; sooner when
 * `wakeUp` emits "wake". A failure is logged and tried again at the next turn. The returned function stops it and
 * resolves when a running task has ended.
 */
export function repeatEvery(
  everyMs: number,
  log: Log,
  what: string,
  task: () => Promise<void>,
  wakeUp?: EventEmitter,
): () => Promise<void> {
  let isStopped = false;
  let isAwake = false;
  let rest = new AbortController();
  wakeUp?.on("wake", () => {
    isAwake = true;
    rest.abort();
  });
  const loop = (async () => {
    while (!isStopped) {
      isAwake = false;
      rest = new AbortController();
      await task().catch((error: unknown) => log.warn({ reason: String(error) }, `${what} failed`));
      // Whoever called while it ran means what came after it had looked.
      if (isAwake || isStopped) continue;
      await delay(everyMs, undefined, { signal: rest.signal }).catch(() => {});
    }
  })();
  return async () => {
    isStopped = true;
    rest.abort();
    await loop;
  };
}
