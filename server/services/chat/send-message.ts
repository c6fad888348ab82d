import { type ChatMessageRow, insertChatMessage } from "@/db/live/queries/chat-messages";
import { settleChatMessage } from "@/db/live/queries/chat-removals";
import { BizError } from "@/domain/contracts/errors";
import type { ChatSendInput, SentMessage } from "@/domain/contracts/room";
import { hasLink } from "@/domain/rules/words/find-link";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { consumeRateLimit } from "../rate-limit";
import { requireVoice } from "../room/entrance";
import { rankIn } from "../room/require-moderator";
import { findRoomState } from "../room/room-state";
import { announceMessage } from "./announce-message";
import { decideByWords } from "./chat-words";
import { tellRemoved } from "./tell-removed";

/** Guests share an address limit besides their own, because a guest is made with one click. */
const GUEST_IP_WINDOWS = "1/3";

/**
 * Says something in a live room. Repeating a message id changes nothing and announces nothing twice. By its words a message
 * may be refused (CHAT_REJECTED with `reason` and those `words`), wait for a moderator (`isHeld`), or be seen by its author alone.
 * Throws RATE_LIMITED, CHAT_REJECTED, NOT_FOUND, ROOM_BANNED, ROOM_NOT_LIVE, FORBIDDEN (guests where the room does not
 * let them), KICKED, MUTED, FOLLOWERS_ONLY. A link is CHAT_REJECTED where the room has none. In slow mode RATE_LIMITED says when the next message may come.
 */
export async function sendChatMessage(ctx: SignedInCtx, input: ChatSendInput): Promise<SentMessage> {
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
  const isModerator = rankIn(room, session) !== null;
  await requireVoice(ctx, room, isModerator);
  if (!room.linksAllowed && !isModerator && hasLink(text)) {
    throw new BizError("CHAT_REJECTED", { field: "text", reason: "links" });
  }
  const shownTo = await decideWhoSees(ctx, text, isModerator);
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
    shownTo,
  });
  if (stored.shownTo !== "all") return { messageId, ...(stored.shownTo === "held" && { isHeld: true }) };
  // Said before, and perhaps hidden since without being marked: then nobody hears it again.
  const isRepeated = stored.createdAt.getTime() !== createdAt.getTime();
  if (isRepeated && (await settleChatMessage(ctx.live, stored)) === "removed") {
    await tellRemoved(ctx, stored);
    return { messageId };
  }
  await announceMessage(ctx, room, stored, isModerator);
  return { messageId };
}

/** Throws CHAT_REJECTED for words that are refused, whoever says them. Who moderates is not held. */
async function decideWhoSees(
  ctx: SignedInCtx,
  text: string,
  isModerator: boolean,
): Promise<ChatMessageRow["shownTo"]> {
  const decision = await decideByWords(ctx, text);
  switch (decision.action) {
    case "refuse":
      throw new BizError("CHAT_REJECTED", { field: "text", reason: "words", words: decision.words });
    case "author":
      return isModerator ? "all" : "author";
    case "hold":
      return isModerator ? "all" : "held";
    case "pass":
      return "all";
  }
}

async function consumeChatLimits(ctx: SignedInCtx): Promise<void> {
  const { redis, env, session } = ctx;
  if (session.role === "guest")
    await consumeRateLimit(redis, "chat.send.guest", ctx.address.counted, GUEST_IP_WINDOWS);
  await consumeRateLimit(redis, "chat.send", session.userId, env.RATE_LIMIT_CHAT_SEND);
}
