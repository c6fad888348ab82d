import { closeRoomSession } from "@/db/live/queries/rooms";
import { BizError } from "@/domain/contracts/errors";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { publishRoomEvents } from "./publish-room-events";
import { announceRoomChange } from "./room-state";

/**
 * Ends the session of the caller's room. Closing a closed room changes nothing; `sessionId` is null then.
 * Throws RATE_LIMITED, NOT_FOUND (another's room too).
 */
export async function closeRoom(
  ctx: SignedInCtx,
  input: { roomId: string },
): Promise<{ roomId: string; sessionId: string | null }> {
  const { roomId } = input;
  await consumeRateLimit(ctx.redis, "room.close", ctx.session.userId, ctx.env.RATE_LIMIT_ROOM_OPEN);
  const now = sharedNow();
  const closed = await closeRoomSession(ctx.live, { roomId, anchorId: ctx.session.userId, now });
  if (!closed) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { sessionId } = closed;
  if (sessionId) {
    const { traceId } = ctx;
    runInBackground(ctx.log, "announcing a closed room", traceId, announceRoomChange(ctx, roomId));
    const event = { event: "room.closed", traceId, body: { sessionId } } as const;
    runInBackground(ctx.log, "publishing room.closed", traceId, publishRoomEvents(ctx, roomId, [event], now));
  }
  return { roomId, sessionId };
}
