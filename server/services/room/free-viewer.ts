import { liftRestriction } from "@/db/live/queries/room-restrictions";
import { findPerson } from "@/db/live/queries/users";
import { BizError } from "@/domain/contracts/errors";
import type { FreeInput, RestrictionKind } from "@/domain/contracts/room";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { tellRestriction } from "./announce-restriction";
import { countModeration, requireModerator } from "./require-moderator";
import { announceRoomChange } from "./room-state";

/**
 * Lets a kicked person in again at once. Nothing happens when they are not kicked. Throws NOT_FOUND,
 * FORBIDDEN (also for an appointed moderator, where the anchor or an operator imposed it), RATE_LIMITED.
 */
export function restoreViewer(ctx: SignedInCtx, input: FreeInput): Promise<{ userId: string }> {
  return free(ctx, input, "kick");
}

/** Lets a muted person chat again at once. Nothing happens when they are not muted. Throws as `restoreViewer`. */
export function unmuteViewer(ctx: SignedInCtx, input: FreeInput): Promise<{ userId: string }> {
  return free(ctx, input, "mute");
}

async function free(ctx: SignedInCtx, input: FreeInput, kind: RestrictionKind): Promise<{ userId: string }> {
  const { roomId, userId } = input;
  const { traceId } = ctx;
  const room = await requireModerator(ctx, roomId);
  await countModeration(ctx);
  const now = sharedNow();
  const outcome = await liftRestriction(ctx.live, {
    roomId,
    userId,
    kind,
    moderatorId: ctx.session.userId,
    isOperator: room.rank === "operator",
    isAppointed: room.rank === "appointed",
    traceId,
    now,
  });
  if (outcome === "above") throw new BizError("FORBIDDEN", { field: "userId" });
  if (outcome === "none") return { userId };
  // Every process forgets the restriction before the person hears that they may come back.
  await announceRoomChange(ctx, roomId).catch((error: unknown) => {
    ctx.log.warn({ reason: String(error), traceId }, "could not announce that a restriction was undone");
  });
  const person = await findPerson(ctx.live, userId);
  const event = kind === "kick" ? "viewer.restored" : "viewer.unmuted";
  const body = { roomId, userId, nickname: person?.nickname ?? "" };
  runInBackground(
    ctx.log,
    "telling of a freed viewer",
    traceId,
    tellRestriction(ctx, { event, traceId, body }, now),
  );
  return { userId };
}
