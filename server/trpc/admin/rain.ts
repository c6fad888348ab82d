import { RainGrantsInput, RainSearchInput, StopRainInput } from "@/domain/contracts/rain";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { stopRain } from "../../services/rain/finish-rain";
import { getRainPolicy, listRainGrants } from "../../services/rain/grants";
import { searchRains } from "../../services/rain/list-rains";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond } from "../init";

export const adminRain = {
  search: operator.input(contract(RainSearchInput)).query(({ ctx, input }) => searchRains(ctx, input)),
  stop: operatorAlone.input(contract(StopRainInput)).mutation(({ ctx, input }) => stopRain(ctx, input)),
  grants: operator.input(contract(RainGrantsInput)).query(({ ctx, input }) => listRainGrants(ctx, input)),
  grant: operatorWithSecond(DUAL_ACTIONS.grantRain),
  revokeGrant: operatorWithSecond(DUAL_ACTIONS.revokeGrant),
  policy: operator.query(({ ctx }) => getRainPolicy(ctx)),
  setPolicy: operatorWithSecond(DUAL_ACTIONS.setRainPolicy),
};
