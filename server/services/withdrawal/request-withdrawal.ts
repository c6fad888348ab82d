import { v7 as uuidv7 } from "uuid";
import { requestWithdrawal as request } from "@/db/finance/queries/request-withdrawal";
import { BizError } from "@/server/contracts/errors";
import type { Withdrawal, WithdrawInput } from "@/server/contracts/withdrawal";
import { dayStart } from "@/server/rules/calendar";
import { runInBackground } from "../background";
import type { SignedInCtx } from "../context";
import { announceWithdrawal } from "./announce-withdrawal";
import { sealPayoutAccount } from "./payout-account";
import { showWithdrawals } from "./show-withdrawals";

/**
 * Asks for a part of the calling anchor's earnings; the amount is frozen at once. Repeating it with the same content
 * returns the same withdrawal.
 *
 * Throws WITHDRAWAL_CONFLICT (same id, other content), WITHDRAWAL_LIMIT (`limit`, `limitFen`, `usedFen`),
 * INSUFFICIENT_EARNINGS (`withdrawableFen`).
 */
export async function requestWithdrawal(ctx: SignedInCtx, input: WithdrawInput): Promise<Withdrawal> {
  const anchorId = ctx.session.userId;
  const { withdrawalId, amountFen, payoutAccount } = input;
  const at = new Date();
  const result = await request(ctx.finance, {
    anchorId,
    withdrawalId,
    payoutId: uuidv7(),
    amountFen,
    account: sealPayoutAccount(ctx.env, anchorId, withdrawalId, payoutAccount),
    traceId: ctx.traceId,
    at,
    dayStart: dayStart(at.getTime()),
  });
  switch (result.outcome) {
    case "conflict":
      throw new BizError("WITHDRAWAL_CONFLICT");
    case "limit": {
      const { limit, limitFen, usedFen } = result;
      throw new BizError("WITHDRAWAL_LIMIT", { limit, limitFen, usedFen });
    }
    case "insufficient":
      throw new BizError("INSUFFICIENT_EARNINGS", { withdrawableFen: result.withdrawableFen });
    case "exists":
      break;
    case "created":
      runInBackground(ctx.log, "announcing a withdrawal", ctx.traceId, announceWithdrawal(ctx, result.row));
  }
  const [shown] = await showWithdrawals(ctx, [result.row]);
  return shown as Withdrawal;
}
