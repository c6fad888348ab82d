import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey } from "@/platform/redis/keys";
import { scanKeys } from "@/platform/redis/scan";
import { type OrderState, parseEnded } from "./gift-intake";

/** An order whose end Redis remembers. */
export interface EndedOrder extends OrderState {
  key: string;
  senderId: string;
  giftOrderId: string;
}

/** Every order whose end Redis remembers, in blocks: those of the last minutes. */
export async function* listEndedOrders(redis: RedisClient): AsyncIterable<EndedOrder[]> {
  for await (const keys of scanKeys(redis, "order:*")) {
    const values = await Promise.all(keys.map((key) => redis.get(key)));
    yield keys.flatMap((key, i) => {
      const value = values[i];
      const [, , senderId = "", giftOrderId = ""] = key.split(":");
      // Whatever else may stand under such a name is none of ours.
      if (!value || giftOrderKey(senderId, giftOrderId) !== key) return [];
      const { fingerprint: _, nonce: __, ...state } = parseEnded(value);
      return [{ key, senderId, giftOrderId, ...state }];
    });
  }
}
