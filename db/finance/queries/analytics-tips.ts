import type postgres from "postgres";
import type { FinanceDb, Sql } from "@/db/client";
import type { TipsKey, TipsRow } from "@/domain/contracts/analytics";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { type AnalyticsPlaces, readAnalyticsPlaces } from "./analytics-cells";
import { chooseLevel, readRows, type TipsFilter } from "./tips-rows";
import { TailRows } from "./tips-tail";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

export interface TipsSums {
  rows: TipsRow[];
  total: { gifts: number; coins: number; grossFen: number; viewers: number };
}

/** Each way to group: how a row `f` is told apart, and how that is written, once a group and not once a row. */
const GROUPS: Record<TipsKey, { by: string; write: (value: string) => string }> = {
  hour: {
    by: "(f.day + f.hour * interval '1 hour')",
    write: (value) =>
      `to_char(${value} - interval '${CALENDAR_UTC_OFFSET_MINUTES} minutes', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
  },
  day: { by: "f.day", write: (value) => `${value}::text` },
  week: { by: "date_trunc('week', f.day::timestamp)::date", write: (value) => `${value}::text` },
  anchor: { by: "f.anchor_id", write: (value) => `${value}::text` },
  anchorGender: { by: "f.anchor_gender", write: (value) => value },
  viewerGender: { by: "f.viewer_gender", write: (value) => value },
};
/** What one question may sort and hash in before it goes to the disk; few ask at once. */
const WORK_MEMORY = "128MB";

/** How far the tables are counted, in the snapshot that they are read in. */
export interface CountedPlaces extends AnalyticsPlaces {
  /** Everything that was paid before is counted. */
  countedTo: Date;
}

/**
 * What was counted, in groups, together with what `readTail` finds beyond the cursors and hands out piece by piece. The
 * tables are read in the snapshot of their cursors, so that each gift is in one of the two. Different people are counted by
 * uniting sets of them, refunded gifts and who gave nothing else left out.
 */
export async function readTips<T>(
  db: FinanceDb,
  filter: TipsFilter,
  readTail: (places: CountedPlaces, take: (cells: GiftCells) => Promise<void>) => Promise<T>,
): Promise<{ sums: TipsSums; tail: T }> {
  return await db.sql.begin("isolation level repeatable read", async (transaction) => {
    const tx = transaction as unknown as Sql;
    await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
    const [job] = await tx<{ counted_to: Date | null }[]>`SELECT counted_to FROM analytics_job`;
    const places = await readAnalyticsPlaces({ sql: tx });
    const rest = new TailRows(tx);
    const tail = await readTail({ ...places, countedTo: job?.counted_to ?? new Date(0) }, (cells) =>
      rest.add(cells),
    );
    const sums = await sumGroups(tx, filter, rest);
    return { tail, sums };
  });
}

const NOTHING = { gifts: 0, coins: 0, grossFen: 0, viewers: 0 };

type SumsRow = Partial<Record<TipsKey, string>> &
  Record<"gifts" | "coins" | "viewers", string> & { is_total: boolean };

/** Groups and their total: of one statement where both are read from the same sets, of two otherwise. */
async function sumGroups(tx: Sql, filter: TipsFilter, tail: TailRows): Promise<TipsSums> {
  const { groupBy } = filter;
  const levelOf = (keys: readonly TipsKey[]) => chooseLevel(filter, keys, tail.takesOff);
  const isShared = levelOf(groupBy) === levelOf([]) && !groupBy.includes("anchor");
  const ask = (keys: readonly TipsKey[], withTotal: boolean) =>
    sumBy(tx, keys, readRows(tx, filter, levelOf(keys), tail), { rowsMax: filter.rowsMax, withTotal });
  const groups = groupBy.length > 0 ? await ask(groupBy, isShared) : [];
  const totals = groupBy.length > 0 && isShared ? groups : await ask([], true);
  const total = totals.find(({ is_total }) => is_total);
  const sums = total ? toSums(total) : NOTHING;
  if (groupBy.length === 0) return { rows: total ? [sums] : [], total: sums };
  const ofGroups = groups.filter(({ is_total }) => !is_total);
  return {
    rows: ofGroups.map((row) => ({
      ...Object.fromEntries(groupBy.map((key) => [key, row[key]])),
      ...toSums(row),
    })),
    total: sums,
  };
}

const toSums = ({ gifts, coins, viewers }: SumsRow) => ({
  gifts: Number(gifts),
  coins: Number(coins),
  grossFen: Number(coins) * FEN_PER_COIN,
  viewers: Number(viewers),
});

/** Sets are united day by day and then over the days: a set that grows with each of many is slow. */
async function sumBy(
  tx: Sql,
  keys: readonly TipsKey[],
  rows: Fragment,
  { rowsMax, withTotal }: { rowsMax: number; withTotal: boolean },
): Promise<SumsRow[]> {
  const list = (of: (key: TipsKey) => string) => tx.unsafe(keys.map((key) => `${of(key)},`).join(" "));
  const names = tx.unsafe(keys.map((key) => `"${key}"`).join(", "));
  const united = tx`sum(gifts) AS gifts, sum(coins) AS coins, union_of_sets(viewers) AS viewers`;
  const groups = tx`
    SELECT ${list((key) => `${GROUPS[key].write(`g."${key}"`)} AS "${key}"`)} gifts, coins, icount(viewers) AS viewers, false AS is_total
    FROM (SELECT * FROM sums ORDER BY ${names} LIMIT ${rowsMax}) AS g`;
  // Of a month by week there are fewer weeks than days to unite.
  const parts =
    keys.length === 0 || keys.includes("day") ? tx`(SELECT ${united} FROM days GROUP BY set_day)` : tx`sums`;
  const total = tx`
    SELECT ${list((key) => `NULL::text AS "${key}"`)} sum(gifts) AS gifts, sum(coins) AS coins,
      icount(union_of_sets(viewers)) AS viewers, true AS is_total
    FROM ${parts} AS parts HAVING sum(gifts) > 0`;
  return await tx<SumsRow[]>`
    WITH days AS MATERIALIZED (
      SELECT ${list((key) => `${GROUPS[key].by} AS "${key}"`)} f.day AS set_day, ${united}
      FROM (${rows}) AS f GROUP BY ${list((key) => GROUPS[key].by)} f.day HAVING sum(gifts) > 0
    )
    ${keys.length === 0 ? total : tx`, sums AS MATERIALIZED (SELECT ${list((key) => `"${key}"`)} ${united} FROM days GROUP BY ${names}) ${groups}`}
    ${keys.length > 0 && withTotal ? tx`UNION ALL ${total}` : tx``}`;
}
