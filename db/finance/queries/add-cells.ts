import type postgres from "postgres";
import type { Sql } from "@/db/client";
import type { CellColumns } from "@/domain/rules/gift-cells";
import { COUNTED, type CountTables } from "./count-tables";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** What one batch may sort and hash in before it goes to the disk. */
const WORK_MEMORY = "128MB";

/** Cells as rows: by day, hour of it, anchor, viewer and genders. */
export const cellRows = (sql: Sql, columns: CellColumns) => sql`
  (SELECT * FROM unnest(${columns.days}::date[], ${columns.hours}::smallint[], ${columns.anchorIds}::uuid[],
    ${columns.viewerIds}::uuid[], ${columns.anchorGenders}::text[], ${columns.viewerGenders}::text[],
    ${columns.gifts}::bigint[], ${columns.coins}::bigint[], ${columns.facts}::bigint[])
    AS c (day, hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, facts))`;

/** Where the cells of one batch wait to be added: a table of the transaction's own. */
export async function openStage(tx: Sql): Promise<void> {
  await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
  await tx`
    CREATE TEMPORARY TABLE staged_cells (day date, hour smallint, anchor_id uuid, viewer_id uuid,
      anchor_gender text COLLATE "C", viewer_gender text COLLATE "C", gifts bigint, coins bigint, facts bigint,
      newest_at timestamptz) ON COMMIT DROP`;
}

export async function stageCells(tx: Sql, columns: CellColumns): Promise<void> {
  await tx`
    INSERT INTO staged_cells SELECT day, hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins, facts
    FROM ${cellRows(tx, columns)} AS c`;
}

/** How many gifts or refunds the staged cells come from, and when the newest of the gifts was sent. */
export async function readStage(tx: Sql): Promise<{ facts: number; newestSentAtMs: number }> {
  const [row] = await tx<{ facts: string; newest_ms: number }[]>`
    SELECT coalesce(sum(facts), 0) AS facts, coalesce(extract(epoch FROM max(newest_at)) * 1000, 0)::float8 AS newest_ms
    FROM staged_cells`;
  return { facts: Number(row?.facts ?? 0), newestSentAtMs: row?.newest_ms ?? 0 };
}

/** Gives everybody in the staged cells a number, by their ids in order: whoever else does is waited for, and waits for us. */
export async function numberPeople(tx: Sql): Promise<void> {
  await tx`ANALYZE staged_cells`;
  await tx`
    INSERT INTO analytics_people (user_id)
    SELECT viewer_id FROM (SELECT DISTINCT viewer_id FROM staged_cells) AS s
    WHERE NOT EXISTS (SELECT 1 FROM analytics_people p WHERE p.user_id = s.viewer_id) ORDER BY viewer_id
    ON CONFLICT DO NOTHING`;
  await tx`
    CREATE TEMPORARY TABLE numbered_cells ON COMMIT DROP AS
    SELECT s.day, s.hour, s.anchor_id, p.number AS viewer, s.anchor_gender, s.viewer_gender, s.gifts, s.coins
    FROM staged_cells s JOIN analytics_people p ON p.user_id = s.viewer_id`;
  await tx`ANALYZE numbered_cells`;
}

const KEY = "day, anchor_id, anchor_gender, viewer_gender";
const sameKey = (tx: Sql, one: string, other: string) =>
  tx`(${tx(one)}.day, ${tx(one)}.anchor_id, ${tx(one)}.anchor_gender, ${tx(one)}.viewer_gender)
    = (${tx(other)}.day, ${tx(other)}.anchor_id, ${tx(other)}.anchor_gender, ${tx(other)}.viewer_gender)`;

/** A row of pairs, of `viewer, hour, gifts, coins` of one key. */
const packed = (tx: Sql) => tx`
  sum(gifts) AS gifts, sum(coins) AS coins, array_agg(viewer ORDER BY viewer, hour) AS viewers,
  array_agg(hour ORDER BY viewer, hour) AS hours, array_agg(gifts::int ORDER BY viewer, hour) AS pair_gifts,
  array_agg(coins ORDER BY viewer, hour) AS pair_coins`;

/**
 * Adds the numbered cells to the tables: all above zero, or all below for what is taken off. The caller has locked what keeps
 * others from writing the same tables. A row of which nothing is left is removed.
 */
export async function addNumberedCells(tx: Sql, tables: CountTables, isTakenOff: boolean): Promise<void> {
  if (isTakenOff) await removeEmpty(tx, tables.pairs, KEY.split(", "));
  await mergePairs(tx, tables.pairs);
  await tx`
    INSERT INTO ${tx(tables.pairs)} (${tx.unsafe(KEY)}, gifts, coins, viewers, hours, pair_gifts, pair_coins)
    SELECT ${tx.unsafe(KEY)}, ${packed(tx)} FROM numbered_cells c
    WHERE gifts > 0 AND NOT EXISTS (SELECT 1 FROM ${tx(tables.pairs)} t WHERE ${sameKey(tx, "t", "c")})
    GROUP BY ${tx.unsafe(KEY)}`;
  for (const { table, key } of setTables(tables)) {
    if (isTakenOff) {
      await removeEmpty(tx, table, key);
      await takeOffSets(tx, tables, table, key);
    } else await addSets(tx, table, key);
  }
  if (tables === COUNTED) await markDays(tx);
}

