import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey, walletKey } from "@/platform/redis/keys";
import { listCachedWallets } from "./cached-wallets";
import { findQueuedGift, parseReservation, reservationField } from "./reservations";

/** An accepted order whose outcome Redis does not know yet. */
export interface PendingOrder {
  senderId: string;
  giftOrderId: string;
  /** Its entry in the queue, there or not. */
  entryId: string;
  totalCoins: number;
  isQueued: boolean;
}

/** Every order on its way, in blocks, each with a look whether its entry is in the queue. */
export async function* listPendingOrders(redis: RedisClient): AsyncIterable<PendingOrder[]> {
  for await (const wallets of listCachedWallets(redis)) {
    const orders = wallets.flatMap(({ userId: senderId, reservations }) =>
      [...reservations].map(([giftOrderId, { coins: totalCoins, entryId }]) => ({
        senderId,
        giftOrderId,
        entryId,
        totalCoins,
      })),
    );
    if (orders.length === 0) continue;
    yield await Promise.all(
      orders.map(async (order) => ({ ...order, isQueued: await isQueued(redis, order) })),
    );
  }
}

/** Whether the order is on its way still, under the same entry, and has not ended. */
export async function stillPending(redis: RedisClient, order: PendingOrder): Promise<boolean> {
  const { senderId, giftOrderId, entryId } = order;
  const [now, ended] = await Promise.all([
    redis.hget(walletKey(senderId), reservationField(giftOrderId)),
    redis.get(giftOrderKey(senderId, giftOrderId)),
  ]);
  return now !== null && parseReservation(now).entryId === entryId && ended === null;
}

async function isQueued(
  redis: RedisClient,
  { senderId, giftOrderId, entryId }: Omit<PendingOrder, "isQueued">,
): Promise<boolean> {
  return (await findQueuedGift(redis, senderId, giftOrderId, entryId)) !== undefined;
}
