import type { LiveDb, Sql } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

interface CategoryFacts {
  nameEn: string;
  nameZh: string;
  sortOrder: number;
  enabled: boolean;
}

export interface CategoryRow extends CategoryFacts {
  id: string;
  updatedAt: Date;
}

const columns = (sql: Sql) =>
  sql`c.id, c.name_en AS "nameEn", c.name_zh AS "nameZh", c.sort_order AS "sortOrder", c.enabled, c.updated_at AS "updatedAt"`;

/** All of them, in their order, those that are retired too. */
export async function listCategories({ sql }: LiveDb): Promise<CategoryRow[]> {
  return await sql<CategoryRow[]>`SELECT ${columns(sql)} FROM room_categories c ORDER BY c.sort_order, c.id`;
}

/** The same with how many rooms have each. */
export async function listCategoriesWithRooms({ sql }: LiveDb): Promise<(CategoryRow & { rooms: number })[]> {
  return await sql<(CategoryRow & { rooms: number })[]>`
    SELECT ${columns(sql)}, (SELECT count(*)::int FROM rooms r WHERE r.category_id = c.id) AS rooms
    FROM room_categories c ORDER BY c.sort_order, c.id`;
}

/** Returns false when the id is taken. */
export async function insertCategory(
  { sql }: LiveDb,
  id: string,
  facts: Omit<CategoryFacts, "enabled">,
  by: ActionBy,
): Promise<boolean> {
  const { nameEn, nameZh, sortOrder } = facts;
  return await inTransaction(sql, async (tx) => {
    const rows = await tx`
      INSERT INTO room_categories (id, name_en, name_zh, sort_order)
      VALUES (${id}, ${nameEn}, ${nameZh}, ${sortOrder}) ON CONFLICT DO NOTHING RETURNING id`;
    if (rows.length === 0) return false;
    await record(tx, "category.create", id, by, null, { ...facts, enabled: true });
    return true;
  });
}

/** Changes what is given and leaves the rest. Returns false when there is no such category. */
export async function updateCategory(
  { sql }: LiveDb,
  id: string,
  changes: Partial<CategoryFacts>,
  by: ActionBy,
): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const [before] = await tx<CategoryFacts[]>`
      SELECT name_en AS "nameEn", name_zh AS "nameZh", sort_order AS "sortOrder", enabled
      FROM room_categories WHERE id = ${id} FOR NO KEY UPDATE`;
    if (!before) return false;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after: CategoryFacts = { ...before, ...given };
    await tx`
      UPDATE room_categories SET name_en = ${after.nameEn}, name_zh = ${after.nameZh}, sort_order = ${after.sortOrder},
        enabled = ${after.enabled}, updated_at = now() WHERE id = ${id}`;
    await record(tx, after.enabled ? "category.update" : "category.retire", id, by, before, after);
    return true;
  });
}

const record = (
  tx: Sql,
  action: string,
  id: string,
  by: ActionBy,
  before: object | null,
  after: object,
): Promise<void> => insertOperatorAction(tx, { action, subject: `category:${id}`, before, after, ...by });
