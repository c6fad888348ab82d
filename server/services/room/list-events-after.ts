import type { RoomEventsAfter } from "@/domain/contracts/events";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import { withoutRemoved } from "../chat/known-removals";
import type { Ctx } from "../context";
import { requireEntry } from "./entrance";

/** What a client missed in a room. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listEventsAfter(
  ctx: Ctx,
  input: { roomId: string; seq: number },
): Promise<RoomEventsAfter> {
  await requireEntry(ctx, input.roomId);
  const missed = await readRoomEventsAfter(ctx.redis, input.roomId, input.seq);
  return { ...missed, events: await withoutRemoved(ctx, input.roomId, missed.events) };
}
