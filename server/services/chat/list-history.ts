import { listChatMessages } from "@/db/live/queries/chat-messages";
import { BizError } from "../../contracts/errors";
import { Role } from "../../contracts/ids";
import type { ChatMessage } from "../../contracts/room";
import type { Ctx } from "../context";
import { readRestrictions, requireNotKicked } from "../room/restrictions";
import { findRoomState } from "../room/room-state";

/** The latest messages of a room, oldest first. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listChatHistory(
  ctx: Ctx,
  input: { roomId: string; limit: number },
): Promise<ChatMessage[]> {
  const { roomId } = input;
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  if (room.banned) throw new BizError("ROOM_BANNED");
  if (ctx.session) requireNotKicked(await readRestrictions(ctx, { roomId, userId: ctx.session.userId }));
  const rows = await listChatMessages(ctx.live, input);
  return rows.toReversed().map((row) => ({
    messageId: row.messageId,
    sender: {
      userId: row.senderId,
      nickname: row.senderName,
      role: Role.catch("viewer").parse(row.senderRole),
    },
    text: row.text,
    at: row.createdAt.toISOString(),
  }));
}
