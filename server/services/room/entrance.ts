import { createHmac } from "node:crypto";
import { listKicksByMarks, rememberGuestMarks } from "@/db/live/queries/guest-marks";
import { readVoice } from "@/db/live/queries/room-restrictions";
import { BizError } from "@/domain/contracts/errors";
import { defineCache } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { UNKNOWN_ADDRESS } from "@/platform/security/client-address";
import type { Ctx, SignedInCtx } from "../context";
import {
  combineRestrictions,
  type Restriction,
  type Restrictions,
  readRestrictions,
  requireNotKicked,
  requireNotMuted,
  UNRESTRICTED,
} from "./restrictions";
import { findRoomState, type RoomState, restrictionsOf } from "./room-state";

/** An address has other people behind it, and others after it: a kick without an end holds for it this long. */
const ADDRESS_KICK_DAYS_MAX = 30;
/** A guest's marks are written down again after this, so that those in use are not removed for their age. */
const REMEMBERED_MS = 6 * 3_600_000;
const GUEST_MARKS = defineCache<true>({
  name: "guest_marks",
  max: 50_000,
  ttlMs: REMEMBERED_MS,
  droppedBy: "time alone",
});

export { kickedError } from "./restrictions";

// The one place that says whether a caller is kept out of a room: nothing outside this folder reads kicks.

/** The room, for a caller who may see what goes on in it. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function requireEntry(ctx: Ctx, roomId: string): Promise<RoomState> {
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  if (room.banned) throw new BizError("ROOM_BANNED");
  requireNotKicked(await readOwnRestrictions(ctx, roomId));
  return room;
}

/**
 * For a caller who wants to say something. Where only followers may, that is asked with the rest. Throws KICKED, MUTED with `until`
 * and `reason`, FOLLOWERS_ONLY with `minutes`, and `retryAfterMs` for who follows not long enough.
 */
export async function requireVoice(ctx: SignedInCtx, room: RoomState, isModerator: boolean): Promise<void> {
  const { roomId, anchorId, followersOnlyMinutes: minutes } = room;
  const { userId, role } = ctx.session;
  if (minutes === null || isModerator || role === "guest") {
    const restrictions = await readOwnRestrictions(ctx, roomId);
    requireNotKicked(restrictions);
    requireNotMuted(restrictions);
    if (minutes !== null && !isModerator) throw new BizError("FOLLOWERS_ONLY", { minutes });
    return;
  }
  const now = sharedNow();
  const voice = await readVoice(ctx.live, { roomId, userId, anchorId, now });
  const restrictions = combineRestrictions(voice.restrictions, now);
  requireNotKicked(restrictions);
  requireNotMuted(restrictions);
  if (voice.followedAt === null) throw new BizError("FOLLOWERS_ONLY", { minutes });
  const waitMs = voice.followedAt.getTime() + minutes * 60_000 - now.getTime();
  if (waitMs > 0) throw new BizError("FOLLOWERS_ONLY", { minutes, retryAfterMs: waitMs });
}

/**
 * The kick that keeps the caller out of a room, for what is done thousands of times a second: whoever has an account is
 * known by it alone, so that what this process knows of the room is enough and nothing is waited for. A guest is asked for.
 */
export function findKick(
  ctx: SignedInCtx,
  room: RoomState,
): Restriction | null | Promise<Restriction | null> {
  const { role, userId } = ctx.session;
  if (role !== "guest") return restrictionsOf(room, userId).kick;
  return readOwnRestrictions(ctx, room.roomId).then(({ kick }) => kick);
}

/**
 * What the caller may not do in a room, by the database: for whatever lets somebody in. A kick of a guest holds for the
 * guest's browser and address as well, and then for everybody there who is not signed in: guests are made with one click.
 * Who is signed in is known by their account alone. Throws what the database threw.
 */
export async function readOwnRestrictions(ctx: Ctx, roomId: string): Promise<Restrictions> {
  const { session, live } = ctx;
  if (session && session.role !== "guest") {
    return await readRestrictions(ctx, { roomId, userId: session.userId });
  }
  const marks = marksOf(ctx);
  const [own, kicks] = await Promise.all([
    session ? readRestrictions(ctx, { roomId, userId: session.userId }) : UNRESTRICTED,
    listKicksByMarks(live, { roomId, ...marks, now: sharedNow(), addressDaysMax: ADDRESS_KICK_DAYS_MAX }),
    session ? rememberGuest(ctx, session.userId, marks) : undefined,
  ]);
  const { kick } = combineRestrictions(kicks, sharedNow());
  return { ...own, kick: own.kick ?? kick };
}

interface Marks {
  device: string | null;
  address: string | null;
}

function marksOf({ env, browserId, address }: Ctx): Marks {
  const mark = (kind: string, value: string) =>
    createHmac("sha256", env.AUTH_SECRET).update(`guest-mark:${kind}:${value}`).digest("base64url");
  return {
    device: browserId ? mark("device", browserId) : null,
    // Who cannot be told apart is not taken for each other.
    address: address.counted === UNKNOWN_ADDRESS.counted ? null : mark("address", address.counted),
  };
}

async function rememberGuest(ctx: Ctx, userId: string, { device, address }: Marks): Promise<void> {
  const marks = [device, address].filter((mark) => mark !== null);
  const key = `${userId}/${marks.join("/")}`;
  const remembered = ctx.live.caches.of(GUEST_MARKS);
  if (marks.length === 0 || remembered.get(key)) return;
  await rememberGuestMarks(ctx.live, { userId, marks, now: sharedNow() });
  remembered.set(key, true);
}
