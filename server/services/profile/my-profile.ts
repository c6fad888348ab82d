import { addPersonFacts, readPersonFacts } from "@/db/live/queries/person-facts";
import { BizError } from "@/domain/contracts/errors";
import type { MyProfile, PersonFacts, UpdateProfileInput } from "@/domain/contracts/person-facts";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";

/** What somebody says of themselves is kept for ever: it is not for playing with. */
const CHANGES = "10/60,60/86400";

export async function getMyProfile(ctx: SignedInCtx): Promise<MyProfile> {
  return describe(ctx, await readPersonFacts(ctx.live, ctx.session.userId));
}

/**
 * Changes what the caller says about themselves, from now on. Throws INVALID_INPUT for a year of birth that is still to
 * come, RATE_LIMITED.
 */
export async function updateMyProfile(ctx: SignedInCtx, input: UpdateProfileInput): Promise<MyProfile> {
  const { gender, birthYear, region } = input;
  if (birthYear && birthYear > new Date(sharedNowMs()).getUTCFullYear()) {
    throw new BizError("INVALID_INPUT", { field: "birthYear" });
  }
  const { userId } = ctx.session;
  await consumeRateLimit(ctx.redis, "me.profile", userId, CHANGES);
  const change: Partial<PersonFacts> = {
    ...(gender !== undefined && { gender }),
    ...(birthYear !== undefined && { birthYear }),
    ...(region !== undefined && { region }),
  };
  return describe(ctx, await addPersonFacts(ctx.live, userId, change));
}

function describe({ session }: SignedInCtx, facts: PersonFacts): MyProfile {
  const { userId, nickname, avatarUrl } = session;
  return { userId, nickname, avatarUrl, ...facts };
}
