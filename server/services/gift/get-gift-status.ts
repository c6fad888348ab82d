import { findGiftOrder } from "@/db/live/queries/gift-orders";
import type { GiftStatusResult } from "@/server/contracts/gift";
import { findOrderState } from "@/server/queue/gift-intake";
import type { SignedInCtx } from "../context";

/** How one of the caller's own orders stands; `unknown` when it never was accepted. */
export async function getGiftStatus(
  ctx: SignedInCtx,
  input: { giftOrderId: string },
): Promise<GiftStatusResult> {
  const { userId } = ctx.session;
  // Redis knows it first and cheapest; where it is away or has forgotten, the database answers what is final.
  const state = await findOrderState(ctx.redis, userId, input.giftOrderId).catch(() => undefined);
  const known = state ?? (await findGiftOrder(ctx.live, userId, input.giftOrderId));
  if (!known)
    return { giftOrderId: input.giftOrderId, status: "unknown", totalCoins: 0, traceId: ctx.traceId };
  return {
    giftOrderId: input.giftOrderId,
    status: known.status,
    reason: known.reason,
    totalCoins: known.totalCoins,
    traceId: known.traceId,
  };
}
