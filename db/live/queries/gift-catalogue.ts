import { asc, eq } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { gifts } from "@/db/live/schema";
import {
  type ActionBy,
  insertOperatorAction,
  type OperatorAction,
  PLATFORM_ACTOR_ID,
} from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { GiftItem } from "@/domain/contracts/gift";

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

/** Every gift that there ever was, in the order of the panel. */
export async function listAllGifts(db: LiveDb): Promise<CatalogueGift[]> {
  return await db.orm
    .select(columns)
    .from(gifts)
    .orderBy(asc(gifts.sortOrder), asc(gifts.priceCoins), asc(gifts.id));
}

type By = ActionBy & {
  /** What is known of a new effect file; stands beside the facts. */
  file?: object;
};

const PLATFORM: By = { actorId: PLATFORM_ACTOR_ID, traceId: "" };

/** Returns false when the id is taken. */
export async function insertGift({ sql }: LiveDb, gift: GiftItem, by = PLATFORM): Promise<boolean> {
  const { giftId, ...facts } = gift;
  return await inTransaction(sql, async (tx) => {
    const rows = await tx`
      INSERT INTO gifts (id, name_en, name_zh, price_coins, effect, svga_url, sort_order)
      VALUES (${giftId}, ${facts.nameEn}, ${facts.nameZh}, ${facts.priceCoins}, ${facts.effect}, ${facts.svgaUrl}, ${facts.sortOrder})
      ON CONFLICT DO NOTHING RETURNING id`;
    if (rows.length === 0) return false;
    await record(tx, "gift.create", giftId, by, { after: facts });
    return true;
  });
}

/** Changes what is given and leaves the rest. Returns false when there is no such gift. */
export async function updateGiftRow(
  { sql }: LiveDb,
  giftId: string,
  changes: Partial<Omit<CatalogueGift, "giftId">>,
  by: By,
): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const [row] = await tx<(Omit<CatalogueGift, "giftId" | "priceCoins"> & { priceCoins: string })[]>`
      SELECT name_en AS "nameEn", name_zh AS "nameZh", price_coins AS "priceCoins", effect, svga_url AS "svgaUrl",
        sort_order AS "sortOrder", enabled
      FROM gifts WHERE id = ${giftId} FOR UPDATE`;
    if (!row) return false;
    const before = { ...row, priceCoins: Number(row.priceCoins) };
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after: typeof before = { ...before, ...given };
    await tx`
      UPDATE gifts SET name_en = ${after.nameEn}, name_zh = ${after.nameZh}, price_coins = ${after.priceCoins},
        effect = ${after.effect}, svga_url = ${after.svgaUrl}, sort_order = ${after.sortOrder}, enabled = ${after.enabled},
        updated_at = now()
      WHERE id = ${giftId}`;
    await record(tx, after.enabled ? "gift.update" : "gift.disable", giftId, by, {
      before,
      after,
    });
    return true;
  });
}

const record = (
  sql: Sql,
  action: string,
  giftId: string,
  { file, ...by }: By,
  { before, after }: Pick<OperatorAction, "before" | "after">,
) =>
  insertOperatorAction(sql, {
    ...by,
    before,
    after: file ? { ...after, file } : after,
    action,
    subject: `gift:${giftId}`,
  });
