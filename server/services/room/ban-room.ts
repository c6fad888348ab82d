import { BizError } from "@/domain/contracts/errors";
import type { BanRoomInput, UnbanRoomInput } from "@/domain/contracts/people";
import type { SignedInCtx } from "../context";
import { liftRestrictions, readUntil, restrictPerson } from "../people/restrict-account";
import { findRoomState } from "./room-state";

export interface RoomBanAnswer {
  roomId: string;
  banned: boolean;
}

/**
 * Closes a room, whoever's it is, and keeps it closed until `until` or until it is lifted: its rains end, it is listed
 * nowhere, and nobody gets in. Banning it again changes nothing, unless that is for longer. Throws NOT_FOUND, INVALID_INPUT (an end that is past).
 */
export async function banRoom(ctx: SignedInCtx, input: BanRoomInput): Promise<RoomBanAnswer> {
  const { roomId, reason, until } = input;
  const anchorId = await getAnchorOf(ctx, roomId);
  await restrictPerson(ctx, {
    userId: anchorId,
    kind: "room",
    source: "room",
    reason,
    actorId: ctx.session.userId,
    until: readUntil(until),
    audit: { action: "room.ban", subject: `room:${roomId}`, after: { anchorId, until: until ?? null } },
  });
  return { roomId, banned: true };
}

/**
 * Lifts every ban of a room; its anchor may open it again. It stays banned while the account itself is stopped: `banned`
 * says so. Throws NOT_FOUND.
 */
export async function unbanRoom(ctx: SignedInCtx, input: UnbanRoomInput): Promise<RoomBanAnswer> {
  const { roomId, reason } = input;
  const anchorId = await getAnchorOf(ctx, roomId);
  await liftRestrictions(ctx, {
    userId: anchorId,
    which: { kind: "room" },
    reason,
    actorId: ctx.session.userId,
    audit: { action: "room.unban", subject: `room:${roomId}` },
  });
  const room = await findRoomState(ctx, roomId);
  return { roomId, banned: room?.banned ?? false };
}

async function getAnchorOf(ctx: SignedInCtx, roomId: string): Promise<string> {
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  return room.anchorId;
}
