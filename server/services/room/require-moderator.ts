import { isRoomModerator } from "@/db/live/queries/room-moderators";
import { BizError } from "@/domain/contracts/errors";
import type { Session, SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { readRestrictions, requireNotKicked } from "./restrictions";
import { findRoomState, type RoomState, restrictionsOf } from "./room-state";

/** Who moderates a room, the one that nobody else is above last. */
export type ModeratorRank = "appointed" | "anchor" | "operator";

/**
 * As what somebody moderates a room, as far as this process knows: for what they say and how fast. What they do about others asks
 * `requireModerator`.
 */
export function rankIn(
  room: RoomState,
  { userId, role }: Pick<Session, "userId" | "role">,
): ModeratorRank | null {
  if (role === "operator") return "operator";
  if (room.anchorId === userId) return "anchor";
  return room.moderatorIds.has(userId) && !restrictionsOf(room, userId).kick ? "appointed" : null;
}

export interface ModeratedRoom extends RoomState {
  /** What the caller is in it. */
  rank: ModeratorRank;
}

/**
 * The anchor of a room, whom they let, and every operator moderate it. Who was appointed is asked for in the database, so that an
 * end holds at once, and does nothing while removed from the room. Throws NOT_FOUND, FORBIDDEN, KICKED.
 */
export async function requireModerator(ctx: SignedInCtx, roomId: string): Promise<ModeratedRoom> {
  const room = await findRoomState(ctx, roomId);
  if (!room) throw new BizError("NOT_FOUND", { field: "roomId" });
  const { userId } = ctx.session;
  const rank = rankIn(room, ctx.session);
  if (rank === null) throw new BizError("FORBIDDEN", { field: "roomId" });
  if (rank === "appointed") {
    if (!(await isRoomModerator(ctx.live, { roomId, userId }))) {
      throw new BizError("FORBIDDEN", { field: "roomId" });
    }
    requireNotKicked(await readRestrictions(ctx, { roomId, userId }));
  }
  return { ...room, rank };
}

/** Counts something that is done to a room or to people in it. Throws RATE_LIMITED. */
export async function countModeration({ redis, session, env }: SignedInCtx): Promise<void> {
  await consumeRateLimit(redis, "room.moderate", session.userId, env.RATE_LIMIT_MODERATION);
}

/**
 * Throws FORBIDDEN on `field` for somebody who is not below the caller in the room: operators are above anchors, and anchors above
 * whom they appointed.
 */
export function requireAbove(
  room: ModeratedRoom,
  person: { userId: string; role: string },
  field: string,
): void {
  const isAbove =
    room.rank === "operator" ||
    (person.role !== "operator" &&
      (room.rank === "anchor" || (person.userId !== room.anchorId && !room.moderatorIds.has(person.userId))));
  if (!isAbove) throw new BizError("FORBIDDEN", { field });
}
