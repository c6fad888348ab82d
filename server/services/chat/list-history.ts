import { listChatMessages } from "@/db/live/queries/chat-messages";
import { BizError } from "../../contracts/errors";
import type { ChatMessage } from "../../contracts/room";
import type { Ctx } from "../context";
import { readOwnRestrictions } from "../room/entrance";
import { requireNotKicked } from "../room/restrictions";
import { findRoomState } from "../room/room-state";
import { toChatMessage } from "./list-removed";

/** The latest messages of a room that nobody took away, oldest first. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listChatHistory(
  ctx: Ctx,
  input: { roomId: string; limit: number },
): Promise<ChatMessage[]> {
  const { roomId } = input;
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  if (room.banned) throw new BizError("ROOM_BANNED");
  requireNotKicked(await readOwnRestrictions(ctx, roomId));
  const rows = await listChatMessages(ctx.live, input);
  return rows.toReversed().map(toChatMessage);
}
