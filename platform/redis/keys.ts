import { BUCKET_COUNT, bucketOf } from "@/domain/rules/bucket";

/**
 * Keys that several processes share. What the web process alone keeps is in `web-keys.ts`, jobs and the gateway's nodes have
 * prefixes of their own. Hot keys carry the hash tag of their bucket, `{b17}`, so that all keys of one user's gift are in
 * one slot of a Redis Cluster and one script may touch them together.
 */
const tag = (bucket: number) => {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKET_COUNT)
    throw new RangeError(`No bucket ${bucket}.`);
  return `{b${bucket}}`;
};

/** Queues with a stream in each bucket. */
export type QueueName = "gifts" | "claims";
/** The queue's entries of one bucket that are not yet dealt with. */
export const streamKey = (queue: QueueName, bucket: number) => `${queue}:${tag(bucket)}`;
/** Where an earlier version kept entries that kept failing; they are recorded in the database now. */
export const oldDeadLetterKey = (queue: QueueName, bucket: number) => `${queue}-dead:${tag(bucket)}`;
/** Who reads a bucket of the queue now. */
export const bucketLeaseKey = (queue: QueueName, bucket: number) => `${queue}-lease:${tag(bucket)}`;
/** Living workers of the queue: name → when it is given up for dead, in ms. */
export const queueWorkersKey = (queue: QueueName) => `${queue}-workers`;

/** Stream of accepted gifts of one bucket. */
export const giftStreamKey = (bucket: number) => streamKey("gifts", bucket);
/** Stream of the packets that viewers got out of one bucket. */
export const claimStreamKey = (bucket: number) => streamKey("claims", bucket);
/** State of one gift order: what was asked, how it stands. */
export const giftOrderKey = (senderId: string, giftOrderId: string) =>
  `order:${tag(bucketOf(senderId))}:${senderId}:${giftOrderId}`;
/** Cached balance and reservations of one wallet. */
export const walletKey = (userId: string) => `wallet:${tag(bucketOf(userId))}:${userId}`;
/** A combo is its sender's, and either named or anonymous: what is of one name must not count on under none. */
export interface ComboName {
  senderId: string;
  /** The client's own id. */
  comboId: string;
  anonymous: boolean;
}
/** The running count of one combo. */
export const comboKey = ({ senderId, comboId, anonymous }: ComboName) =>
  `combo:${tag(bucketOf(senderId))}:${senderId}:${comboId}${anonymous ? ":anonymous" : ""}`;

/** Stands while a signed call could come a second time: that it came. */
export const nonceKey = (bucket: number, userId: string, nonce: string) =>
  `nonce:${tag(bucket)}:${userId}:${nonce}`;

/** The databases that what Redis keeps belongs to, as they were last seen: see `watchIdentities`. */
export const knownDatabasesKey = "known-databases";
/** Which era this Redis is in, as far as it remembers: see platform/redis/era.ts. */
export const redisEraKey = "redis-era";

/** Written before replicas are waited for: see confirm-replicated.ts. */
export const replicatedMarkKey = "replicated-mark";

/** Numbered events of a room: a counter and the last events, in one slot. */
export const roomSeqKey = (roomId: string) => `room-seq:{${roomId}}`;
/** What is left of the chat that a room shows live now. */
export const roomChatKey = (roomId: string) => `room-chat:{${roomId}}`;
export const roomEventsKey = (roomId: string) => `room-events:{${roomId}}`;
/** Who gave how much in a room in a period, as a sorted set; in the slot of the room's events. */
export const roomTopKey = (roomId: string, period: { window: string; id: string }) =>
  `room-ranks:{${roomId}}:${period.window}:${period.id}`;

/** The catalogue: the whole list, one entry a gift, and the name of its latest change. One slot holds them all. */
export const giftListKey = "catalogue:{gifts}:list";
export const giftItemKey = (giftId: string) => `catalogue:{gifts}:item:${giftId}`;
export const giftGenerationKey = "catalogue:{gifts}:generation";
/** Stands while an operator changes a gift, and for a moment should that process die before it could say so. */
export const giftChangingKey = "catalogue:{gifts}:changing";
export const fillLockKey = (valueKey: string) => `${valueKey}:fill`;
/** Pub/sub channel that tells every process to drop its copy of the catalogue. */
export const catalogueChangedChannel = "catalogue:changed";

/** How one shard of a rain stands; with the next two, in the slot of the shard's bucket and of its queue of claims. */
export const rainStateKey = (rainId: string, bucket: number) => `rain:${tag(bucket)}:${rainId}`;
/** The packets of a shard that nobody has. */
export const rainPacketsKey = (rainId: string, bucket: number) => `rain-packets:${tag(bucket)}:${rainId}`;
/** What each viewer got out of a shard. */
export const rainViewersKey = (rainId: string, bucket: number) => `rain-viewers:${tag(bucket)}:${rainId}`;
/** Packets of a shard while one of several loaders loads them. */
export const rainLoadingKey = (rainId: string, bucket: number, loader: string) =>
  `rain-loading:${tag(bucket)}:${rainId}:${loader}`;
/** Stands for the moment in which a room was just told how far a rain is. */
export const rainToldKey = (rainId: string) => `rain-told:${rainId}`;
/** Pub/sub: there is something to do for a rain; the message is its id. */
export const rainWorkChannel = "rain:work";

/** Processes and their heartbeats: when each beat last and first, and what it says of itself. One slot holds them all. */
export const processBeatsKey = "{services}:beats";
export const processStartsKey = "{services}:starts";
export const processRowsKey = "{services}:rows";
/** Which process looks at the rules of alarms, how each rule stands, and what was seen last. */
export const alarmLeaseKey = "{alarms}:lease";
export const alarmStatesKey = "{alarms}:states";

/** The addresses that are turned away, for processes that have no database. */
export const ipBlocksKey = "ip-blocks";
