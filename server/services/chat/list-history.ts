import { listChatMessages } from "@/db/live/queries/chat-messages";
import type { ChatMessage } from "@/domain/contracts/room";
import type { Ctx } from "../context";
import { requireEntry } from "../room/entrance";
import { toChatMessage } from "./list-removed";

/** The latest messages of a room that nobody took away, oldest first. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function listChatHistory(
  ctx: Ctx,
  input: { roomId: string; limit: number },
): Promise<ChatMessage[]> {
  await requireEntry(ctx, input.roomId);
  const rows = await listChatMessages(ctx.live, input);
  return rows.toReversed().map(toChatMessage);
}
