import { findRoom } from "@/db/live/queries/rooms";
import { BizError } from "@/domain/contracts/errors";
import { roomChannel } from "@/domain/contracts/events";
import type { RoomDetail } from "@/domain/contracts/room";
import { readLatestSeq } from "@/push/publisher/room-log";
import { readCategoryNames } from "../category/list-categories";
import type { Ctx } from "../context";
import { readOwnRestrictions } from "./entrance";
import { findRoomState } from "./room-state";
import { readViewerCounts } from "./viewer-counts";

/** Everything a room page starts with. Throws NOT_FOUND. */
export async function getRoom(ctx: Ctx, input: { roomId: string }): Promise<RoomDetail> {
  const { roomId } = input;
  // The number is read before the rest: events that happen meanwhile are replayed rather than missed.
  const [latestSeq, room, counts, restrictions, categories, state] = await Promise.all([
    readLatestSeq(ctx.redis, roomId),
    findRoom(ctx.live, roomId),
    readViewerCounts(ctx),
    readOwnRestrictions(ctx, roomId),
    readCategoryNames(ctx),
    findRoomState(ctx, roomId),
  ]);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { title, category, tags, coverUrl, anchor } = room;
  const { kick, mute } = restrictions;
  return {
    roomId,
    title,
    category,
    categoryName: categories.get(category) ?? null,
    tags,
    coverUrl,
    // The kicked see that there is a room, and not what is on in it.
    streamUrl: kick ? null : room.streamUrl,
    anchor,
    isLive: room.currentSessionId !== null && !room.banned,
    sessionId: room.currentSessionId,
    startedAt: room.liveSince?.toISOString() ?? null,
    viewerCount: counts.get(roomId) ?? 0,
    pushChannel: roomChannel(roomId),
    latestSeq,
    settings: {
      chatPerSecond: room.chatPerSecond ?? ctx.env.ROOM_CHAT_PER_SECOND,
      slowModeSeconds: room.slowModeSeconds,
      guestsMayChat: room.guestsMayChat,
      topIsPublic: room.topIsPublic,
      followersOnlyMinutes: room.followersOnlyMinutes,
      linksAllowed: room.linksAllowed,
    },
    moderatorIds: [...(state?.moderatorIds ?? [])],
    restrictions: {
      banned: room.banned,
      kickedUntil: kick?.until.toISOString() ?? null,
      kickReason: kick?.reason ?? null,
      mutedUntil: mute?.until.toISOString() ?? null,
      muteReason: mute?.reason ?? null,
      guestsMayChat: room.guestsMayChat,
    },
  };
}
