import type { RoomEventsAfter } from "../../contracts/events";
import { readRoomEventsAfter } from "../../push/room-log";
import type { Ctx } from "../context";
import { requireEntry } from "./entrance";

/** What a client missed in a room. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listEventsAfter(
  ctx: Ctx,
  input: { roomId: string; seq: number },
): Promise<RoomEventsAfter> {
  await requireEntry(ctx, input.roomId);
  return readRoomEventsAfter(ctx.redis, input.roomId, input.seq);
}
