import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type { SetTierPolicyInput, TierPolicy } from "@/domain/contracts/analytics";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";

export function getTierPolicy(ctx: SignedInCtx): Promise<TierPolicy> {
  return readPolicy(ctx.finance.sql, "analytics-tiers");
}

/** Changes where tiers begin; the next run ranks by it. */
export async function setTierPolicy(ctx: SignedInCtx, input: SetTierPolicyInput): Promise<TierPolicy> {
  const { reason, ...policy } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.finance.sql, (tx) => writePolicy(tx, "analytics-tiers", policy, by));
  return policy;
}
