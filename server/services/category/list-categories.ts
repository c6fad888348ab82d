import { type CategoryRow, listCategories as readRows } from "@/db/live/queries/room-categories";
import type { Category, CategoryName } from "@/domain/contracts/category";
import { OTHER_CATEGORY, topicOf } from "@/domain/rules/topics";
import { categoriesChangedChannel } from "@/platform/redis/web-keys";
import { defineCache } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** A process believes its own copy this long, should it miss the message that something changed. */
const FRESH_MS = 30_000;
const ALL = "all";
const CATEGORIES = defineCache<Promise<CategoryRow[]>>({
  name: "room_categories",
  max: 1,
  ttlMs: FRESH_MS,
  droppedBy: "categoriesChangedChannel",
});

function readAll({ live }: Pick<Resources, "live">): Promise<CategoryRow[]> {
  const cache = live.caches.of(CATEGORIES);
  const known = cache.get(ALL);
  if (known) return known;
  const reading = readRows(live);
  cache.set(ALL, reading);
  reading.catch(() => {
    if (cache.get(ALL) === reading) cache.delete(ALL);
  });
  return reading;
}

const nameOf = ({ nameEn, nameZh }: CategoryRow): CategoryName => ({ en: nameEn, zh: nameZh });

/** What a room can be about, in the order of operators. */
export async function listCategories(resources: Pick<Resources, "live">): Promise<{ items: Category[] }> {
  const rows = await readAll(resources);
  return {
    items: rows.filter(({ enabled }) => enabled).map((row) => ({ categoryId: row.id, name: nameOf(row) })),
  };
}

/** What categories are called, those that are retired too. */
export async function readCategoryNames(
  resources: Pick<Resources, "live">,
): Promise<ReadonlyMap<string, CategoryName>> {
  return new Map((await readAll(resources)).map((row) => [row.id, nameOf(row)]));
}

/**
 * The category that somebody means, by its id or its name in either language; "other" where there is none that could be
 * chosen. `current` may be kept though it is retired.
 */
export async function resolveCategory(
  resources: Pick<Resources, "live">,
  text: string,
  current: string | null,
): Promise<string> {
  const wanted = [text, topicOf(text)].map((word) => word.trim().toLowerCase());
  const found = (await readAll(resources)).find(
    ({ id, nameEn, nameZh, enabled }) =>
      (enabled || id === current) &&
      [id, nameEn.toLowerCase(), nameZh.toLowerCase()].some((name) => wanted.includes(name)),
  );
  return found?.id ?? OTHER_CATEGORY;
}

/** What drops a process's copy when categories change; the composition root subscribes to the channel. */
export function dropLocalCategories({ live }: Pick<Resources, "live">): void {
  live.caches.of(CATEGORIES).clear();
}

export { categoriesChangedChannel };

/** Tells every process, this one first. */
export async function announceCategories(resources: Pick<Resources, "live" | "redis">): Promise<void> {
  dropLocalCategories(resources);
  await resources.redis.publish(categoriesChangedChannel, "");
}
