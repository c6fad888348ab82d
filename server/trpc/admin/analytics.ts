import {
  AnalyticsRunsInput,
  ProfilesInput,
  RunAnalyticsInput,
  SetScheduleInput,
  TipsInput,
  ViewerProfileInput,
} from "@/domain/contracts/analytics";
import { getProfiles, getViewerProfile } from "../../services/analytics/get-profiles";
import { getTips } from "../../services/analytics/get-tips";
import {
  getAnalyticsRuns,
  requestAnalyticsRun,
  setAnalyticsSchedule,
} from "../../services/analytics/manage-runs";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond, router, viewer } from "../init";

export const analyticsRouter = router({
  tips: operator.input(contract(TipsInput)).query(({ ctx, input }) => getTips(ctx, input)),
  profiles: operator.input(contract(ProfilesInput)).query(({ ctx, input }) => getProfiles(ctx, input)),
  viewer: viewer.input(contract(ViewerProfileInput)).query(({ ctx, input }) => getViewerProfile(ctx, input)),
  runs: operator.input(contract(AnalyticsRunsInput)).query(({ ctx, input }) => getAnalyticsRuns(ctx, input)),
  run: operatorAlone
    .input(contract(RunAnalyticsInput))
    .mutation(({ ctx, input }) => requestAnalyticsRun(ctx, input)),
  setSchedule: operatorAlone
    .input(contract(SetScheduleInput))
    .mutation(({ ctx, input }) => setAnalyticsSchedule(ctx, input)),
  setTierPolicy: operatorWithSecond(DUAL_ACTIONS.setTierPolicy),
});
