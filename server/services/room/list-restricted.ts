import { listRestrictedViewers } from "@/db/live/queries/room-restrictions";
import type { RestrictedViewer } from "@/domain/contracts/room";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { requireModerator } from "./require-moderator";
import { endOf } from "./restrictions";

const LISTED_MAX = 200;

/** The newest kicks and mutes that are in force in a room. Throws NOT_FOUND, FORBIDDEN. */
export async function listRestricted(
  ctx: SignedInCtx,
  input: { roomId: string },
): Promise<RestrictedViewer[]> {
  await requireModerator(ctx, input.roomId);
  const rows = await listRestrictedViewers(ctx.live, { ...input, now: sharedNow(), limit: LISTED_MAX });
  return rows.map(({ userId, nickname, kind, until, reason, createdAt }) => ({
    userId,
    nickname: nickname ?? "",
    kind,
    until: endOf(until).toISOString(),
    reason,
    createdAt: createdAt.toISOString(),
  }));
}
