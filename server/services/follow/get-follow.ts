import { findFollow } from "@/db/live/queries/follows";
import type { Follow, FollowGetInput } from "@/domain/contracts/follow";
import type { Ctx } from "../context";

/** How many follow an anchor, and whether the caller does. */
export async function getFollow(ctx: Ctx, { anchorId }: FollowGetInput): Promise<Follow> {
  return await findFollow(ctx.live, { viewerId: ctx.session?.userId, anchorId });
}
