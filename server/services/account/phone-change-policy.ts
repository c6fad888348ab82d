import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type { PhoneChangePolicy, SetPhoneChangePolicyInput } from "@/domain/contracts/account";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";

export function getPhoneChangePolicy(ctx: SignedInCtx): Promise<PhoneChangePolicy> {
  return readPolicy(ctx.live.sql, "phone-change");
}

/** Changes it; numbers that are changed from then on go by it, holds that stand stay as they are. */
export async function setPhoneChangePolicy(
  ctx: SignedInCtx,
  input: SetPhoneChangePolicyInput,
): Promise<PhoneChangePolicy> {
  const { reason, ...policy } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "phone-change", policy, by));
  return policy;
}
