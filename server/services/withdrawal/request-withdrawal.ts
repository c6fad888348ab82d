import { v7 as uuidv7 } from "uuid";
import { requestWithdrawal as request } from "@/db/finance/queries/request-withdrawal";
import { BizError } from "@/domain/contracts/errors";
import type { WithdrawInput } from "@/domain/contracts/payout-account";
import type { Withdrawal } from "@/domain/contracts/withdrawal";
import { dayStart } from "@/domain/rules/calendar";
import { runInBackground } from "@/platform/runtime/background";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { requireFeature } from "../policy/require-feature";
import { announceWithdrawal } from "./announce-withdrawal";
import { findUnpayable } from "./find-unpayable";
import { hashAccountCode, sealPayoutAccount } from "./payout-account";
import { showWithdrawals } from "./show-withdrawals";

/**
 * Asks for a part of the calling anchor's earnings; the amount is frozen at once. Repeating it with the same content
 * returns the same withdrawal.
 *
 * Throws WITHDRAWAL_CONFLICT (same id, other content), FORBIDDEN (no anchor any more, or banned), PAYOUTS_HELD (`kind`,
 * `until`), WITHDRAWAL_LIMIT (`limit`, `limitFen`, `usedFen`), INSUFFICIENT_EARNINGS (`withdrawableFen`, `maturingFen`),
 * ACCOUNT_CODE_NEEDED, ACCOUNT_CODE_WRONG (`triesLeft`).
 */
export async function requestWithdrawal(ctx: SignedInCtx, input: WithdrawInput): Promise<Withdrawal> {
  const anchorId = ctx.session.userId;
  const { withdrawalId, amountFen, payoutAccount } = input;
  const at = sharedNow();
  // What the session says may be half a minute old.
  const unpayable = (await findUnpayable(ctx, [anchorId], at)).get(anchorId);
  if (unpayable === "anchor_unknown") throw new BizError("UNAVAILABLE");
  if (unpayable === "held_restriction") throw new BizError("PAYOUTS_HELD", { kind: "restriction" });
  if (unpayable) throw new BizError("FORBIDDEN");
  requireFeature(ctx, "FEATURE_WITHDRAWALS");
  const account = sealPayoutAccount(ctx.env, anchorId, withdrawalId, payoutAccount);
  const named = { anchorId, accountIndex: account.index };
  const result = await request(ctx.finance, {
    anchorId,
    withdrawalId,
    payoutId: uuidv7(),
    amountFen,
    account,
    codeHash: input.accountCode === undefined ? null : hashAccountCode(ctx.env, named, input.accountCode),
    mode: ctx.env.DOWNPOUR_MODE,
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
    case "insufficient": {
      const { withdrawableFen, maturingFen } = result;
      throw new BizError("INSUFFICIENT_EARNINGS", {
        withdrawableFen,
        ...(maturingFen > 0 ? { maturingFen } : {}),
      });
    }
    case "held": {
      const { kind, until } = result.hold;
      throw new BizError("PAYOUTS_HELD", { kind, until: until?.toISOString() });
    }
    case "code-needed":
      throw new BizError("ACCOUNT_CODE_NEEDED");
    case "code-wrong":
      throw new BizError("ACCOUNT_CODE_WRONG", { triesLeft: result.triesLeft });
    case "exists":
      break;
    case "created":
      runInBackground(ctx.log, "announcing a withdrawal", ctx.traceId, announceWithdrawal(ctx, result.row));
  }
  const [shown] = await showWithdrawals(ctx, [result.row]);
  return shown as Withdrawal;
}
