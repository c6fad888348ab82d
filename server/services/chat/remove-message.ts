import { findChatMessage, removeChatMessage } from "@/db/live/queries/chat-removals";
import { BizError } from "@/domain/contracts/errors";
import type { ChatRemoveInput } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { countModeration, requireAbove, requireModerator } from "../room/require-moderator";
import { tellRemoved } from "./tell-removed";

/**
 * Takes a message away for everybody, live and in the history: one's own, or as a moderator anybody's in the room (of
 * those below them). Operators see it still, with who took it away and why. Repeating it changes nothing and tells the room
 * again. Throws NOT_FOUND, FORBIDDEN, RATE_LIMITED.
 */
export async function removeMessage(
  ctx: SignedInCtx,
  input: ChatRemoveInput,
): Promise<{ messageId: string }> {
  const { roomId, senderId, messageId, reason } = input;
  const { userId, role } = ctx.session;
  const isOwn = senderId === userId;
  const room = isOwn ? null : await requireModerator(ctx, roomId);
  await countModeration(ctx);
  const message = await findChatMessage(ctx.live, { roomId, senderId, messageId });
  if (!message) throw new BizError("NOT_FOUND", { field: "messageId" });
  if (room) requireAbove(room, { userId: senderId, role: message.senderRole }, "senderId");
  await removeChatMessage(ctx.live, {
    roomId,
    senderId,
    messageId,
    actorId: userId,
    isOperator: role === "operator",
    reason: reason || null,
    traceId: ctx.traceId,
    now: sharedNow(),
  });
  await tellRemoved(ctx, message);
  return { messageId };
}
