import type { GiftSendInput } from "@/domain/contracts/gift";
import { GIFT_ID, STORED_UUID } from "@/domain/contracts/ids";
import { RAIN_CODE, type RainClaimInput } from "@/domain/contracts/rain";
import { isLike, isWithin } from "@/domain/rules/canonical-values";
import { GIFT_COUNT_MAX } from "@/domain/rules/money";

/*
 * The contracts of the two hottest calls, written out at a third of their cost for input just as our own pages send it. Each
 * answers what its contract would make of `value`, or null where the contract has to be asked, which takes it or says
 * what is wrong with it. A test compares both.
 */

export function readCanonicalSend(value: unknown): GiftSendInput | null {
  if (typeof value !== "object" || value === null) return null;
  const { giftOrderId, roomId, giftId, count, comboId, anonymous, confirmed } = value as Record<
    string,
    unknown
  >;
  return isLike(STORED_UUID, giftOrderId) &&
    isLike(STORED_UUID, roomId) &&
    isLike(GIFT_ID, giftId) &&
    isWithin(GIFT_COUNT_MAX, count) &&
    (comboId === undefined || isLike(STORED_UUID, comboId)) &&
    isFlag(anonymous) &&
    isFlag(confirmed)
    ? { giftOrderId, roomId, giftId, count, comboId, anonymous, confirmed }
    : null;
}

export function readCanonicalClaim(value: unknown): RainClaimInput | null {
  if (typeof value !== "object" || value === null) return null;
  const { code, roomId, claimId } = value as Record<string, unknown>;
  return isLike(RAIN_CODE, code) && isLike(STORED_UUID, roomId) && isLike(STORED_UUID, claimId)
    ? { code, roomId, claimId }
    : null;
}

const isFlag = (value: unknown): value is boolean | undefined =>
  value === undefined || typeof value === "boolean";
