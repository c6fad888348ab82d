import { findSetApart } from "@/db/live/queries/dead-letters";
import { findGiftOrder } from "@/db/live/queries/gift-orders";
import { isRefunded } from "@/db/live/queries/gift-refunds";
import { findPkOfGift } from "@/db/live/queries/pk-gifts";
import type { GiftStatusResult } from "@/domain/contracts/gift";
import { isUnavailable } from "@/domain/rules/driver-errors";
import { findOrderState, forgetLostOrder, type OrderState } from "@/server/queue/gift-intake";
import type { SignedInCtx } from "../context";
import { requireKnownDatabases } from "../restore/watch-databases";

/**
 * How one of the caller's own orders stands; `unknown` when it never was accepted, or was lost before it was posted:
 * then it can be sent again under its id. One that was set apart for a person to decide on is pending. Throws UNAVAILABLE where that cannot be told, because Redis is away.
 */
export async function getGiftStatus(
  ctx: SignedInCtx,
  input: { giftOrderId: string },
): Promise<GiftStatusResult> {
  requireKnownDatabases(ctx.live);
  const { giftOrderId } = input;
  const { userId } = ctx.session;
  // Redis knows it first and cheapest; where it is away or has forgotten, the database answers what is final.
  const known = await findOrderState(ctx.redis, userId, giftOrderId).then(
    (state) => ({ state }),
    (error: unknown) => ({ state: undefined, error }),
  );
  const { state } = known;
  if (state?.status === "settled")
    return await withPk(ctx, toResult(giftOrderId, await asItStands(ctx, giftOrderId, state)));
  if (state && state.status !== "pending") return toResult(giftOrderId, state);
  const posted = await findGiftOrder(ctx.live, userId, giftOrderId).catch((error: unknown) => {
    if (state && isUnavailable(error)) return undefined;
    throw error;
  });
  if (posted) return await withPk(ctx, toResult(giftOrderId, posted));
  if (state) return toResult(giftOrderId, state);
  // It may be in the queue: whoever were told that it is unknown would give again under another id.
  if ("error" in known) throw known.error;
  const apart = await findSetApart(ctx.live, userId, giftOrderId);
  if (apart) {
    const { totalCoins, traceId } = apart;
    return { giftOrderId, status: "pending", totalCoins, traceId: traceId ?? ctx.traceId };
  }
  await forgetLostOrder(ctx.redis, userId, giftOrderId);
  return { giftOrderId, status: "unknown", totalCoins: 0, traceId: ctx.traceId };
}

/** Redis keeps how an order ended; that it was refunded afterwards only the database knows. */
async function asItStands(ctx: SignedInCtx, giftOrderId: string, state: OrderState): Promise<OrderState> {
  const refunded = await isRefunded(ctx.live, ctx.session.userId, giftOrderId).catch((error: unknown) => {
    if (isUnavailable(error)) return false;
    throw error;
  });
  return refunded ? { ...state, status: "refunded" } : state;
}

/** The receipt of a paid gift says in which battle it was given, and whether it came in time to count. */
async function withPk(ctx: SignedInCtx, result: GiftStatusResult): Promise<GiftStatusResult> {
  if (result.status !== "settled") return result;
  const gift = { senderId: ctx.session.userId, giftOrderId: result.giftOrderId };
  const pk = await findPkOfGift(ctx.live, gift).catch((error: unknown) => {
    if (isUnavailable(error)) return null;
    throw error;
  });
  return pk ? { ...result, pk } : result;
}

function toResult(
  giftOrderId: string,
  { status, reason, totalCoins, traceId }: Omit<OrderState, "priceCoins">,
): GiftStatusResult {
  return { giftOrderId, status, reason, totalCoins, traceId };
}
