import { setFollow as writeFollow } from "@/db/live/queries/follows";
import { BizError } from "@/domain/contracts/errors";
import { FOLLOWS_MAX, type Follow, type FollowSetInput } from "@/domain/contracts/follow";
import type { SignedInCtx } from "../context";

/**
 * Follows an anchor or stops following them; done twice it is the same.
 * Throws INVALID_INPUT (oneself), NOT_FOUND (nobody who streams), TOO_MANY_FOLLOWED.
 */
export async function setFollow(ctx: SignedInCtx, input: FollowSetInput): Promise<Follow> {
  const { anchorId, following } = input;
  const viewerId = ctx.session.userId;
  if (anchorId === viewerId) throw new BizError("INVALID_INPUT", { field: "anchorId" });
  const outcome = await writeFollow(ctx.live, { viewerId, anchorId, following, followsMax: FOLLOWS_MAX });
  if (outcome === "notAnAnchor") throw new BizError("NOT_FOUND");
  if (outcome === "tooMany") throw new BizError("TOO_MANY_FOLLOWED", { followsMax: FOLLOWS_MAX });
  return { followers: outcome.followers, following };
}
