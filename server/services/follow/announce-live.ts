import { listFollowerIds } from "@/db/live/queries/follows";
import { BizError } from "@/domain/contracts/errors";
import type { AnchorLiveEvent } from "@/domain/contracts/events";
import type { Resources } from "../context";
import { consumeRateLimit } from "../rate-limit";

/** Whoever closes and opens again does not call everybody again. */
const ONCE_IN = "1/600";
/** As many as one request to the push service reaches. */
const FOLLOWERS_AT_ONCE = 100;
/** So long before the first: every id is greater. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/**
 * Tells those who follow an anchor that they are live, in pages and each on their own channel. News, not a promise: it ends
 * with the process, or where the push service is away, and the lobby shows who is live all the same.
 */
export async function announceLive(
  { live, push, redis }: Pick<Resources, "live" | "push" | "redis">,
  event: AnchorLiveEvent,
): Promise<void> {
  const { anchorId } = event;
  try {
    await consumeRateLimit(redis, "follow.live", anchorId, ONCE_IN);
  } catch (error) {
    if (error instanceof BizError && error.bizName === "RATE_LIMITED") return;
    throw error;
  }
  let afterId: string | undefined = BEFORE_ALL;
  while (afterId !== undefined) {
    const userIds: string[] = await listFollowerIds(live, { anchorId, afterId, limit: FOLLOWERS_AT_ONCE });
    if (userIds.length > 0) await push.sendToUsers(userIds, "anchor.live", event);
    afterId = userIds.length === FOLLOWERS_AT_ONCE ? userIds.at(-1) : undefined;
  }
}
