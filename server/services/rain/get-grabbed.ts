import { sumGrabbed } from "@/db/live/queries/rain-results";
import type { RainGrabbed } from "@/domain/contracts/rain";
import type { SignedInCtx } from "../context";

/** Every red packet that the caller ever grabbed; one that was grabbed just now may still be on its way. */
export function getGrabbed(ctx: SignedInCtx): Promise<RainGrabbed> {
  return sumGrabbed(ctx.live, ctx.session.userId);
}
