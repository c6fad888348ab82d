import { runInBackground } from "@/platform/runtime/background";
import { appendRoomEvents, type LiveAllowance, type NewRoomEvent } from "@/push/publisher/room-log";
import type { Resources } from "../context";

/**
 * Puts events into the room's log, which is what replay reads, and sends them out. Sending is not waited for and may
 * fail: clients notice the gap and ask `room.eventsAfter`. Throws what Redis threw when the log cannot be written.
 *
 * @returns false when the allowance does not hold them: then they are not live, and nobody notices a gap.
 */
export async function publishRoomEvents(
  ctx: Pick<Resources, "redis" | "push" | "log"> & { traceId: string },
  roomId: string,
  events: readonly NewRoomEvent[],
  at: Date,
  allowance?: LiveAllowance,
): Promise<boolean> {
  const numbered = await appendRoomEvents(ctx.redis, roomId, events, at, allowance);
  if (numbered.length === 0) return false;
  runInBackground(
    ctx.log,
    "sending room events",
    ctx.traceId,
    ctx.push.sendRoomEvents([{ roomId, events: numbered }]),
  );
  return true;
}
