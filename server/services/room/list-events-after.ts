import { BizError } from "../../contracts/errors";
import type { RoomEventsAfter } from "../../contracts/events";
import { readRoomEventsAfter } from "../../push/room-log";
import type { Ctx } from "../context";
import { readOwnRestrictions } from "./entrance";
import { requireNotKicked } from "./restrictions";
import { findRoomState } from "./room-state";

/** What a client missed in a room. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listEventsAfter(
  ctx: Ctx,
  input: { roomId: string; seq: number },
): Promise<RoomEventsAfter> {
  const room = await findRoomState(ctx, input.roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  if (room.banned) throw new BizError("ROOM_BANNED");
  requireNotKicked(await readOwnRestrictions(ctx, input.roomId));
  return readRoomEventsAfter(ctx.redis, input.roomId, input.seq);
}
