import { findRoom } from "@/db/live/queries/rooms";
import { BizError } from "../../contracts/errors";
import { roomChannel } from "../../contracts/events";
import type { RoomDetail } from "../../contracts/room";
import { readLatestSeq } from "../../push/room-log";
import type { Ctx } from "../context";
import { readRestrictions } from "./restrictions";
import { readViewerCounts } from "./viewer-counts";

/** Everything a room page starts with. Throws NOT_FOUND. */
export async function getRoom(ctx: Ctx, input: { roomId: string }): Promise<RoomDetail> {
  const { roomId } = input;
  const { session } = ctx;
  // The number is read before the rest: events that happen meanwhile are replayed rather than missed.
  const [latestSeq, room, counts, restrictions] = await Promise.all([
    readLatestSeq(ctx.redis, roomId),
    findRoom(ctx.live, roomId),
    readViewerCounts(ctx),
    session
      ? readRestrictions(ctx, { roomId, userId: session.userId })
      : { kickedUntil: null, mutedUntil: null },
  ]);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { title, category, tags, coverUrl, streamUrl, anchor } = room;
  return {
    roomId,
    title,
    category,
    tags,
    coverUrl,
    streamUrl,
    anchor,
    isLive: room.currentSessionId !== null && !room.banned,
    sessionId: room.currentSessionId,
    startedAt: room.liveSince?.toISOString() ?? null,
    viewerCount: counts.get(roomId) ?? 0,
    pushChannel: roomChannel(roomId),
    latestSeq,
    restrictions: {
      banned: room.banned,
      kickedUntil: restrictions.kickedUntil?.toISOString() ?? null,
      mutedUntil: restrictions.mutedUntil?.toISOString() ?? null,
      guestsMayChat: room.guestsMayChat,
    },
  };
}
