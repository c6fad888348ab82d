import { randomUUID } from "node:crypto";
import {
  type CatalogueGift,
  findGift,
  listAllGifts,
  listEnabledGifts,
} from "@/db/live/queries/gift-catalogue";
import { BizError } from "@/domain/contracts/errors";
import type { CatalogueItem, GiftItem } from "@/domain/contracts/gift";
import {
  catalogueChangedChannel,
  fillLockKey,
  giftChangingKey,
  giftGenerationKey,
  giftItemKey,
  giftListKey,
} from "@/platform/redis/keys";
import { readThrough } from "@/platform/redis/read-through";
import { scanKeys } from "@/platform/redis/scan";
import { defineCache } from "@/platform/runtime/caches";
import type { Resources } from "../context";

const LIST_TTL_SECONDS = 30 * 60;
const ITEM_TTL_SECONDS = 60 * 60;
const EMPTY_TTL_SECONDS = 10;
/** A process believes its own copy this long, should it miss the message that something changed. */
const LOCAL_TTL_MS = 5_000;

/** Null stands for "no such gift", so that asking for it again is cheap too. */
type LocalEntry = { gift: CatalogueGift | null } | { list: CatalogueGift[] };
const CATALOGUE = defineCache<LocalEntry>({
  name: "gift_catalogue",
  max: 2_000,
  ttlMs: LOCAL_TTL_MS,
  droppedBy: "catalogueChangedChannel",
});

/** Has everybody read the catalogue anew from the database: Redis may hold prices of before the latest change. */
export async function forgetCatalogue(resources: Pick<Resources, "redis">): Promise<void> {
  const { redis } = resources;
  await redis.set(giftGenerationKey, randomUUID());
  for await (const keys of scanKeys(redis, giftItemKey("*"))) await redis.del(...keys);
  await redis.del(giftListKey);
  dropLocalCatalogue(resources);
  await redis.publish(catalogueChangedChannel, "");
}

/** What drops a process's copies when the catalogue changes; the composition root subscribes to the channel. */
export function dropLocalCatalogue(resources: Pick<Resources, "redis">): void {
  resources.redis.caches.of(CATALOGUE).clear();
}
export { catalogueChangedChannel };

type CatalogueSource = Pick<Resources, "redis" | "live">;

/** What this process knows of a gift without asking anybody; undefined when it has to ask. */
export function peekCatalogueGift(source: CatalogueSource, giftId: string): CatalogueGift | null | undefined {
  const known = source.redis.caches.of(CATALOGUE).get(giftId);
  return known && "gift" in known ? known.gift : undefined;
}

/** A gift by id, on sale or not; undefined when there never was one. */
export async function findCatalogueGift(
  source: CatalogueSource,
  giftId: string,
): Promise<CatalogueGift | undefined> {
  const cache = source.redis.caches.of(CATALOGUE);
  const known = peekCatalogueGift(source, giftId);
  if (known !== undefined) return known ?? undefined;
  const key = giftItemKey(giftId);
  const gift = await readThrough<CatalogueGift | null>(source.redis, {
    key,
    generationKey: giftGenerationKey,
    changingKey: giftChangingKey,
    lockKey: fillLockKey(key),
    ttlSeconds: ITEM_TTL_SECONDS,
    emptyTtlSeconds: EMPTY_TTL_SECONDS,
    load: async () => (await findGift(source.live, giftId)) ?? null,
    isEmpty: (value) => value === null,
    parse: (text) => JSON.parse(text) as CatalogueGift | null,
  });
  cache.set(giftId, { gift });
  return gift ?? undefined;
}

function toItem({ enabled: _, ...item }: CatalogueGift): GiftItem {
  return item;
}

/** Gifts on sale, in the order of the panel. */
export async function listGifts(ctx: CatalogueSource): Promise<GiftItem[]> {
  const cache = ctx.redis.caches.of(CATALOGUE);
  const known = cache.get(giftListKey);
  if (known && "list" in known) return known.list.map(toItem);
  const list = await readThrough<CatalogueGift[]>(ctx.redis, {
    key: giftListKey,
    generationKey: giftGenerationKey,
    changingKey: giftChangingKey,
    lockKey: fillLockKey(giftListKey),
    ttlSeconds: LIST_TTL_SECONDS,
    emptyTtlSeconds: EMPTY_TTL_SECONDS,
    load: () => listEnabledGifts(ctx.live),
    isEmpty: (value) => value.length === 0,
    parse: (text) => JSON.parse(text) as CatalogueGift[],
  });
  cache.set(giftListKey, { list });
  return list.map(toItem);
}

/** Every gift, on sale or not, as the database says now. For operators. */
export async function listCatalogue(ctx: Pick<Resources, "live">): Promise<CatalogueItem[]> {
  return await listAllGifts(ctx.live);
}

/** Throws GIFT_UNAVAILABLE when there is no such gift on sale. */
export async function getGift(ctx: CatalogueSource, input: { giftId: string }): Promise<GiftItem> {
  const gift = await findCatalogueGift(ctx, input.giftId);
  if (!gift?.enabled) throw new BizError("GIFT_UNAVAILABLE", { giftId: input.giftId });
  return toItem(gift);
}
