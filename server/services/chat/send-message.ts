import { insertChatMessage } from "@/db/live/queries/chat-messages";
import { settleChatMessage } from "@/db/live/queries/chat-removals";
import { BizError } from "@/domain/contracts/errors";
import { Role } from "@/domain/contracts/ids";
import type { ChatSendInput } from "@/domain/contracts/room";
import { chatAnnouncedKey } from "@/platform/redis/web-keys";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { droppedEvents } from "@/push/publisher/priority";
import type { LiveAllowance } from "@/push/publisher/room-log";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { consumeRateLimit } from "../rate-limit";
import { requireVoice } from "../room/entrance";
import { publishRoomEvents } from "../room/publish-room-events";
import { findRoomState } from "../room/room-state";
import { tellRemoved } from "./tell-removed";

/** Guests share an address limit besides their own, because a guest is made with one click. */
const GUEST_IP_WINDOWS = "1/3";
const ANNOUNCED_TTL_SECONDS = 3600;
/** Part of a room's live chat that is kept for its anchor and operators. */
const MODERATORS_PART = 0.25;

/**
 * Says something in a live room. Repeating a message id changes nothing and announces nothing twice.
 * Throws RATE_LIMITED, CHAT_REJECTED, NOT_FOUND, ROOM_BANNED, ROOM_NOT_LIVE, FORBIDDEN (guests where the room does not
 * let them), KICKED, MUTED. In slow mode RATE_LIMITED says when the next message may come.
 */
export async function sendChatMessage(
  ctx: SignedInCtx,
  input: ChatSendInput,
): Promise<{ messageId: string }> {
  const { roomId, messageId, text } = input;
  const { session } = ctx;
  if (!text) throw new BizError("CHAT_REJECTED", { field: "text" });
  requireFeature(ctx, "FEATURE_CHAT");
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  if (room.banned) throw new BizError("ROOM_BANNED");
  if (!room.isLive || !room.sessionId) throw new BizError("ROOM_NOT_LIVE");
  if (session.role === "guest" && !room.guestsMayChat) throw new BizError("FORBIDDEN");
  await consumeChatLimits(ctx);
  await requireVoice(ctx, roomId);
  const isModerator = session.role === "operator" || room.anchorId === session.userId;
  if (room.slowModeSeconds > 0 && !isModerator) {
    const rule = `chat.slow.${room.slowModeSeconds}`;
    await consumeRateLimit(ctx.redis, rule, `${roomId}:${session.userId}`, `1/${room.slowModeSeconds}`);
  }

  const createdAt = sharedNow();
  const stored = await insertChatMessage(ctx.live, {
    senderId: session.userId,
    messageId,
    roomId,
    sessionId: room.sessionId,
    senderName: session.nickname,
    senderRole: session.role,
    text,
    traceId: ctx.traceId,
    createdAt,
  });
  // Said before, and perhaps hidden since without being marked: then nobody hears it again.
  const isRepeated = stored.createdAt.getTime() !== createdAt.getTime();
  if (isRepeated && (await settleChatMessage(ctx.live, stored)) === "removed") {
    await tellRemoved(ctx, stored);
    return { messageId };
  }
  const perSecond = room.chatPerSecond ?? ctx.env.ROOM_CHAT_PER_SECOND;
  await announceOnce(ctx, stored, {
    perSecond,
    leave: isModerator ? -perSecond : Math.floor(perSecond * MODERATORS_PART),
  });
  // Words may have been hidden while this was being stored: whoever hid them did not see it, or was heard before it.
  if ((await settleChatMessage(ctx.live, stored)) === "removed") await tellRemoved(ctx, stored);
  return { messageId };
}

async function consumeChatLimits(ctx: SignedInCtx): Promise<void> {
  const { redis, env, session } = ctx;
  if (session.role === "guest")
    await consumeRateLimit(redis, "chat.send.guest", ctx.address.counted, GUEST_IP_WINDOWS);
  await consumeRateLimit(redis, "chat.send", session.userId, env.RATE_LIMIT_CHAT_SEND);
}

/**
 * Announces a stored message unless an earlier call did. A call that failed between storing and announcing leaves the
 * mark unset, so its repetition announces the message. Above what a person can read, only a sample is live: the author
 * sees their own message anyhow, and the history has them all.
 */
async function announceOnce(
  ctx: SignedInCtx,
  message: Awaited<ReturnType<typeof insertChatMessage>>,
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
