import { findChatMessage, removeChatMessage } from "@/db/live/queries/chat-removals";
import { listHeldChat, showHeldChat } from "@/db/live/queries/held-chat";
import type { DecideHeldInput } from "@/domain/contracts/chat-words";
import { BizError } from "@/domain/contracts/errors";
import type { ChatMessage } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { countModeration, requireModerator } from "../room/require-moderator";
import { announceMessage } from "./announce-message";
import { toChatMessage } from "./list-removed";
import { tellRemoved } from "./tell-removed";

const LISTED_MAX = 100;

/** What waits for a moderator in a room, the oldest first. Throws NOT_FOUND, FORBIDDEN. */
export async function listHeldMessages(ctx: SignedInCtx, input: { roomId: string }): Promise<ChatMessage[]> {
  await requireModerator(ctx, input.roomId);
  const rows = await listHeldChat(ctx.live, { ...input, limit: LISTED_MAX });
  return rows.map(toChatMessage);
}

/**
 * Lets everybody see a message that waits, as if it were said now, or takes it away. Deciding the same again changes nothing.
 * Throws NOT_FOUND (also what was decided the other way), FORBIDDEN, RATE_LIMITED.
 */
export async function decideHeldMessage(
  ctx: SignedInCtx,
  input: DecideHeldInput,
): Promise<{ messageId: string }> {
  const { roomId, senderId, messageId, show } = input;
  const room = await requireModerator(ctx, roomId);
  await countModeration(ctx);
  const decision = {
    roomId,
    senderId,
    messageId,
    actorId: ctx.session.userId,
    isOperator: room.rank === "operator",
    reason: input.reason || null,
    traceId: ctx.traceId,
    now: sharedNow(),
  };
  if (show) await showHeldChat(ctx.live, decision);
  const message = await findChatMessage(ctx.live, { roomId, senderId, messageId });
  if (!message || message.shownTo === "author") throw new BizError("NOT_FOUND", { field: "messageId" });
  if (show) {
    if (message.shownTo !== "all" || message.removedAt) {
      throw new BizError("NOT_FOUND", { field: "messageId" });
    }
    if (room.isLive && !room.banned) await announceMessage(ctx, room, message, true);
    return { messageId };
  }
  if (message.shownTo === "all") throw new BizError("NOT_FOUND", { field: "messageId" });
  await removeChatMessage(ctx.live, decision);
  await tellRemoved(ctx, message);
  return { messageId };
}
