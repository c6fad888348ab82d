import { insertRefund } from "@/db/live/queries/gift-refunds";
import { BizError } from "@/domain/contracts/errors";
import type { GiftRefundInput, GiftRefundResult } from "@/domain/contracts/refund";
import { counter } from "@/platform/observability/metrics";
import type { SignedInCtx } from "../context";
import { announceWallet } from "../wallet/announce-wallet";

const refundsTotal = counter("downpour_gift_refunds_total", "Gifts that operators gave back");

/**
 * Gives a paid gift back to its sender, for an operator. The coins are in the wallet when this returns; settlement takes
 * the anchor's and the platform's parts back afterwards. Repeating a call with the same `refundId` changes nothing.
 *
 * Throws NOT_FOUND when this sender paid for no such gift, REFUND_CONFLICT when it was refunded under another id or the
 * id belongs to another gift's refund.
 */
export async function refundGift(ctx: SignedInCtx, input: GiftRefundInput): Promise<GiftRefundResult> {
  const refund = await insertRefund(ctx.live, {
    ...input,
    actorId: ctx.session.userId,
    traceId: ctx.traceId,
  });
  if (refund === "unknown") throw new BizError("NOT_FOUND", { field: "giftOrderId" });
  if (refund === "conflict") throw new BizError("REFUND_CONFLICT", { field: "refundId" });
  if (refund.traceId === ctx.traceId) refundsTotal.inc();
  await announceWallet(ctx, input.senderId, "refund");
  const { refundId, giftOrderId, senderId, totalCoins, reason, traceId, createdAt } = refund;
  return {
    refundId,
    giftOrderId,
    senderId,
    totalCoins,
    reason,
    traceId,
    refundedAt: createdAt.toISOString(),
  };
}
