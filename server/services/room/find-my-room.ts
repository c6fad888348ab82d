import { findRoomOfAnchor } from "@/db/live/queries/rooms";
import type { SignedInCtx } from "../context";

/** The caller's own room, live or closed; null before they first go live. */
export async function findMyRoom(ctx: SignedInCtx): Promise<{ roomId: string; isLive: boolean } | null> {
  const room = await findRoomOfAnchor(ctx.live, ctx.session.userId);
  return room && { roomId: room.roomId, isLive: room.currentSessionId !== null };
}
