import { findOrderEnds } from "@/db/live/queries/posted-orders";
import { findRedisEra, openRedisEra } from "@/db/live/queries/redis-eras";
import { findWallet } from "@/db/live/queries/wallets";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { readRun } from "@/platform/redis/era";
import { redisEraKey } from "@/platform/redis/keys";
import { scanKeys } from "@/platform/redis/scan";
import { type EndedOrder, listEndedOrders } from "../../queue/ended-orders";
import { giftQueue } from "../../queue/queues";
import { rereadWallet } from "../../queue/reread-wallet";
import type { Resources } from "../context";

/** A gift that its sender was told was given, and that the database does not hold any more. */
export type UndoneOrder = Pick<EndedOrder, "senderId" | "giftOrderId" | "totalCoins" | "traceId">;

export interface RedisReconciled {
  /** What Redis still remembers of what a restore undid: the orders of the last minutes. */
  undoneOrders: UndoneOrder[];
  forgottenOrders: number;
  wallets: number;
  /** Held back for orders that are neither queued nor posted. */
  releasedOrders: number;
  releasedCoins: number;
  /** Accepted and not yet posted, or posted and undone: they are posted, once, by whoever drains the queue. */
  queuedGifts: number;
  droppedKeys: number;
}

/** What is only a copy, or only of a past that did not happen: boards, combos, rains, catalogue, marks of who wrote what. */
const COPIES = ["room-ranks:*", "combo:*", "rain:*", "rain-*", "catalogue:*", "wrote:*", "top-told:*"];

/**
 * Makes Redis agree with a live database that was put back to an earlier state. Nobody gives, debits or claims meanwhile.
 * Queues stay as they are: what is in them was accepted. Everything else is read anew or forgotten. Safe to repeat; what it
 * says of undone orders is said once.
 */
export async function reconcileRedis({
  live,
  redis,
}: Pick<Resources, "live" | "redis">): Promise<RedisReconciled> {
  const undoneOrders: UndoneOrder[] = [];
  let forgottenOrders = 0;
  for await (const orders of listEndedOrders(redis)) {
    const ends = await findOrderEnds(live, orders);
    for (const { key, senderId, giftOrderId, status, totalCoins, traceId } of orders) {
      const end = ends.get(`${senderId}/${giftOrderId}`);
      if (end === status) continue;
      if (status === "settled" && end === undefined)
        undoneOrders.push({ senderId, giftOrderId, totalCoins, traceId });
      // The tables answer from now on: `unknown` where they know nothing, and then it can be given again.
      await redis.del(key);
      forgottenOrders += 1;
    }
  }
  const wallets = await rereadWallets({ live, redis });
  let droppedKeys = 0;
  for (const pattern of COPIES) {
    for await (const keys of scanKeys(redis, pattern)) {
      for (const key of keys) droppedKeys += await redis.unlink(key);
    }
  }
  await beginEra({ live, redis });
  const lag = await giftQueue.readLag(redis, ALL_BUCKETS, Date.now());
  const queuedGifts = lag.reduce((sum, { waiting }) => sum + waiting, 0);
  return { undoneOrders, forgottenOrders, ...wallets, queuedGifts, droppedKeys };
}

async function rereadWallets({ live, redis }: Pick<Resources, "live" | "redis">) {
  const sum = { wallets: 0, releasedOrders: 0, releasedCoins: 0 };
  for await (const keys of scanKeys(redis, "wallet:*")) {
    for (const key of keys) {
      const userId = key.split(":")[2] ?? "";
      const { releasedOrders, releasedCoins } = await rereadWallet(
        redis,
        userId,
        await findWallet(live, userId),
      );
      sum.wallets += 1;
      sum.releasedOrders += releasedOrders;
      sum.releasedCoins += releasedCoins;
    }
  }
  return sum;
}

/** What Redis remembers of eras is of another past as well. The next one makes every process look at everything anew. */
async function beginEra({ live, redis }: Pick<Resources, "live" | "redis">): Promise<void> {
  await redis.del(redisEraKey);
  const run = await readRun(redis);
  await openRedisEra(live, { run, after: (await findRedisEra(live))?.era, reason: "behind" });
}
