import { moveWithdrawal } from "@/db/finance/queries/move-withdrawal";
import type { WithdrawalRow } from "@/db/finance/queries/withdrawal-row";
import { findWithdrawals, retryPayout as retry } from "@/db/finance/queries/withdrawals";
import { BizError } from "@/domain/contracts/errors";
import type {
  DecideWithdrawalInput,
  NamedWithdrawal,
  RetryPayoutInput,
  WithdrawalFacts,
  WithdrawalStatus,
} from "@/domain/contracts/withdrawal";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { announceWithdrawal } from "./announce-withdrawal";
import { showWithdrawalFacts } from "./show-withdrawals";

/** States in which an earlier decision of the same kind has already taken effect. */
const AFTER: Record<"approved" | "rejected", readonly WithdrawalStatus[]> = {
  approved: ["approved", "paying", "paid", "failed"],
  rejected: ["rejected"],
};

/** The withdrawal that an operator names. Throws NOT_FOUND, INVALID_INPUT as `decideWithdrawal` does. */
export async function getNamed(ctx: SignedInCtx, input: NamedWithdrawal): Promise<WithdrawalRow> {
  const [row, other] = await findWithdrawals(ctx.finance, input.withdrawalId, input.anchorId);
  if (!row) throw new BizError("NOT_FOUND", { field: "withdrawalId" });
  if (other) throw new BizError("INVALID_INPUT", { field: "anchorId" });
  return row;
}

async function showOne(ctx: SignedInCtx, row: WithdrawalRow): Promise<WithdrawalFacts> {
  const [shown] = await showWithdrawalFacts(ctx, [row]);
  return shown as WithdrawalFacts;
}

/**
 * Approves or rejects a withdrawal. Deciding the same again changes nothing. Throws NOT_FOUND, INVALID_INPUT on
 * `anchorId` where two anchors have this id, WITHDRAWAL_STATE_CONFLICT (`status`) when it was decided otherwise,
 * PAYOUTS_HELD (`kind`, `until`) when it may not be approved now. What is approved can be rejected while something stops it.
 */
export async function decideWithdrawal(
  ctx: SignedInCtx,
  input: DecideWithdrawalInput,
): Promise<WithdrawalFacts> {
  const named = await getNamed(ctx, input);
  const to = input.approve ? "approved" : "rejected";
  const result = await moveWithdrawal(ctx.finance, {
    anchorId: named.anchorId,
    withdrawalId: named.withdrawalId,
    from: "requested",
    to,
    actorId: ctx.session.userId,
    note: input.note || null,
    traceId: ctx.traceId,
    at: sharedNow(),
    approval: ctx.approval,
  });
  if (result?.hold) {
    const { kind, until } = result.hold;
    throw new BizError("PAYOUTS_HELD", { kind, until: until?.toISOString() });
  }
  const row = result?.row ?? named;
  if (result?.moved) {
    runInBackground(ctx.log, "announcing a withdrawal", ctx.traceId, announceWithdrawal(ctx, row));
  } else if (!AFTER[to].includes(row.status)) {
    throw new BizError("WITHDRAWAL_STATE_CONFLICT", { status: row.status });
  }
  return showOne(ctx, row);
}

/** Has the provider asked again about a payout whose answer never came. Throws as `decideWithdrawal` does. */
export async function retryPayout(ctx: SignedInCtx, input: RetryPayoutInput): Promise<WithdrawalFacts> {
  const { anchorId, withdrawalId, status } = await getNamed(ctx, input);
  const facts = {
    anchorId,
    withdrawalId,
    actorId: ctx.session.userId,
    reason: input.reason,
    traceId: ctx.traceId,
    at: sharedNow(),
  };
  if (!(await retry(ctx.finance, facts))) throw new BizError("WITHDRAWAL_STATE_CONFLICT", { status });
  return showOne(ctx, await getNamed(ctx, { anchorId, withdrawalId }));
}
