import { and, asc, eq, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { gifts } from "@/db/live/schema";
import type { GiftCreateInput, GiftItem, GiftUpdateInput } from "@/server/contracts/gift";

/** A gift as the catalogue knows it, also after it was taken off sale. */
export type CatalogueGift = GiftItem & { enabled: boolean };

const columns = {
  giftId: gifts.id,
  nameEn: gifts.nameEn,
  nameZh: gifts.nameZh,
  priceCoins: gifts.priceCoins,
  effect: gifts.effect,
  svgaUrl: gifts.svgaUrl,
  sortOrder: gifts.sortOrder,
  enabled: gifts.enabled,
};

/** Gifts on sale, in the order of the panel. */
export async function listEnabledGifts(db: LiveDb): Promise<CatalogueGift[]> {
  return await db.orm
    .select(columns)
    .from(gifts)
    .where(eq(gifts.enabled, true))
    .orderBy(asc(gifts.sortOrder), asc(gifts.priceCoins), asc(gifts.id));
}

export async function findGift(db: LiveDb, giftId: string): Promise<CatalogueGift | undefined> {
  const [row] = await db.orm.select(columns).from(gifts).where(eq(gifts.id, giftId));
  return row;
}

/** Returns false when the id is taken. */
export async function insertGift(db: LiveDb, input: GiftCreateInput): Promise<boolean> {
  const { giftId, ...facts } = input;
  const rows = await db.orm
    .insert(gifts)
    .values({ id: giftId, ...facts })
    .onConflictDoNothing()
    .returning({ id: gifts.id });
  return rows.length === 1;
}

/** Returns false when there is no such gift. */
export async function updateGiftRow(
  db: LiveDb,
  input: GiftUpdateInput & { enabled?: boolean },
): Promise<boolean> {
  const { giftId, ...changes } = input;
  const rows = await db.orm
    .update(gifts)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(and(eq(gifts.id, giftId)))
    .returning({ id: gifts.id });
  return rows.length === 1;
}
