import type { GiftSendInput, GiftSendResult } from "@/server/contracts/gift";
import type { SignedInCtx } from "../context";
import { requireNotKicked } from "../room/restrictions";
import { findRoomState, peekRoomState, restrictionsOf } from "../room/room-state";
import { getGiftStatus } from "./get-gift-status";
import { sendGift } from "./send-gift";

/**
 * `sendGift`, but not into a room that the sender was removed from. An order that was accepted before the kick is still
 * answered with its state. Throws KICKED besides what `sendGift` throws.
 */
export function sendGiftUnlessKicked(ctx: SignedInCtx, input: GiftSendInput): Promise<GiftSendResult> {
  const room = peekRoomState(ctx, input.roomId);
  // Nearly always known without waiting: this is the hottest path there is.
  if (room && !restrictionsOf(room, ctx.session.userId).kick) return sendGift(ctx, input);
  return sendAfterAsking(ctx, input);
}

async function sendAfterAsking(ctx: SignedInCtx, input: GiftSendInput): Promise<GiftSendResult> {
  const room = await findRoomState(ctx, input.roomId);
  const restrictions = room && restrictionsOf(room, ctx.session.userId);
  if (restrictions?.kick) {
    const { status } = await getGiftStatus(ctx, { giftOrderId: input.giftOrderId });
    if (status === "unknown") requireNotKicked(restrictions);
  }
  return sendGift(ctx, input);
}
