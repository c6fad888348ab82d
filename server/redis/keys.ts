import { BUCKET_COUNT, bucketOf } from "../rules/bucket";

/**
 * Every key of the product is built here. Hot keys carry the hash tag of their bucket, `{b17}`, so that all keys of one
 * user's gift are in one slot of a Redis Cluster and one script may touch them together.
 */
const tag = (bucket: number) => {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKET_COUNT)
    throw new RangeError(`No bucket ${bucket}.`);
  return `{b${bucket}}`;
};

/** Stream of accepted gifts of one bucket. */
export const giftStreamKey = (bucket: number) => `gifts:${tag(bucket)}`;
/** Gifts that kept failing, with their reason. */
export const giftDeadLetterKey = (bucket: number) => `gifts-dead:${tag(bucket)}`;
/** Who reads a bucket's queue now. */
export const bucketLeaseKey = (bucket: number) => `gifts-lease:${tag(bucket)}`;
/** Living gift-debit workers: name → when it is given up for dead, in ms. */
export const debitWorkersKey = "gifts-workers";
/** State of one gift order: what was asked, how it stands. */
export const giftOrderKey = (senderId: string, giftOrderId: string) =>
  `order:${tag(bucketOf(senderId))}:${senderId}:${giftOrderId}`;
/** Cached balance and reservations of one wallet. */
export const walletKey = (userId: string) => `wallet:${tag(bucketOf(userId))}:${userId}`;
/** The running count of one combo. */
export const comboKey = (senderId: string, comboId: string) =>
  `combo:${tag(bucketOf(senderId))}:${senderId}:${comboId}`;

/** Numbered events of a room: a counter and the last events, in one slot. */
export const roomSeqKey = (roomId: string) => `room-seq:{${roomId}}`;
/** What is left of the chat that a room shows live now. */
export const roomChatKey = (roomId: string) => `room-chat:{${roomId}}`;
export const roomEventsKey = (roomId: string) => `room-events:{${roomId}}`;
/** Who gave how much in a room in a period, as a sorted set; in the slot of the room's events. */
export const roomTopKey = (roomId: string, period: { window: string; id: string }) =>
  `room-top:{${roomId}}:${period.window}:${period.id}`;

/** The catalogue: the whole list, one entry a gift, and the name of its latest change. One slot holds them all. */
export const giftListKey = "catalogue:{gifts}:list";
export const giftItemKey = (giftId: string) => `catalogue:{gifts}:item:${giftId}`;
export const giftGenerationKey = "catalogue:{gifts}:generation";
/** Stands while an operator changes a gift, and for a moment should that process die before it could say so. */
export const giftChangingKey = "catalogue:{gifts}:changing";
export const fillLockKey = (valueKey: string) => `${valueKey}:fill`;
/** Pub/sub channel that tells every process to drop its copy of the catalogue. */
export const catalogueChangedChannel = "catalogue:changed";
