import { RunJobInput } from "../../contracts/ops";
import { getOverview } from "../../services/ops/get-overview";
import { runJob } from "../../services/ops/run-job";
import { contract } from "../contract";
import { operator, router } from "../init";

export const opsRouter = router({
  overview: operator.query(({ ctx }) => getOverview(ctx)),
  runJob: operator.input(contract(RunJobInput)).mutation(({ ctx, input }) => runJob(ctx, input)),
});
