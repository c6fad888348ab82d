import type { GiftQueueEntry } from "@/domain/contracts/gift";
import { bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { giftQueue } from "./queues";

/** An order on its way, as its sender's wallet holds it: the field `p:<gift order id>` with "coins;entry id". */
export interface Reservation {
  coins: number;
  /** Its entry in the queue, which may have been lost. */
  entryId: string;
}

const PREFIX = "p:";

export const reservationField = (giftOrderId: string) => PREFIX + giftOrderId;

/** The gift order that a field of a wallet stands for; undefined for the other fields. */
export function reservedOrderOf(field: string): string | undefined {
  return field.startsWith(PREFIX) ? field.slice(PREFIX.length) : undefined;
}

export function parseReservation(value: string): Reservation {
  const [coins, entryId = ""] = value.split(";");
  return { coins: Number(coins), entryId };
}

/**
 * What is in the queue under this entry, if it is this order of this sender. A queue that was lost and has begun anew may give an id a
 * second time.
 */
export async function findQueuedGift(
  redis: RedisClient,
  senderId: string,
  giftOrderId: string,
  entryId: string,
): Promise<GiftQueueEntry | undefined> {
  if (entryId === "") return undefined;
  const gift = await giftQueue.findItem(redis, bucketOf(senderId), entryId);
  return gift?.giftOrderId === giftOrderId && gift.senderId === senderId ? gift : undefined;
}
