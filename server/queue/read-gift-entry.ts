import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { GiftQueueEntry } from "@/domain/contracts/gift";
import { GIFT_ID, ISO_TIME, NONCE, STORED_UUID, TRACE_ID } from "@/domain/contracts/ids";
import { isLike, isWithin } from "@/domain/rules/canonical-values";
import { GIFT_COUNT_MAX, PRICE_COINS_MAX } from "@/domain/rules/money";

/**
 * Reads what lay in the gift queue of a bucket. Whatever is not exactly what our own web process writes is left to the
 * contract, which takes it or says what is wrong with it.
 *
 * @throws ZodError when it is no gift.
 */
export function readGiftEntry(value: unknown, bucket: number): QueuedGift {
  return readCanonicalEntry(value, bucket) ?? { ...GiftQueueEntry.parse(value), bucket };
}

/**
 * The contract written out, at a fraction of its cost: it runs for every gift. All gifts come out of one literal, so that
 * whoever reads their fields finds each in the same place.
 *
 * @returns what the contract would make of `value`, or null where it has to be asked.
 */
export function readCanonicalEntry(value: unknown, bucket: number): QueuedGift | null {
  if (typeof value !== "object" || value === null) return null;
  const entry = value as Record<keyof GiftQueueEntry, unknown>;
  const { giftOrderId, senderId, senderName, roomId, sessionId, anchorId, giftId } = entry;
  const { count, priceCoins, comboId, anonymous, traceId, sentAt, nonce } = entry;
  if (
    !isLike(STORED_UUID, giftOrderId) ||
    !isLike(STORED_UUID, senderId) ||
    typeof senderName !== "string" ||
    !isLike(STORED_UUID, roomId) ||
    !isLike(STORED_UUID, sessionId) ||
    !isLike(STORED_UUID, anchorId) ||
    !isLike(GIFT_ID, giftId) ||
    !isWithin(GIFT_COUNT_MAX, count) ||
    !isWithin(PRICE_COINS_MAX, priceCoins) ||
    !(comboId === null || isLike(STORED_UUID, comboId)) ||
    typeof anonymous !== "boolean" ||
    !isLike(TRACE_ID, traceId) ||
    !isLike(ISO_TIME, sentAt) ||
    !(nonce === undefined || isLike(NONCE, nonce))
  )
    return null;
  const gift: QueuedGift = {
    giftOrderId,
    senderId,
    senderName,
    roomId,
    sessionId,
    anchorId,
    giftId,
    count,
    priceCoins,
    comboId,
    anonymous,
    traceId,
    sentAt,
    bucket,
  };
  if (nonce !== undefined) gift.nonce = nonce;
  return gift;
}
