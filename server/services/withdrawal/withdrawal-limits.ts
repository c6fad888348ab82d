import type { Sql } from "@/db/client";
import { sumWithdrawalsSince } from "@/db/finance/queries/request-withdrawal";
import { readPolicy, writePolicy } from "@/db/policies";
import type {
  SetWithdrawalPolicyInput,
  WithdrawalLimits,
  WithdrawalPolicy,
} from "@/server/contracts/withdrawal";
import { dayStart } from "@/server/rules/calendar";
import type { SignedInCtx } from "../context";

/** What the calling anchor may withdraw, and what of it is used up today. */
export async function getWithdrawalLimits(ctx: SignedInCtx): Promise<WithdrawalLimits> {
  const [policy, usedTodayFen] = await Promise.all([
    readPolicy(ctx.finance.sql, "withdrawal"),
    sumWithdrawalsSince(ctx.finance, ctx.session.userId, dayStart(Date.now())),
  ]);
  return { ...policy, usedTodayFen };
}

/** The limits of everybody. */
export function getWithdrawalPolicy(ctx: SignedInCtx): Promise<WithdrawalPolicy> {
  return readPolicy(ctx.finance.sql, "withdrawal");
}

/** Changes the limits of everybody from now on; what is on its way stays as it was decided. */
export async function setWithdrawalPolicy(
  ctx: SignedInCtx,
  { reason, ...policy }: SetWithdrawalPolicyInput,
): Promise<WithdrawalPolicy> {
  const by = { actorId: ctx.session.userId, reason, traceId: ctx.traceId };
  await ctx.finance.sql.begin((tx) => writePolicy(tx as unknown as Sql, "withdrawal", policy, by));
  return policy;
}
