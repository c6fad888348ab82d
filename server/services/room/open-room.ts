import { v7 as uuidv7 } from "uuid";
import { findRoomOfAnchor, openRoomSession } from "@/db/live/queries/rooms";
import { resolveTags } from "@/db/live/queries/tags";
import { BizError } from "@/domain/contracts/errors";
import type { RoomOpenInput } from "@/domain/contracts/room";
import { distinctTags } from "@/domain/rules/tags";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { resolveCategory } from "../category/list-categories";
import type { SignedInCtx } from "../context";
import { announceLive } from "../follow/announce-live";
import { consumeRateLimit } from "../rate-limit";
import { publishRoomEvents } from "./publish-room-events";
import { announceRoomChange } from "./room-state";

/**
 * Takes the caller's room live. A room that is live already stays as it is and its session is returned. A category that is
 * none of the shared ones is "other".
 * Throws RATE_LIMITED, ROOM_BANNED, FORBIDDEN (an anchor no more).
 */
export async function openRoom(
  ctx: SignedInCtx,
  input: RoomOpenInput,
): Promise<{ roomId: string; sessionId: string }> {
  const { title } = input;
  await consumeRateLimit(ctx.redis, "room.open", ctx.session.userId, ctx.env.RATE_LIMIT_ROOM_OPEN);
  const tags = await resolveTags(ctx.live, distinctTags(input.tags), ctx.session.userId);
  const own = await findRoomOfAnchor(ctx.live, ctx.session.userId);
  const categoryId = await resolveCategory(ctx, input.category, own?.categoryId ?? null);
  const now = sharedNow();
  const session = await openRoomSession(ctx.live, {
    anchorId: ctx.session.userId,
    newRoomId: uuidv7(),
    sessionId: uuidv7(),
    title,
    categoryId,
    tags,
    now,
  });
  if (session === "banned") throw new BizError("ROOM_BANNED");
  if (session === "role") throw new BizError("FORBIDDEN");
  const { roomId, sessionId, opened } = session;
  if (opened) {
    // The room is live in the database; the rest only hurries the news along.
    const { traceId } = ctx;
    runInBackground(ctx.log, "announcing an opened room", traceId, announceRoomChange(ctx, roomId));
    const event = { event: "room.opened", traceId, body: { sessionId, title } } as const;
    runInBackground(ctx.log, "publishing room.opened", traceId, publishRoomEvents(ctx, roomId, [event], now));
    const { userId: anchorId, nickname } = ctx.session;
    const news = { anchorId, nickname, roomId, title };
    runInBackground(ctx.log, "telling followers of an opened room", traceId, announceLive(ctx, news));
  }
  return { roomId, sessionId };
}
