import { insertOperatorAction } from "@/db/operator-actions";
import { BizError } from "@/domain/contracts/errors";
import type { RunJobInput } from "@/domain/contracts/ops";
import { requestJobRun } from "@/server/queue/job-queue";
import type { SignedInCtx } from "../context";

/** Has a scheduled job run now, beside its schedule; asked again before it begins, it runs once. Throws JOB_UNKNOWN. */
export async function runJob(ctx: SignedInCtx, input: RunJobInput): Promise<{ name: string }> {
  const { name } = input;
  const request = { requestedBy: ctx.session.userId, traceId: ctx.traceId };
  if (!(await requestJobRun(ctx.redis, name, request))) throw new BizError("JOB_UNKNOWN", { field: "name" });
  await insertOperatorAction(ctx.finance.sql, {
    actorId: ctx.session.userId,
    action: "job.run",
    subject: `job:${name}`,
    traceId: ctx.traceId,
  });
  return { name };
}
