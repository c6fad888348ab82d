import { listClaimedPackets } from "@/db/live/queries/rain-results";
import { findRain, type RainRow } from "@/db/live/queries/rains";
import { BizError } from "@/domain/contracts/errors";
import type { RainClaims, RainClaimsInput, RainProof, RainResult } from "@/domain/contracts/rain";
import type { Ctx } from "../context";
import { listPackets } from "./get-room-rain";
import { toRainFacts } from "./show-rain";
import { sumClaims } from "./sum-claims";

/** A rain as viewers may know of it: the room was told of its commitment when it was made. */
async function getPublicRain(ctx: Ctx, rainId: string): Promise<RainRow> {
  const rain = await findRain(ctx.live, rainId);
  if (!rain) throw new BizError("NOT_FOUND", { field: "rainId" });
  return rain;
}

/** How a rain went, or goes. Throws NOT_FOUND. */
export async function getRainResult(ctx: Ctx, input: { rainId: string }): Promise<RainResult> {
  const { rainId } = input;
  const rain = await getPublicRain(ctx, rainId);
  const [sums, mine] = await Promise.all([
    sumClaims(ctx, rain),
    ctx.session ? listPackets(ctx, rainId, ctx.session.userId) : [],
  ]);
  return { ...toRainFacts(rain), ...sums, mine };
}

/** Everything that is needed to compute the packets anew; the seed only once nothing can be claimed. Throws NOT_FOUND. */
export async function getRainProof(ctx: Ctx, input: { rainId: string }): Promise<RainProof> {
  const rain = await getPublicRain(ctx, input.rainId);
  return {
    ...toRainFacts(rain),
    committedSeq: rain.committedSeq,
    entropy: rain.entropy,
    serverSeed: rain.status === "ended" ? rain.serverSeed : null,
  };
}

/** Which packets were claimed. Throws NOT_FOUND, and RAIN_STATE_CONFLICT before the end. */
export async function listRainClaims(ctx: Ctx, input: RainClaimsInput): Promise<RainClaims> {
  const { rainId, fromIndex, limit } = input;
  const { status } = await getPublicRain(ctx, rainId);
  if (status !== "ended") throw new BizError("RAIN_STATE_CONFLICT", { status });
  const claims = await listClaimedPackets(ctx.live, { rainId, fromIndex, limit });
  const last = claims.at(-1);
  return { claims, nextIndex: last && claims.length === limit ? last[0] + 1 : null };
}
