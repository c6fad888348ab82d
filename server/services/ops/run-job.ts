import { insertOperatorAction } from "@/db/operator-actions";
import { BizError } from "@/domain/contracts/errors";
import { isJobName, type RunJobInput } from "@/domain/contracts/jobs";
import { requestJobRun } from "@/server/queue/job-queue";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";

/**
 * Has a scheduled job run now, beside its schedule, also while it is paused; asked again before it begins, it runs once.
 * Throws JOB_UNKNOWN.
 */
export async function runJob(ctx: SignedInCtx, input: RunJobInput): Promise<{ name: string }> {
  const { name, reason } = input;
  if (!isJobName(name)) throw new BizError("JOB_UNKNOWN", { field: "name" });
  const request = { requestedBy: ctx.session.userId, traceId: ctx.traceId };
  // Redis knows no transaction of the database: the row is there before the job can run, or it does not run.
  const writeDown = () =>
    insertOperatorAction(ctx.finance.sql, {
      ...actingOperator(ctx, reason),
      action: "job.run",
      subject: `job:${name}`,
    });
  await requestJobRun(ctx.redis, name, request, writeDown);
  return { name };
}
