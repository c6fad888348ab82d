import { asc, eq } from "drizzle-orm";
import type { LiveDb, Sql } from "@/db/client";
import { rechargeProducts } from "@/db/live/schema";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

type RechargeProductRow = typeof rechargeProducts.$inferSelect;
type ProductFacts = Pick<RechargeProductRow, "coins" | "priceFen" | "sortOrder" | "enabled">;

/** What can be bought, in the order of the list; for operators those that are off sale, too. */
export async function listRechargeProducts(
  db: LiveDb,
  what: "onSale" | "all",
): Promise<RechargeProductRow[]> {
  return db.orm
    .select()
    .from(rechargeProducts)
    .where(what === "onSale" ? eq(rechargeProducts.enabled, true) : undefined)
    .orderBy(asc(rechargeProducts.sortOrder), asc(rechargeProducts.id));
}

export async function findRechargeProduct(
  db: LiveDb,
  productId: string,
): Promise<RechargeProductRow | undefined> {
  const [row] = await db.orm.select().from(rechargeProducts).where(eq(rechargeProducts.id, productId));
  return row;
}

/** Returns false when the id is taken. */
export async function insertRechargeProduct(
  { sql }: LiveDb,
  productId: string,
  facts: Omit<ProductFacts, "enabled">,
  by: ActionBy,
): Promise<boolean> {
  const { coins, priceFen, sortOrder } = facts;
  return await inTransaction(sql, async (tx) => {
    const rows = await tx`
      INSERT INTO recharge_products (id, coins, price_fen, sort_order)
      VALUES (${productId}, ${coins}, ${priceFen}, ${sortOrder}) ON CONFLICT DO NOTHING RETURNING id`;
    if (rows.length === 0) return false;
    await record(tx, "product.create", productId, by, null, { ...facts, enabled: true });
    return true;
  });
}

/** Changes what is given and leaves the rest. Returns false when there is no such product. */
export async function updateRechargeProduct(
  { sql }: LiveDb,
  productId: string,
  changes: Partial<ProductFacts>,
  by: ActionBy,
): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const [row] = await tx<{ coins: string; priceFen: string; sortOrder: number; enabled: boolean }[]>`
      SELECT coins, price_fen AS "priceFen", sort_order AS "sortOrder", enabled
      FROM recharge_products WHERE id = ${productId} FOR UPDATE`;
    if (!row) return false;
    const before: ProductFacts = { ...row, coins: Number(row.coins), priceFen: Number(row.priceFen) };
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after: ProductFacts = { ...before, ...given };
    await tx`
      UPDATE recharge_products SET coins = ${after.coins}, price_fen = ${after.priceFen},
        sort_order = ${after.sortOrder}, enabled = ${after.enabled}, updated_at = now()
      WHERE id = ${productId}`;
    await record(tx, after.enabled ? "product.update" : "product.disable", productId, by, before, after);
    return true;
  });
}

const record = (
  tx: Sql,
  action: string,
  productId: string,
  by: ActionBy,
  before: object | null,
  after: object,
): Promise<void> =>
  insertOperatorAction(tx, { action, subject: `product:${productId}`, before, after, ...by });
