import type { GiftSendInput, GiftSendResult } from "@/domain/contracts/gift";
import type { SignedInCtx } from "../context";
import { findKick, kickedError } from "../room/entrance";
import { findRoomState, peekRoomState } from "../room/room-state";
import { getGiftStatus } from "./get-gift-status";
import { sendGift } from "./send-gift";

/**
 * Accepts a gift into the queue, where it is durable, unless its sender was removed from the room; debit follows. Repeating
 * a call with the same `giftOrderId` answers how that order stands, also after a kick. Throws KICKED and what `sendGift` does.
 */
export function sendGiftUnlessKicked(ctx: SignedInCtx, input: GiftSendInput): Promise<GiftSendResult> {
  const room = peekRoomState(ctx, input.roomId);
  // Nearly always known without waiting: this is the hottest path there is.
  if (room && findKick(ctx, room) === null) return sendGift(ctx, input);
  return sendAfterAsking(ctx, input);
}

async function sendAfterAsking(ctx: SignedInCtx, input: GiftSendInput): Promise<GiftSendResult> {
  const room = await findRoomState(ctx, input.roomId);
  const kick = room && (await findKick(ctx, room));
  if (kick) {
    const { status } = await getGiftStatus(ctx, { giftOrderId: input.giftOrderId });
    if (status === "unknown") throw kickedError(kick);
  }
  return sendGift(ctx, input);
}
