import { countOperators } from "@/db/live/queries/operators";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type { FourEyes, FourEyesPolicy, SetFourEyesPolicyInput } from "@/domain/contracts/approval";
import { BizError } from "@/domain/contracts/errors";
import type { Env } from "@/platform/settings/env";
import type { Resources, SignedInCtx } from "../context";
import { actingOperator } from "./acting-operator";

/** Modes in which nobody but ourselves is there to be protected. */
const ALONE: readonly Env["DOWNPOUR_MODE"][] = ["demo", "development"];

/**
 * The policy, and whether a second operator is needed now. Read past every cache: it decides about money. One operator may
 * ban another alone, and must not be the only one by that: whoever was banned lately still counts.
 */
export async function getFourEyes(resources: Pick<Resources, "env" | "live">): Promise<FourEyes> {
  const { env, live } = resources;
  const [policy, operators] = await Promise.all([readPolicy(live.sql, "four-eyes"), countOperators(live)]);
  const { able, bannedLately } = operators;
  const isAuto = !ALONE.includes(env.DOWNPOUR_MODE) && able + bannedLately > 1;
  return { ...policy, operators: able, isOn: policy.mode === "on" || (policy.mode === "auto" && isAuto) };
}

/**
 * Changes it from now on; proposals that wait go on waiting. Throws SECOND_OPERATOR_MISSING where nothing could ever be
 * agreed to, not even the way back.
 */
export async function setFourEyesPolicy(
  ctx: SignedInCtx,
  input: SetFourEyesPolicyInput,
): Promise<FourEyesPolicy> {
  const { reason, ...policy } = input;
  const by = actingOperator(ctx, reason);
  if (policy.mode === "on" && (await countOperators(ctx.live)).able < 2)
    throw new BizError("SECOND_OPERATOR_MISSING", { field: "mode" });
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "four-eyes", policy, by));
  return policy;
}
