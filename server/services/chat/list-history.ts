import type { z } from "zod";
import { listChatMessages } from "@/db/live/queries/chat-messages";
import type { ChatHistoryInput, ChatMessage } from "@/domain/contracts/room";
import type { Ctx } from "../context";
import { requireEntry } from "../room/entrance";
import { toChatMessage } from "./list-removed";

/** Before every id: then the time alone says where a page begins. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * The latest messages of a room that nobody took away, or those before one, oldest first, with the caller's own that wait. Throws
 * NOT_FOUND, ROOM_BANNED, KICKED.
 */
export async function listChatHistory(
  ctx: Ctx,
  input: z.infer<typeof ChatHistoryInput>,
): Promise<ChatMessage[]> {
  const { roomId, limit, before, beforeId = FIRST_ID } = input;
  await requireEntry(ctx, roomId);
  const rows = await listChatMessages(ctx.live, {
    roomId,
    readerId: ctx.session?.userId ?? null,
    before: before === undefined ? undefined : { at: new Date(before), messageId: beforeId },
    limit,
  });
  return rows.toReversed().map(toChatMessage);
}
