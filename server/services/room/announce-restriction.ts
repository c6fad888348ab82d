import type { NewRoomEvent } from "@/push/publisher/room-log";
import type { Resources } from "../context";
import { publishRoomEvents } from "./publish-room-events";

type RestrictionEvent = Extract<NewRoomEvent, { event: `viewer.${string}` }>;

/** Tells the room, and on their own channel the person whom it is about. Throws when either could not be told. */
export async function tellRestriction(
  ctx: Pick<Resources, "redis" | "push" | "log"> & { traceId: string },
  event: RestrictionEvent,
  at: Date,
): Promise<void> {
  const { userId } = event.body;
  const message = { userId, event: event.event, data: event.body } as Parameters<
    typeof ctx.push.sendUserEvents
  >[0][number];
  await Promise.all([
    ctx.push.sendUserEvents([message]),
    publishRoomEvents(ctx, event.body.roomId, [event], at),
  ]);
}
