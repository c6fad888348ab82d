import { setTimeout as delay } from "node:timers/promises";
import { ExponentialBackoff, handleAll, retry } from "cockatiel";
import { counter } from "@/platform/observability/metrics";
import { runInBackground } from "@/platform/runtime/background";
import type { Resources } from "../context";

const givenUp = counter(
  "downpour_cut_offs_given_up_total",
  "Kicked users whose sockets could not be closed; nothing lets them in again once a socket is gone",
);

/** How long the sockets are left open for the news to arrive on them. */
const NEWS_MS_MAX = 300;
/** About five minutes of trying in the background, at first quickly. */
const TRIES_MAX = 16;
const BACK_OFF = { initialDelay: 250, maxDelay: 30_000, exponent: 2 };

/**
 * Closes every socket of a user, soon after `told`, without being waited for. While the push service is away it is
 * tried again: a socket that it kept over its outage still has the room open.
 */
export function cutOffUser(
  ctx: Pick<Resources, "push" | "log"> & { traceId: string },
  userId: string,
  told: Promise<void>,
): void {
  const { log, push, traceId } = ctx;
  async function cutOff(): Promise<void> {
    await Promise.race([told.catch(() => {}), delay(NEWS_MS_MAX)]);
    try {
      await push.disconnectUser(userId);
    } catch (error) {
      log.warn({ reason: String(error), traceId, userId }, "a kicked user is still connected; trying again");
      // Not waited for at the end of the process, which must not take minutes.
      void tryAgain();
    }
  }
  async function tryAgain(): Promise<void> {
    const policy = retry(handleAll, {
      maxAttempts: TRIES_MAX,
      backoff: new ExponentialBackoff(BACK_OFF),
    }).dangerouslyUnref();
    try {
      await delay(BACK_OFF.initialDelay, undefined, { ref: false });
      await policy.execute(() => push.disconnectUser(userId));
    } catch (error) {
      givenUp.inc();
      log.error({ reason: String(error), traceId, userId }, "a kicked user could not be disconnected");
    }
  }
  runInBackground(log, "disconnecting a kicked user", traceId, cutOff());
}
