import type { ChatMessageRow } from "@/db/live/queries/chat-messages";
import { settleChatMessage } from "@/db/live/queries/chat-removals";
import { Role } from "@/domain/contracts/ids";
import { chatAnnouncedKey } from "@/platform/redis/web-keys";
import { droppedEvents } from "@/push/publisher/priority";
import type { LiveAllowance } from "@/push/publisher/room-log";
import type { SignedInCtx } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";
import type { RoomState } from "../room/room-state";
import { tellRemoved } from "./tell-removed";

const ANNOUNCED_TTL_SECONDS = 3600;
/** Part of a room's live chat that is kept for its anchor and operators. */
const MODERATORS_PART = 0.25;

/** Tells the room of a message that everybody may see, once, and takes it back if it was taken away meanwhile. */
export async function announceMessage(
  ctx: SignedInCtx,
  room: RoomState,
  message: ChatMessageRow,
  isModerator: boolean,
): Promise<void> {
  const perSecond = room.chatPerSecond ?? ctx.env.ROOM_CHAT_PER_SECOND;
  await announceOnce(ctx, message, {
    perSecond,
    leave: isModerator ? -perSecond : Math.floor(perSecond * MODERATORS_PART),
  });
  // Words may have been hidden while this was being stored: whoever hid them did not see it, or was heard before it.
  if ((await settleChatMessage(ctx.live, message)) === "removed") await tellRemoved(ctx, message);
}

/**
 * Announces a stored message unless an earlier call did. A call that failed between storing and announcing leaves the
 * mark unset, so its repetition announces the message. Above what a person can read, only a sample is live: the author
 * sees their own message anyhow, and the history has them all.
 */
async function announceOnce(
  ctx: SignedInCtx,
  message: ChatMessageRow,
  allowance: LiveAllowance,
): Promise<void> {
  const mark = chatAnnouncedKey(message.senderId, message.messageId);
  if ((await ctx.redis.set(mark, "1", "EX", ANNOUNCED_TTL_SECONDS, "NX")) === null) return;
  const body = {
    messageId: message.messageId,
    sender: {
      userId: message.senderId,
      nickname: message.senderName,
      role: Role.parse(message.senderRole),
    },
    text: message.text,
  };
  try {
    const isLive = await publishRoomEvents(
      ctx,
      message.roomId,
      [{ event: "chat.message", traceId: message.traceId, body }],
      message.createdAt,
      allowance,
    );
    if (!isLive) droppedEvents.inc({ priority: "chat", reason: "sampled" });
  } catch (error) {
    await ctx.redis.del(mark).catch(() => {});
    throw error;
  }
}
