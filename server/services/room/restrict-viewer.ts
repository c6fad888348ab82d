import { v7 as uuidv7 } from "uuid";
import { hideChatMessages } from "@/db/live/queries/chat-removals";
import { imposeRestriction } from "@/db/live/queries/room-restrictions";
import { findPerson, type PersonRow } from "@/db/live/queries/users";
import { BizError } from "@/domain/contracts/errors";
import type { KickInput, RestrictInput, RestrictionKind } from "@/domain/contracts/room";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { tellHidden } from "../chat/tell-removed";
import type { SignedInCtx } from "../context";
import { tellRestriction } from "./announce-restriction";
import { cutOffUser } from "./cut-off-user";
import { countModeration, type ModeratedRoom, requireAbove, requireModerator } from "./require-moderator";
import { endOf } from "./restrictions";
import { announceRoomChange } from "./room-state";

/** In force at once in one room; every process that serves the room knows them all. */
const RESTRICTIONS_OF_ROOM_MAX = 5_000;

/**
 * Removes somebody from a room, a guest too, until `minutes` are over or the kick is undone: nothing lets them in again,
 * and their sockets are closed within a second. Repeating it changes nothing and cuts them off again; another length or
 * reason replaces the kick. Unless they are to stay, their words in the room are taken away with them. A guest's kick holds
 * for the guest's browser and address, too. Throws NOT_FOUND, FORBIDDEN (another's room; its anchor, an operator, oneself; for whom the anchor appointed, also another moderator, and what
 * the anchor or an operator imposed), RATE_LIMITED,
 * TOO_MANY_RESTRICTIONS.
 */
export function kickViewer(ctx: SignedInCtx, input: KickInput): Promise<{ userId: string; until: string }> {
  return restrict(ctx, input, "kick", input.hideWords);
}

/** Keeps somebody from chatting in a room; they may go on watching and sending gifts. Throws as `kickViewer`. */
export function muteViewer(
  ctx: SignedInCtx,
  input: RestrictInput,
): Promise<{ userId: string; until: string }> {
  return restrict(ctx, input, "mute", false);
}

async function restrict(ctx: SignedInCtx, input: RestrictInput, kind: RestrictionKind, hidesWords: boolean) {
  const { roomId, userId, minutes } = input;
  const room = await requireModerator(ctx, roomId);
  await countModeration(ctx);
  const person = await requireRestrictable(ctx, room, userId);
  const now = sharedNow();
  const reason = input.reason || null;
  const imposed = await imposeRestriction(ctx.live, {
    id: uuidv7(),
    roomId,
    userId,
    kind,
    until: minutes === undefined ? null : new Date(now.getTime() + minutes * 60_000),
    reason,
    moderatorId: ctx.session.userId,
    isOperator: room.rank === "operator",
    isAppointed: room.rank === "appointed",
    traceId: ctx.traceId,
    now,
    hidesWords,
    roomMax: RESTRICTIONS_OF_ROOM_MAX,
  });
  if (imposed.outcome === "above") throw new BizError("FORBIDDEN", { field: "userId" });
  if (imposed.outcome === "full") {
    throw new BizError("TOO_MANY_RESTRICTIONS", { restrictionsMax: RESTRICTIONS_OF_ROOM_MAX });
  }
  // In force first: what is said from then on is refused, or found by whoever stores it.
  const wordsHiddenUntil = sharedNow();
  const hidden = hidesWords ? await hideOf(ctx, input, wordsHiddenUntil) : 0;
  const until = endOf(imposed.until).toISOString();
  const { traceId } = ctx;
  // The restriction is in force in the database; the rest only hurries it along.
  runInBackground(ctx.log, "announcing a restriction", traceId, announceRoomChange(ctx, roomId));
  const body = {
    roomId,
    userId,
    nickname: person.nickname,
    until,
    reason,
    ...(hidesWords && { wordsHiddenUntil: wordsHiddenUntil.toISOString() }),
  };
  const told =
    imposed.outcome === "imposed"
      ? tellRestriction(
          ctx,
          { event: kind === "kick" ? "viewer.kicked" : "viewer.muted", traceId, body },
          now,
        )
      : hidden > 0
        ? tellHidden(ctx, { roomId, userId, until: wordsHiddenUntil })
        : Promise.resolve();
  runInBackground(ctx.log, "telling of a restriction", traceId, told);
  if (kind === "kick") cutOffUser(ctx, userId, told);
  return { userId, until };
}

/** What the kick does besides; the audit row of the kick says so. */
function hideOf(ctx: SignedInCtx, { roomId, userId, reason }: RestrictInput, now: Date): Promise<number> {
  return hideChatMessages(ctx.live, {
    roomId,
    userId,
    actorId: ctx.session.userId,
    isOperator: false,
    reason: reason || null,
    traceId: ctx.traceId,
    now,
  });
}

async function requireRestrictable(
  ctx: SignedInCtx,
  room: ModeratedRoom,
  userId: string,
): Promise<PersonRow> {
  const person = await findPerson(ctx.live, userId);
  if (!person) throw new BizError("NOT_FOUND", { field: "userId" });
  if (userId === ctx.session.userId || userId === room.anchorId || person.role === "operator") {
    throw new BizError("FORBIDDEN", { field: "userId" });
  }
  requireAbove(room, person, "userId");
  return person;
}
