import { listPayoutHolds } from "@/db/finance/queries/payout-holds";
import { sumAskedFor, sumWithdrawalsSince } from "@/db/finance/queries/request-withdrawal";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type {
  SetWithdrawalPolicyInput,
  WithdrawalLimits,
  WithdrawalPolicy,
} from "@/domain/contracts/withdrawal";
import { dayStart } from "@/domain/rules/calendar";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { actingOperator } from "../approval/acting-operator";
import type { SignedInCtx } from "../context";
import { showHold } from "./hold-payouts";

/** What the calling anchor may withdraw, and what of it is used up today. */
export async function getWithdrawalLimits(ctx: SignedInCtx): Promise<WithdrawalLimits> {
  const anchorId = ctx.session.userId;
  const at = sharedNow();
  const [policy, usedTodayFen, asked, holds] = await Promise.all([
    getWithdrawalPolicy(ctx),
    sumWithdrawalsSince(ctx.finance, anchorId, dayStart(at.getTime())),
    sumAskedFor(ctx.finance, anchorId, at),
    listPayoutHolds(ctx.finance.sql, anchorId, at),
  ]);
  return { ...policy, usedTodayFen, ...asked, holds: holds.map(showHold) };
}

/** The rules of everybody. */
export function getWithdrawalPolicy(ctx: SignedInCtx): Promise<WithdrawalPolicy> {
  return readPolicy(ctx.finance.sql, "withdrawal", ctx.env.DOWNPOUR_MODE);
}

/** Changes the rules of everybody from now on; what is on its way stays as it was decided. */
export async function setWithdrawalPolicy(
  ctx: SignedInCtx,
  { reason, ...change }: SetWithdrawalPolicyInput,
): Promise<WithdrawalPolicy> {
  const by = actingOperator(ctx, reason);
  return await inTransaction(ctx.finance.sql, (tx) =>
    writePolicy(tx, "withdrawal", change, by, ctx.env.DOWNPOUR_MODE),
  );
}
