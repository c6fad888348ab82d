import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import { bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey, giftStreamKey, walletKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import { spendingDayKey } from "./gift-intake";
import requeueSource from "./requeue-gift.lua";

const requeueScript = defineScript(requeueSource);

/**
 * Puts a gift into its queue again, once as long as it lies there, and reserves its coins. `cold` asks for `cacheWallet`;
 * `ended`: Redis knows how the order ended, and nothing is queued.
 *
 * @param raw the entry to the letter
 */
export async function requeueGift(
  redis: RedisClient,
  gift: QueuedGift,
  raw: string,
): Promise<"queued" | "ended" | "cold"> {
  const { senderId, giftOrderId, priceCoins, count, sentAt } = gift;
  const keys = [giftOrderKey(senderId, giftOrderId), walletKey(senderId), giftStreamKey(bucketOf(senderId))];
  const args = [giftOrderId, senderId, raw, priceCoins * count, spendingDayKey(Date.parse(sentAt))];
  const answer = (await requeueScript.run(redis, keys, args)) as "QUEUED" | "ENDED" | "COLD";
  return answer.toLowerCase() as Lowercase<typeof answer>;
}
