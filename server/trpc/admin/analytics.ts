import {
  AffinityInput,
  AnalyticsRunsInput,
  ProfilesInput,
  RunAnalyticsInput,
  SetScheduleInput,
  TipsInput,
} from "@/domain/contracts/analytics";
import { getAffinity } from "../../services/analytics/get-affinity";
import { getProfiles } from "../../services/analytics/get-profiles";
import { getTips } from "../../services/analytics/get-tips";
import {
  getAnalyticsRuns,
  requestAnalyticsRun,
  setAnalyticsSchedule,
} from "../../services/analytics/manage-runs";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond } from "../init";

export const adminAnalytics = {
  tips: operator.input(contract(TipsInput)).query(({ ctx, input }) => getTips(ctx, input)),
  profiles: operator.input(contract(ProfilesInput)).query(({ ctx, input }) => getProfiles(ctx, input)),
  affinity: operator.input(contract(AffinityInput)).query(({ ctx, input }) => getAffinity(ctx, input)),
  runs: operator.input(contract(AnalyticsRunsInput)).query(({ ctx, input }) => getAnalyticsRuns(ctx, input)),
  run: operatorAlone
    .input(contract(RunAnalyticsInput))
    .mutation(({ ctx, input }) => requestAnalyticsRun(ctx, input)),
  setSchedule: operatorAlone
    .input(contract(SetScheduleInput))
    .mutation(({ ctx, input }) => setAnalyticsSchedule(ctx, input)),
  setTierPolicy: operatorWithSecond(DUAL_ACTIONS.setTierPolicy),
};
