import { AcknowledgeAlarmInput, AlarmsInput } from "@/domain/contracts/alarms";
import { DecideProposalInput, ProposalsInput, ResolveProposalInput } from "@/domain/contracts/approval";
import {
  DeadLetterInput,
  DeadLettersInput,
  DecideDeadLetterInput,
  RequeueDeadLetterInput,
} from "@/domain/contracts/dead-letters";
import { BlockIpInput, UnblockIpInput } from "@/domain/contracts/ip-blocks";
import { JobInput, RunJobInput, UpdateJobInput } from "@/domain/contracts/jobs";
import { ServicesInput } from "@/domain/contracts/services";
import { SettingInput } from "@/domain/contracts/settings";
import { TraceInput, TracesInput } from "@/domain/contracts/traces";
import { getPhoneChangePolicy } from "../../services/account/phone-change-policy";
import { getAlarmRules } from "../../services/alarm/alarm-rules";
import { getAlarms, takeAlarm } from "../../services/alarm/manage-alarms";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { decideProposal, resolveCutOffProposal } from "../../services/approval/decide-proposal";
import { getFourEyes } from "../../services/approval/four-eyes";
import { listProposals } from "../../services/approval/list-proposals";
import { decideDeadLetter } from "../../services/dead-letter/decide-dead-letter";
import { getDeadLetter, getDeadLetters } from "../../services/dead-letter/list-dead-letters";
import { getDoctorReport } from "../../services/doctor/get-report";
import { getMediaHostsPolicy } from "../../services/media/media-hosts";
import { findTraces } from "../../services/ops/find-traces";
import { getAttention } from "../../services/ops/get-attention";
import { getCalls } from "../../services/ops/get-calls";
import { getOverview } from "../../services/ops/get-overview";
import { getServices, getServicesOverview } from "../../services/ops/get-services";
import { getTrace } from "../../services/ops/get-trace";
import { getJobHistory, getJobs, updateJob } from "../../services/ops/jobs";
import { getLiveFigures } from "../../services/ops/live-figures";
import { runJob } from "../../services/ops/run-job";
import { getSettingHistory, getSettings } from "../../services/ops/settings";
import { getRetentionPolicy } from "../../services/retention/retention-policy";
import { blockIp, getIpBlocks, unblockIp } from "../../services/security/ip-blocks";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond } from "../init";

export const adminOps = {
  overview: operator.query(({ ctx }) => getOverview(ctx)),
  live: operator.query(({ ctx }) => getLiveFigures(ctx)),
  attention: operator.query(({ ctx }) => getAttention(ctx)),
  doctor: operator.query(({ ctx }) => getDoctorReport(ctx)),
  services: operator.input(contract(ServicesInput)).query(({ ctx, input }) => getServices(ctx, input)),
  servicesOverview: operator.query(({ ctx }) => getServicesOverview(ctx)),
  calls: operator.query(({ ctx }) => getCalls(ctx)),
  trace: operator.input(contract(TraceInput)).query(({ ctx, input }) => getTrace(ctx, input)),
  traces: operator.input(contract(TracesInput)).query(({ ctx, input }) => findTraces(ctx, input)),
  fourEyes: operator.query(({ ctx }) => getFourEyes(ctx)),
  setFourEyesPolicy: operatorWithSecond(DUAL_ACTIONS.setFourEyesPolicy),
  proposals: operator.input(contract(ProposalsInput)).query(({ ctx, input }) => listProposals(ctx, input)),
  decideProposal: operatorAlone
    .input(contract(DecideProposalInput))
    .mutation(({ ctx, input }) => decideProposal(ctx, input)),
  resolveProposal: operatorAlone
    .input(contract(ResolveProposalInput))
    .mutation(({ ctx, input }) => resolveCutOffProposal(ctx, input)),
  jobs: operator.query(({ ctx }) => getJobs(ctx)),
  jobHistory: operator.input(contract(JobInput)).query(({ ctx, input }) => getJobHistory(ctx, input)),
  updateJob: operatorAlone
    .input(contract(UpdateJobInput))
    .mutation(({ ctx, input }) => updateJob(ctx, input)),
  runJob: operatorAlone.input(contract(RunJobInput)).mutation(({ ctx, input }) => runJob(ctx, input)),
  settings: operator.query(({ ctx }) => getSettings(ctx)),
  settingHistory: operator
    .input(contract(SettingInput))
    .query(({ ctx, input }) => getSettingHistory(ctx, input)),
  setSetting: operatorWithSecond(DUAL_ACTIONS.setSetting),
  mediaHosts: operator.query(({ ctx }) => getMediaHostsPolicy(ctx)),
  setMediaHosts: operatorWithSecond(DUAL_ACTIONS.setMediaHosts),
  retentionPolicy: operator.query(({ ctx }) => getRetentionPolicy(ctx)),
  setRetentionPolicy: operatorWithSecond(DUAL_ACTIONS.setRetentionPolicy),
  phoneChangePolicy: operator.query(({ ctx }) => getPhoneChangePolicy(ctx)),
  setPhoneChangePolicy: operatorWithSecond(DUAL_ACTIONS.setPhoneChangePolicy),
  deadLetters: operator
    .input(contract(DeadLettersInput))
    .query(({ ctx, input }) => getDeadLetters(ctx, input)),
  deadLetter: operator.input(contract(DeadLetterInput)).query(({ ctx, input }) => getDeadLetter(ctx, input)),
  decideDeadLetter: operatorAlone
    .input(contract(DecideDeadLetterInput))
    .mutation(({ ctx, input }) => decideDeadLetter(ctx, input)),
  requeue: operatorAlone
    .input(contract(RequeueDeadLetterInput))
    .mutation(({ ctx, input }) => decideDeadLetter(ctx, { ...input, decision: "requeue" })),
  creditDeadLetter: operatorWithSecond(DUAL_ACTIONS.creditDeadLetter),
  ipBlocks: operator.query(({ ctx }) => getIpBlocks(ctx)),
  blockIp: operatorAlone.input(contract(BlockIpInput)).mutation(({ ctx, input }) => blockIp(ctx, input)),
  unblockIp: operatorAlone
    .input(contract(UnblockIpInput))
    .mutation(({ ctx, input }) => unblockIp(ctx, input)),
  alarms: operator.input(contract(AlarmsInput)).query(({ ctx, input }) => getAlarms(ctx, input)),
  alarmRules: operator.query(({ ctx }) => getAlarmRules(ctx)),
  setAlarmRule: operatorWithSecond(DUAL_ACTIONS.setAlarmRule),
  acknowledgeAlarm: operatorAlone
    .input(contract(AcknowledgeAlarmInput))
    .mutation(({ ctx, input }) => takeAlarm(ctx, input)),
};
