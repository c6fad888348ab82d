import { appendRoomEvents, type NewRoomEvent } from "../../push/room-log";
import { runInBackground } from "../background";
import type { Resources } from "../context";

/**
 * Puts events into the room's log, which is what replay reads, and sends them out. Sending is not waited for and may
 * fail: clients notice the gap and ask `room.eventsAfter`. Throws what Redis threw when the log cannot be written.
 */
export async function publishRoomEvents(
  ctx: Pick<Resources, "redis" | "push" | "log"> & { traceId: string },
  roomId: string,
  events: readonly NewRoomEvent[],
  at: Date,
): Promise<void> {
  const numbered = await appendRoomEvents(ctx.redis, roomId, events, at);
  runInBackground(
    ctx.log,
    "sending room events",
    ctx.traceId,
    ctx.push.sendRoomEvents([{ roomId, events: numbered }]),
  );
}
