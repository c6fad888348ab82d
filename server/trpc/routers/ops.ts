import { AcknowledgeAlarmInput, AlarmsInput } from "../../contracts/alarms";
import { SetMediaHostsInput } from "../../contracts/media-hosts";
import { RunJobInput } from "../../contracts/ops";
import { getAlarms, takeAlarm } from "../../services/alarm/manage-alarms";
import { getMediaHostsPolicy, setMediaHostsPolicy } from "../../services/media/media-hosts";
import { getAttention } from "../../services/ops/get-attention";
import { getOverview } from "../../services/ops/get-overview";
import { runJob } from "../../services/ops/run-job";
import { contract } from "../contract";
import { operator, router } from "../init";

export const opsRouter = router({
  overview: operator.query(({ ctx }) => getOverview(ctx)),
  attention: operator.query(({ ctx }) => getAttention(ctx)),
  runJob: operator.input(contract(RunJobInput)).mutation(({ ctx, input }) => runJob(ctx, input)),
  mediaHosts: operator.query(({ ctx }) => getMediaHostsPolicy(ctx)),
  setMediaHosts: operator
    .input(contract(SetMediaHostsInput))
    .mutation(({ ctx, input }) => setMediaHostsPolicy(ctx, input)),
  alarms: operator.input(contract(AlarmsInput)).query(({ ctx, input }) => getAlarms(ctx, input)),
  acknowledgeAlarm: operator
    .input(contract(AcknowledgeAlarmInput))
    .mutation(({ ctx, input }) => takeAlarm(ctx, input)),
});
