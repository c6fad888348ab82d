import { findChatMessage, settleChatMessage } from "@/db/live/queries/chat-removals";
import { findSenderOf, restoreChatMessage } from "@/db/live/queries/restore-chat";
import { BizError } from "@/domain/contracts/errors";
import type { ChatDeleteInput, ChatRestoreInput } from "@/domain/contracts/moderation";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";
import { countModeration, requireModerator } from "../room/require-moderator";
import { toChatMessage } from "./list-removed";
import { removeMessage } from "./remove-message";
import { tellRemoved } from "./tell-removed";

/** What the page offers for ten seconds, and the way there. */
const UNDO_MS = 15_000;

/**
 * Undoes the caller's own removal of a message, at once: it stands where it stood. Repeating it changes nothing and tells the room
 * again. Throws NOT_FOUND, FORBIDDEN, RATE_LIMITED, UNDO_TOO_LATE (also for what somebody else took away).
 */
export async function restoreMessage(
  ctx: SignedInCtx,
  input: ChatRestoreInput,
): Promise<{ messageId: string }> {
  const { roomId, senderId, messageId } = input;
  const { traceId } = ctx;
  const room = await requireModerator(ctx, roomId);
  await countModeration(ctx);
  await restoreChatMessage(ctx.live, {
    roomId,
    senderId,
    messageId,
    actorId: ctx.session.userId,
    isOperator: room.rank === "operator",
    traceId,
    since: new Date(sharedNowMs() - UNDO_MS),
  });
  const message = await findChatMessage(ctx.live, { roomId, senderId, messageId });
  if (!message) throw new BizError("NOT_FOUND", { field: "messageId" });
  if (message.removedAt || message.shownTo !== "all") throw new BizError("UNDO_TOO_LATE");
  const { sender, text, at: saidAt } = toChatMessage(message);
  const body = { messageId, sender, text, saidAt };
  await publishRoomEvents(ctx, roomId, [{ event: "chat.restored", traceId, body }], sharedNow());
  // Perhaps taken away again meanwhile, and the room heard of that first.
  if ((await settleChatMessage(ctx.live, message)) === "removed") await tellRemoved(ctx, message);
  return { messageId };
}

/** As `removeMessage`, by the message's id alone. */
export async function deleteMessage(
  ctx: SignedInCtx,
  input: ChatDeleteInput,
): Promise<{ messageId: string }> {
  const { roomId, messageId, reason } = input;
  const preferredId = ctx.session.userId;
  const senderId = input.senderId ?? (await findSenderOf(ctx.live, { roomId, messageId, preferredId }));
  // Whether there is one is for its author and for moderators to know.
  if (senderId !== preferredId) await requireModerator(ctx, roomId);
  if (senderId === undefined) throw new BizError("NOT_FOUND", { field: "messageId" });
  return await removeMessage(ctx, { roomId, senderId, messageId, reason });
}
