import type { RedisClient } from "@/platform/redis/client";
import { scanKeys } from "@/platform/redis/scan";
import { defineScript } from "@/platform/redis/script";
import dropSource from "./drop-idle-wallet.lua";
import { parseReservation, type Reservation, reservationField, reservedOrderOf } from "./reservations";

const dropScript = defineScript(dropSource);

/** A wallet as its cache has it. */
export interface CachedWalletFacts {
  key: string;
  userId: string;
  version: number;
  balanceCoins: number;
  frozen: boolean;
  reservedCoins: number;
  /** Orders on their way; `reservedCoins` is the sum of what they reserved. */
  reservations: ReadonlyMap<string, Reservation>;
}

/** Every cached wallet, in blocks. */
export async function* listCachedWallets(redis: RedisClient): AsyncIterable<CachedWalletFacts[]> {
  for await (const keys of scanKeys(redis, "wallet:*")) {
    const hashes = await Promise.all(keys.map((key) => redis.hgetall(key)));
    yield keys.flatMap((key, i) => toFacts(key, hashes[i] ?? {}));
  }
}

/**
 * Forgets every cached wallet that holds nothing back: balances, freezes and what was spent are read from the database when
 * they are needed. Returns how many are left, because orders on their way hold coins back in them.
 */
export async function dropIdleWallets(redis: RedisClient): Promise<number> {
  let left = 0;
  for await (const keys of scanKeys(redis, "wallet:*")) {
    const dropped = await Promise.all(keys.map((key) => dropScript.run(redis, [key], [])));
    left += dropped.filter((answer) => answer === 0).length;
  }
  return left;
}

/** Whether the wallet still has this reservation. */
export async function isReserved(
  redis: RedisClient,
  wallet: CachedWalletFacts,
  giftOrderId: string,
): Promise<boolean> {
  return (await redis.hexists(wallet.key, reservationField(giftOrderId))) === 1;
}

function toFacts(key: string, hash: Record<string, string>): CachedWalletFacts[] {
  if (hash.bal === undefined) return [];
  const reservations = new Map<string, Reservation>();
  for (const [field, value] of Object.entries(hash)) {
    const giftOrderId = reservedOrderOf(field);
    if (giftOrderId !== undefined) reservations.set(giftOrderId, parseReservation(value));
  }
  return [
    {
      key,
      userId: key.split(":")[2] ?? "",
      version: Number(hash.ver),
      balanceCoins: Number(hash.bal),
      frozen: hash.frozen !== undefined,
      reservedCoins: Number(hash.res),
      reservations,
    },
  ];
}
