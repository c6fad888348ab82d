import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 100;
const REQUEST_MS_MAX = 2_000;

/** Asks `/readyz` until it answers 200; resolves with the last reason when `waitMs` is over or `isGivenUp` says so. */
export async function waitUntilReady(
  url: string,
  options: { waitMs: number; isGivenUp: () => boolean },
): Promise<{ ok: true } | { ok: false; reason: string }> {
  const deadline = Date.now() + options.waitMs;
  let reason = "no answer";
  while (Date.now() < deadline && !options.isGivenUp()) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS_MAX) });
      const body = await response.text();
      if (response.ok) return { ok: true };
      reason = `${response.status} ${body.slice(0, 300)}`;
    } catch (error) {
      reason = describe(error);
    }
    await delay(POLL_MS);
  }
  return { ok: false, reason };
}

/** `fetch` says only "fetch failed"; what happened is in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
