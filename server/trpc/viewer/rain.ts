import {
  RainClaimInput,
  RainClaimsInput,
  RainCreateInput,
  RainGrantsInput,
  RainIdInput,
  RainPageInput,
  RainSearchInput,
  RainStartInput,
  StopRainInput,
} from "@/domain/contracts/rain";
import { RoomIdInput } from "@/domain/contracts/room";
import { readCanonicalClaim } from "../../fast-path/canonical-inputs";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { claimFromRain } from "../../services/rain/claim-from-rain";
import { createRain } from "../../services/rain/create-rain";
import { finishRain, stopRain } from "../../services/rain/finish-rain";
import { getGrabbed } from "../../services/rain/get-grabbed";
import { getRainProof, getRainResult, listRainClaims } from "../../services/rain/get-result";
import { getRoomRain } from "../../services/rain/get-room-rain";
import { getRainPolicy, listRainGrants } from "../../services/rain/grants";
import { getRain, listMyRains, searchRains } from "../../services/rain/list-rains";
import { prepareRain } from "../../services/rain/prepare-rain";
import { startRain } from "../../services/rain/start-rain";
import { contract } from "../contract";
import {
  anchor,
  anyone,
  giver,
  moderator,
  operator,
  operatorAlone,
  operatorWithSecond,
  router,
  viewer,
} from "../init";

export const rainRouter = router({
  create: anchor.input(contract(RainCreateInput)).mutation(({ ctx, input }) => createRain(ctx, input)),
  prepare: anchor.input(contract(RainIdInput)).mutation(({ ctx, input }) => prepareRain(ctx, input)),
  start: anchor.input(contract(RainStartInput)).mutation(({ ctx, input }) => startRain(ctx, input)),
  finish: anchor.input(contract(RainIdInput)).mutation(({ ctx, input }) => finishRain(ctx, input)),
  mine: anchor.input(contract(RainPageInput.prefault({}))).query(({ ctx, input }) => listMyRains(ctx, input)),
  get: moderator.input(contract(RainIdInput)).query(({ ctx, input }) => getRain(ctx, input)),
  current: anyone.input(contract(RoomIdInput)).query(({ ctx, input }) => getRoomRain(ctx, input)),
  /** What a claim wins goes into the queue: nothing is written yet that could be marked. */
  claim: giver
    .input(contract(RainClaimInput, readCanonicalClaim))
    .mutation(({ ctx, input }) => claimFromRain(ctx, input)),
  grabbed: viewer.query(({ ctx }) => getGrabbed(ctx)),
  result: anyone.input(contract(RainIdInput)).query(({ ctx, input }) => getRainResult(ctx, input)),
  verify: anyone.input(contract(RainIdInput)).query(({ ctx, input }) => getRainProof(ctx, input)),
  claims: anyone.input(contract(RainClaimsInput)).query(({ ctx, input }) => listRainClaims(ctx, input)),
  search: operator.input(contract(RainSearchInput)).query(({ ctx, input }) => searchRains(ctx, input)),
  stop: operatorAlone.input(contract(StopRainInput)).mutation(({ ctx, input }) => stopRain(ctx, input)),
  grants: operator.input(contract(RainGrantsInput)).query(({ ctx, input }) => listRainGrants(ctx, input)),
  grant: operatorWithSecond(DUAL_ACTIONS.grantRain),
  revokeGrant: operatorWithSecond(DUAL_ACTIONS.revokeGrant),
  policy: operator.query(({ ctx }) => getRainPolicy(ctx)),
  setPolicy: operatorWithSecond(DUAL_ACTIONS.setRainPolicy),
});
