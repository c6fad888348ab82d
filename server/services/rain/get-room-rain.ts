import { listClaimsOfUser, listRainsToShow, type RainRow } from "@/db/live/queries/rains";
import { BizError } from "@/domain/contracts/errors";
import type { RainPacket, RoomRain } from "@/domain/contracts/rain";
import type { RoomCard } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Ctx, Resources } from "../context";
import { readOwnRestrictions } from "../room/entrance";
import { findRoomState } from "../room/room-state";
import { isCodePublic, toRainFacts } from "./show-rain";

/** What of red packets there is in a room, for whoever looks; the kicked see it without its code. Throws NOT_FOUND. */
export async function getRoomRain(ctx: Ctx, input: { roomId: string }): Promise<RoomRain> {
  const { roomId } = input;
  const { session } = ctx;
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  const [rows, { kick }] = await Promise.all([
    listRainsToShow(ctx.live, [roomId]),
    readOwnRestrictions(ctx, roomId),
  ]);
  const falling = rows.find(({ status }) => status === "started");
  const upcoming = rows.find(({ status }) => status === "ready");
  const mayKnow = falling && !kick && !room.banned && isCodePublic(falling);
  return {
    current: falling ? { ...toRainFacts(falling), code: mayKnow ? falling.code : null } : null,
    upcoming: upcoming ? toRainFacts(upcoming) : null,
    mine: falling && session ? await listPackets(ctx, falling.rainId, session.userId) : [],
    now: sharedNow().toISOString(),
  };
}

/** What a viewer has been credited from a rain. */
export async function listPackets(
  ctx: Pick<Resources, "live">,
  rainId: string,
  userId: string,
): Promise<RainPacket[]> {
  const rows = await listClaimsOfUser(ctx.live, { rainId, userId });
  return rows.map(({ claimId, packetIndex, coins }) => ({ rainId, claimId, packetIndex, coins }));
}

/** For cards in the lobby: by room, the rain that falls or else the next planned one. */
export async function findRainsOfRooms(
  ctx: Pick<Resources, "live">,
  roomIds: readonly string[],
): Promise<Map<string, RoomCard["rain"]>> {
  const byRoom = new Map<string, RoomCard["rain"]>();
  for (const rain of await listRainsToShow(ctx.live, roomIds)) {
    if (!byRoom.has(rain.roomId)) byRoom.set(rain.roomId, toCardRain(rain));
  }
  return byRoom;
}

function toCardRain(rain: RainRow): RoomCard["rain"] {
  const { rainId, budgetCoins, packetCount, status } = rain;
  const startsAt = (rain.startedAt ?? rain.startsAt ?? rain.createdAt).toISOString();
  return { rainId, budgetCoins, packetCount, startsAt, isFalling: status === "started" };
}
