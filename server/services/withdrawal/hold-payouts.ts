import {
  findPayoutHold,
  liftPayoutHold,
  listPayoutHolds,
  type PayoutHold,
  placePayoutHold,
} from "@/db/finance/queries/payout-holds";
import { BizError } from "@/domain/contracts/errors";
import type {
  HoldPayoutsInput,
  LiftPayoutHoldInput,
  PayoutHoldsInput,
  StandingHold,
  StandingHoldFacts,
} from "@/domain/contracts/withdrawal";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";

const DAY_MS = 86_400_000;

/** As the anchor may see it: what operators wrote down is theirs. */
export const showHold = ({ kind, until }: PayoutHold): StandingHold => ({
  kind,
  until: until?.toISOString() ?? null,
});

/** As operators see it. */
export const showHoldFacts = (hold: PayoutHold): StandingHoldFacts => ({
  ...showHold(hold),
  holdId: hold.id,
  reason: hold.reason,
  placedAt: hold.createdAt.toISOString(),
});

/** What stops payouts to an anchor now. */
export async function listStandingHolds(
  ctx: SignedInCtx,
  { anchorId }: PayoutHoldsInput,
): Promise<{ items: StandingHoldFacts[] }> {
  const holds = await listPayoutHolds(ctx.finance.sql, anchorId, sharedNow());
  return { items: holds.map(showHoldFacts) };
}

/**
 * Stops everything that is paid to an anchor. Placing the same hold again changes nothing. Throws INVALID_INPUT for the id
 * of another hold.
 */
export async function holdPayouts(
  ctx: SignedInCtx,
  { holdId, anchorId, reason, days }: HoldPayoutsInput,
): Promise<{ items: StandingHoldFacts[] }> {
  const until = days === undefined ? null : new Date(sharedNowMs() + days * DAY_MS);
  const actorId = ctx.session.userId;
  const { traceId } = ctx;
  const standing = await findPayoutHold(ctx.finance, holdId);
  if (
    standing &&
    (standing.anchorId !== anchorId || standing.kind !== "operator" || standing.reason !== reason)
  )
    throw new BizError("INVALID_INPUT", { field: "holdId" });
  await placePayoutHold(
    ctx.finance,
    { id: holdId, anchorId, kind: "operator", reason, until, placedBy: actorId, traceId },
    {
      actorId,
      action: "payouts.hold",
      subject: `anchor:${anchorId}`,
      after: { holdId, until },
      reason,
      traceId,
    },
  );
  return listStandingHolds(ctx, { anchorId });
}

/**
 * Lifts a hold; lifting it again changes nothing. Throws NOT_FOUND, and FORBIDDEN for the hold of a restricted account,
 * which ends with the restriction.
 */
export async function liftHold(
  ctx: SignedInCtx,
  { holdId, reason }: LiftPayoutHoldInput,
): Promise<{ items: StandingHoldFacts[] }> {
  const hold = await findPayoutHold(ctx.finance, holdId);
  if (!hold) throw new BizError("NOT_FOUND", { field: "holdId" });
  if (hold.kind === "restriction") throw new BizError("FORBIDDEN");
  const { anchorId, kind } = hold;
  const actorId = ctx.session.userId;
  const { traceId } = ctx;
  await liftPayoutHold(
    ctx.finance,
    { id: holdId, liftedBy: actorId },
    {
      actorId,
      action: "payouts.lift_hold",
      subject: `anchor:${anchorId}`,
      before: { holdId, kind, reason: hold.reason },
      reason,
      traceId,
    },
  );
  return listStandingHolds(ctx, { anchorId });
}