/** Whoever has read these days sees that they are not what they read. */
async function markDays(tx: Sql): Promise<void> {
  await tx`
    INSERT INTO analytics_days (day, mark) SELECT day, gen_random_uuid() FROM (SELECT DISTINCT day FROM numbered_cells) AS d
    ORDER BY day ON CONFLICT (day) DO UPDATE SET mark = excluded.mark`;
}

const setTables = (tables: CountTables) => [
  { table: tables.hours, key: ["day", "hour", "anchor_gender", "viewer_gender"] },
  { table: tables.days, key: ["day", "anchor_gender", "viewer_gender"] },
];

const equal = (tx: Sql, key: readonly string[], one: string, other: string): Fragment =>
  tx.unsafe(key.map((name) => `${one}.${name} = ${other}.${name}`).join(" AND ")) as unknown as Fragment;

async function removeEmpty(tx: Sql, table: string, key: readonly string[]): Promise<void> {
  const names = tx.unsafe(key.join(", "));
  await tx`
    DELETE FROM ${tx(table)} t USING (SELECT ${names}, sum(gifts) AS gifts FROM numbered_cells GROUP BY ${names}) AS c
    WHERE ${equal(tx, key, "t", "c")} AND t.gifts + c.gifts = 0`;
}

/** Rows that are there already are written anew, with what comes to them. */
async function mergePairs(tx: Sql, pairs: string): Promise<void> {
  const key = tx.unsafe(KEY);
  await tx`
    WITH there AS MATERIALIZED (
      SELECT t.* FROM ${tx(pairs)} t
      JOIN (SELECT DISTINCT ${key} FROM numbered_cells) AS c ON ${sameKey(tx, "t", "c")}
    ), merged AS (
      SELECT ${key}, viewer, hour, sum(gifts) AS gifts, sum(coins)::bigint AS coins FROM (
        SELECT ${key}, viewer, hour, gifts, coins FROM numbered_cells c
        WHERE EXISTS (SELECT 1 FROM there t WHERE ${sameKey(tx, "t", "c")})
        UNION ALL SELECT ${key}, u.viewer, u.hour, u.gifts, u.coins FROM there,
          unnest(viewers, hours, pair_gifts, pair_coins) AS u (viewer, hour, gifts, coins)
      ) AS both_of_them GROUP BY ${key}, viewer, hour HAVING sum(gifts) > 0
    )
    UPDATE ${tx(pairs)} t SET gifts = m.gifts, coins = m.coins, viewers = m.viewers, hours = m.hours,
      pair_gifts = m.pair_gifts, pair_coins = m.pair_coins
    FROM (SELECT ${key}, ${packed(tx)} FROM merged GROUP BY ${key}) AS m WHERE ${sameKey(tx, "t", "m")}`;
}

async function addSets(tx: Sql, table: string, key: readonly string[]): Promise<void> {
  const names = tx.unsafe(key.join(", "));
  await tx`
    INSERT INTO ${tx(table)} AS t (${names}, gifts, coins, viewers)
    SELECT ${names}, sum(gifts), sum(coins), uniq(sort(array_agg(viewer))) FROM numbered_cells GROUP BY ${names}
    ON CONFLICT (${names}) DO UPDATE SET gifts = t.gifts + excluded.gifts, coins = t.coins + excluded.coins,
      viewers = t.viewers | excluded.viewers`;
}

/** Who is still in a set after something was taken off is read from the pairs. */
async function takeOffSets(
  tx: Sql,
  tables: CountTables,
  table: string,
  key: readonly string[],
): Promise<void> {
  const names = tx.unsafe(key.join(", "));
  const ofHour = key.includes("hour") ? tx`AND u.hour = t.hour` : tx``;
  await tx`
    UPDATE ${tx(table)} t SET gifts = t.gifts + c.gifts, coins = t.coins + c.coins, viewers = (
      SELECT uniq(sort(array_agg(u.viewer))) FROM ${tx(tables.pairs)} p, unnest(p.viewers, p.hours) AS u (viewer, hour)
      WHERE ${equal(tx, ["day", "anchor_gender", "viewer_gender"], "p", "t")} ${ofHour})
    FROM (SELECT ${names}, sum(gifts) AS gifts, sum(coins) AS coins FROM numbered_cells GROUP BY ${names}) AS c
    WHERE ${equal(tx, key, "t", "c")}`;
}
