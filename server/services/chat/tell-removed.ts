import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";

type TellCtx = Pick<Resources, "redis" | "push" | "log"> & { traceId: string };

/** Tells a room that a message is gone; hearing it again changes nothing. Not told is who did it. Throws what Redis threw. */
export async function tellRemoved(
  ctx: TellCtx,
  message: { roomId: string; senderId: string; messageId: string },
): Promise<void> {
  const { roomId, senderId, messageId } = message;
  const { traceId } = ctx;
  await publishRoomEvents(
    ctx,
    roomId,
    [{ event: "chat.removed", traceId, body: { senderId, messageId } }],
    sharedNow(),
  );
}

/** Tells a room that what somebody has said up to a time is gone. Throws what Redis threw. */
export async function tellHidden(
  ctx: TellCtx,
  input: { roomId: string; userId: string; until: Date },
): Promise<void> {
  const { traceId } = ctx;
  const body = { userId: input.userId, until: input.until.toISOString() };
  await publishRoomEvents(ctx, input.roomId, [{ event: "chat.hidden", traceId, body }], sharedNow());
}
