import { findEarnings } from "@/db/finance/queries/earnings";
import { listSharesOfAnchor } from "@/db/finance/queries/shares";
import { sumYoungEarnings } from "@/db/finance/queries/young-earnings";
import { readPolicy } from "@/db/policies";
import type { FinanceSummary } from "@/domain/contracts/finance";
import { SHARE_BPS_DEFAULT } from "@/domain/rules/money";
import { buildShareTable, shareInForce } from "@/domain/rules/share";
import { splitEarnings } from "@/domain/rules/split-earnings";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";

const HOUR_MS = 3_600_000;

/** What the calling anchor has earned, may withdraw, has frozen and has withdrawn, and the share in force now. */
export async function getFinanceSummary(ctx: SignedInCtx): Promise<FinanceSummary> {
  const anchorId = ctx.session.userId;
  const [earnings, shares, { holdingHours }] = await Promise.all([
    findEarnings(ctx.finance, anchorId),
    listSharesOfAnchor(ctx.finance, anchorId),
    readPolicy(ctx.finance.sql, "withdrawal", ctx.env.DOWNPOUR_MODE),
  ]);
  const young = await sumYoungEarnings(ctx.finance.sql, anchorId, holdingHours);
  const { earnedFen, reversedFen, frozenFen, withdrawnFen, gifts, coins } = earnings ?? {
    earnedFen: 0,
    reversedFen: 0,
    frozenFen: 0,
    withdrawnFen: 0,
    gifts: 0,
    coins: 0,
  };
  const { withdrawableFen, maturingFen } = splitEarnings({
    earnedFen,
    frozenFen,
    withdrawnFen,
    youngFen: young.fen,
  });
  const ripe = (at: Date | null) =>
    maturingFen > 0 && at ? new Date(at.getTime() + holdingHours * HOUR_MS).toISOString() : null;
  return {
    anchorId,
    shareBps: shareInForce(buildShareTable(shares), anchorId, sharedNowMs(), SHARE_BPS_DEFAULT),
    earnedFen,
    reversedFen,
    withdrawableFen,
    maturingFen,
    maturesFrom: ripe(young.oldestAt),
    maturesBy: ripe(young.newestAt),
    frozenFen,
    withdrawnFen,
    gifts,
    coins,
  };
}
