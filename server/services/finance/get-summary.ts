import { findEarnings } from "@/db/finance/queries/earnings";
import { listSharesOfAnchor } from "@/db/finance/queries/shares";
import type { FinanceSummary } from "@/server/contracts/finance";
import { SHARE_BPS_DEFAULT } from "@/server/rules/money";
import { buildShareTable, shareInForce } from "@/server/rules/share";
import type { SignedInCtx } from "../context";

/** What the calling anchor has earned, may withdraw, has frozen and has withdrawn, and the share in force now. */
export async function getFinanceSummary(ctx: SignedInCtx): Promise<FinanceSummary> {
  const anchorId = ctx.session.userId;
  const [earnings, shares] = await Promise.all([
    findEarnings(ctx.finance, anchorId),
    listSharesOfAnchor(ctx.finance, anchorId),
  ]);
  const { earnedFen, reversedFen, frozenFen, withdrawnFen, gifts, coins } = earnings ?? {
    earnedFen: 0,
    reversedFen: 0,
    frozenFen: 0,
    withdrawnFen: 0,
    gifts: 0,
    coins: 0,
  };
  return {
    anchorId,
    shareBps: shareInForce(buildShareTable(shares), anchorId, Date.now(), SHARE_BPS_DEFAULT),
    earnedFen,
    reversedFen,
    withdrawableFen: earnedFen - frozenFen - withdrawnFen,
    frozenFen,
    withdrawnFen,
    gifts,
    coins,
  };
}
