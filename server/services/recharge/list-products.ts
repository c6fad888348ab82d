import { listRechargeProducts } from "@/db/live/queries/recharge-products";
import type { RechargeProduct } from "@/domain/contracts/recharge";
import { productsChangedChannel } from "@/platform/redis/web-keys";
import { defineCache } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** A process believes its own copy this long, should it miss the message that something changed. */
const FRESH_MS = 30_000;
const ON_SALE = "on sale";
const PRODUCTS = defineCache<Promise<RechargeProduct[]>>({
  name: "recharge_products",
  max: 1,
  ttlMs: FRESH_MS,
  droppedBy: "productsChangedChannel",
});

/** What can be bought, cheapest first as operators ordered it. */
export function listProducts({ live }: Pick<Resources, "live">): Promise<RechargeProduct[]> {
  const cache = live.caches.of(PRODUCTS);
  const known = cache.get(ON_SALE);
  if (known) return known;
  const reading = listRechargeProducts(live, "onSale").then((rows) =>
    rows.map(({ id, coins, priceFen }) => ({ productId: id, coins, priceFen })),
  );
  cache.set(ON_SALE, reading);
  reading.catch(() => {
    if (cache.get(ON_SALE) === reading) cache.delete(ON_SALE);
  });
  return reading;
}

/** What drops a process's copy when products change; the composition root subscribes to the channel. */
export function dropLocalProducts({ live }: Pick<Resources, "live">): void {
  live.caches.of(PRODUCTS).clear();
}

export { productsChangedChannel };

/** Tells every process, this one first. */
export async function announceProducts(resources: Pick<Resources, "live" | "redis">): Promise<void> {
  dropLocalProducts(resources);
  await resources.redis.publish(productsChangedChannel, "");
}
