import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type { RetentionPolicy, SetRetentionPolicyInput } from "@/domain/contracts/retention";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";

export function getRetentionPolicy(ctx: SignedInCtx): Promise<RetentionPolicy> {
  return readPolicy(ctx.live.sql, "retention");
}

/** Changes it; the next run of the job goes by it. */
export async function setRetentionPolicy(
  ctx: SignedInCtx,
  input: SetRetentionPolicyInput,
): Promise<RetentionPolicy> {
  const { reason, ...policy } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "retention", policy, by));
  return policy;
}
