import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { giftQueue } from "./queues";

/** Of the oldest entries of each bucket; of a queue that is longer than that there are alarms. */
const LOOKED_THROUGH_MAX = 1_000;

/** Gifts of a trace that still wait in the queue. */
export async function findQueuedByTrace(
  redis: RedisClient,
  traceId: string,
): Promise<{ entryId: string; gift: QueuedGift }[]> {
  const buckets = await giftQueue.findWaiting(redis, ALL_BUCKETS);
  const found = await Promise.all(
    buckets.map((bucket) =>
      giftQueue.findWithText(redis, bucket, `"traceId":"${traceId}"`, LOOKED_THROUGH_MAX),
    ),
  );
  return found.flat().flatMap(({ id, item }) => (item ? [{ entryId: id, gift: item }] : []));
}
