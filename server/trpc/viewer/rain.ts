import { RainClaimInput, RainClaimsInput, RainIdInput } from "@/domain/contracts/rain";
import { RoomIdInput } from "@/domain/contracts/room";
import { readCanonicalClaim } from "../../fast-path/canonical-inputs";
import { claimFromRain } from "../../services/rain/claim-from-rain";
import { getGrabbed } from "../../services/rain/get-grabbed";
import { getRainProof, getRainResult, listRainClaims } from "../../services/rain/get-result";
import { getRoomRain } from "../../services/rain/get-room-rain";
import { contract } from "../contract";
import { anyone, giver, viewer } from "../init";

export const viewerRain = {
  current: anyone.input(contract(RoomIdInput)).query(({ ctx, input }) => getRoomRain(ctx, input)),
  /** What a claim wins goes into the queue: nothing is written yet that could be marked. */
  claim: giver
    .input(contract(RainClaimInput, readCanonicalClaim))
    .mutation(({ ctx, input }) => claimFromRain(ctx, input)),
  grabbed: viewer.query(({ ctx }) => getGrabbed(ctx)),
  result: anyone.input(contract(RainIdInput)).query(({ ctx, input }) => getRainResult(ctx, input)),
  verify: anyone.input(contract(RainIdInput)).query(({ ctx, input }) => getRainProof(ctx, input)),
  claims: anyone.input(contract(RainClaimsInput)).query(({ ctx, input }) => listRainClaims(ctx, input)),
};
