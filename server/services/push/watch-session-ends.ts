import { setTimeout as delay } from "node:timers/promises";
import {
  forgetSessionEnds,
  postponeSessionEnds,
  type SessionEnd,
  takeSessionEnds,
} from "@/db/live/queries/session-ends";
import type { Notices } from "@/platform/redis/notices";
import { sessionEndedChannel } from "@/platform/redis/web-keys";
import { sendSessionNotice } from "../../auth/session-notices";
import type { Resources } from "../context";

/** Who is told of the end of a session hears it within a second, whoever ended it. */
const POLL_MS = 400;
/** An end that could not be told is told again after this, by whichever process asks first. */
const LEASE_MS = 3_000;
const BATCH = 500;
/** The sockets do not wait longer for a Redis that does not answer. */
const NOTICE_MS_MAX = 300;
/** While Redis is away, an end is told once more after each such time: processes that heard nothing may let people in. */
const REPEAT_MS = 30_000;

/**
 * Tells everybody of sessions that ended: first the web processes, which forget them, then the push service, which closes
 * their sockets, so that whoever comes back is judged by what holds now. The database keeps each end until both were
 * told; its triggers write them. Any number of processes may watch. Returns what stops it.
 */
export function watchSessionEnds(
  resources: Pick<Resources, "live" | "redis" | "push" | "log">,
  notices: Notices,
): () => Promise<void> {
  const { live, log } = resources;
  let isStopped = false;
  let isTroubled = false;
  let isUrgent = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function work(): Promise<void> {
    try {
      let ends: SessionEnd[];
      do {
        isUrgent = false;
        ends = await takeSessionEnds(live, { limit: BATCH, leaseMs: LEASE_MS });
        if (ends.length > 0) await tell(resources, ends);
      } while (!isStopped && (isUrgent || ends.length === BATCH));
      isTroubled = false;
    } catch (error) {
      if (!isTroubled) log.warn({ reason: String(error) }, "ends of sessions wait to be told");
      isTroubled = true;
    }
  }

  function run(): void {
    if (isStopped) return;
    clearTimeout(timer);
    isUrgent = true;
    running ??= work().finally(() => {
      running = undefined;
      if (!isStopped) timer = setTimeout(run, POLL_MS);
    });
  }

  // Whoever ends a session says so at once, when Redis is there.
  notices.listen(sessionEndedChannel, run);
  run();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

async function tell(
  { live, redis, push, log }: Pick<Resources, "live" | "redis" | "push" | "log">,
  ends: readonly SessionEnd[],
): Promise<void> {
  const notices = Promise.all(
    ends.map(({ sessionId, userId }) =>
      sendSessionNotice(redis, log, sessionId === null ? { userId } : { sessionId }),
    ),
  ).then((sent) => sent.every(Boolean));
  const inTime = await Promise.race([notices, delay(NOTICE_MS_MAX, false)]);
  await push.endSessions(ends);
  const ids = ends.map(({ id }) => id);
  if (inTime) await forgetSessionEnds(live, ids);
  else await postponeSessionEnds(live, ids, (await notices) ? 0 : REPEAT_MS);
}
