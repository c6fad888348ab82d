import { z } from "zod";
import { countGuestsPresent, listRoomPeople, setRoomModerator } from "@/db/live/queries/room-moderators";
import { findPerson } from "@/db/live/queries/users";
import { BizError } from "@/domain/contracts/errors";
import { Role, StoredUuid } from "@/domain/contracts/ids";
import type { RoomPeople, RoomPeopleInput, SetModeratorInput } from "@/domain/contracts/moderation";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { publishRoomEvents } from "./publish-room-events";
import { countModeration, requireModerator } from "./require-moderator";
import { announceRoomChange } from "./room-state";

/** Every process that serves the room knows them all. */
const MODERATORS_MAX = 50;

/**
 * Lets somebody with an account moderate the caller's room, or no more; the room hears of it. The same again changes nothing.
 * Throws NOT_FOUND (another's room too), FORBIDDEN (guests, operators, oneself), RATE_LIMITED, TOO_MANY_MODERATORS.
 */
export async function setModerator(
  ctx: SignedInCtx,
  input: SetModeratorInput,
): Promise<{ userId: string; on: boolean }> {
  const { roomId, userId, on } = input;
  const { session, traceId } = ctx;
  await countModeration(ctx);
  const person = await findPerson(ctx.live, userId);
  if (!person) throw new BizError("NOT_FOUND", { field: "userId" });
  const isFit = person.role === "viewer" || person.role === "anchor";
  if (on && (!isFit || userId === session.userId)) throw new BizError("FORBIDDEN", { field: "userId" });
  const now = sharedNow();
  const outcome = await setRoomModerator(ctx.live, {
    roomId,
    anchorId: session.userId,
    userId,
    on,
    now,
    moderatorsMax: MODERATORS_MAX,
  });
  if (outcome === "unknown") throw new BizError("NOT_FOUND", { field: "roomId" });
  if (outcome === "full") throw new BizError("TOO_MANY_MODERATORS", { moderatorsMax: MODERATORS_MAX });
  if (outcome === "unchanged") return { userId, on };
  // Every process knows before anybody hears of it.
  await announceRoomChange(ctx, roomId).catch((error: unknown) => {
    ctx.log.warn({ reason: String(error), traceId }, "could not announce a room's moderators");
  });
  const body = { userId, nickname: person.nickname, on };
  await publishRoomEvents(ctx, roomId, [{ event: "room.moderator", traceId, body }], now);
  return { userId, on };
}

const Cursor = z.object({ nickname: z.string(), userId: StoredUuid });

/**
 * Who is in a room and has an account, as far as visits were taken, by nickname; and how many guests. Throws NOT_FOUND, FORBIDDEN,
 * INVALID_INPUT on `cursor`.
 */
export async function listPeople(ctx: SignedInCtx, input: RoomPeopleInput): Promise<RoomPeople> {
  const { roomId, text = "", limit } = input;
  await requireModerator(ctx, roomId);
  const after = decodeCursor(Cursor, input.cursor);
  const [rows, guests] = await Promise.all([
    listRoomPeople(ctx.live, { roomId, text, after, limit: limit + 1 }),
    countGuestsPresent(ctx.live, roomId),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ userId, nickname, role, isModerator, since }) => ({
      userId,
      nickname,
      role: Role.catch("viewer").parse(role),
      isModerator,
      since: since.toISOString(),
    })),
    nextCursor:
      rows.length > limit && last ? encodeCursor({ nickname: last.nickname, userId: last.userId }) : null,
    guests,
  };
}
