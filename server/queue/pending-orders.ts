import type { RedisClient } from "../redis/client";
import { giftStreamKey } from "../redis/keys";
import { scanKeys } from "../redis/scan";
import { bucketOf } from "../rules/bucket";

/** An accepted order whose outcome Redis does not know yet. */
export interface PendingOrder {
  key: string;
  senderId: string;
  giftOrderId: string;
  /** Its entry in the queue, there or not. */
  entryId: string;
  totalCoins: number;
  traceId: string;
  isQueued: boolean;
}

/** Every order that is remembered as pending, in blocks, each with a look whether its entry is in the queue. */
export async function* listPendingOrders(redis: RedisClient): AsyncIterable<PendingOrder[]> {
  for await (const keys of scanKeys(redis, "order:*")) {
    const values = await Promise.all(keys.map((key) => redis.get(key)));
    const pending = keys.flatMap((key, i) => parsePending(key, values[i] ?? null));
    if (pending.length === 0) continue;
    yield await Promise.all(
      pending.map(async (order) => ({ ...order, isQueued: await isQueued(redis, order) })),
    );
  }
}

/** Whether the order is pending still, under the same entry. */
export async function stillPending(redis: RedisClient, order: PendingOrder): Promise<boolean> {
  const [now] = parsePending(order.key, await redis.get(order.key));
  return now?.entryId === order.entryId;
}

async function isQueued(redis: RedisClient, { senderId, entryId }: PendingOrder): Promise<boolean> {
  return (await redis.xrange(giftStreamKey(bucketOf(senderId)), entryId, entryId)).length > 0;
}

/** Key and value as `intake.lua` writes them. */
function parsePending(key: string, value: string | null): PendingOrder[] {
  const [, status, , , totalCoins, traceId = "", entryId = ""] = value?.split(";") ?? [];
  if (status !== "pending") return [];
  const [, , senderId = "", giftOrderId = ""] = key.split(":");
  return [{ key, senderId, giftOrderId, entryId, totalCoins: Number(totalCoins), traceId, isQueued: false }];
}
