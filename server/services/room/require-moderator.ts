import { BizError } from "@/domain/contracts/errors";
import type { SignedInCtx } from "../context";
import { findRoomState, type RoomState } from "./room-state";

/** The anchor of a room and every operator moderate it. Throws NOT_FOUND, FORBIDDEN. */
export async function requireModerator(ctx: SignedInCtx, roomId: string): Promise<RoomState> {
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { userId, role } = ctx.session;
  if (role !== "operator" && room.anchorId !== userId) throw new BizError("FORBIDDEN", { field: "roomId" });
  return room;
}
