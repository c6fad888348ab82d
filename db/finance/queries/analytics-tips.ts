import type { FinanceDb, Sql } from "@/db/client";
import type { TipsKey, TipsRow } from "@/domain/contracts/analytics";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { type AnalyticsPlaces, readAnalyticsPlaces } from "./analytics-cells";
import { chooseLevel, readRows, type TipsFilter } from "./tips-rows";
import { TailRows } from "./tips-tail";

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
    const ask = (groupBy: readonly TipsKey[]) => sumGroups(tx, filter, groupBy, rest);
    const rows = filter.groupBy.length > 0 ? await ask(filter.groupBy) : null;
    const [total = NOTHING] = await ask([]);
    const sums = { rows: rows ?? (total.viewers > 0 ? [total] : []), total };
    return { tail, sums };
  });
}

const NOTHING = { gifts: 0, coins: 0, grossFen: 0, viewers: 0 };

type SumsRow = Partial<Record<TipsKey, string>> & Record<"gifts" | "coins" | "viewers", string>;

/** The sets of a group are united day by day and then over the days: a set that grows with each of many is slow. */
async function sumGroups(
  tx: Sql,
  filter: TipsFilter,
  groupBy: readonly TipsKey[],
  tail: TailRows,
): Promise<TipsRow[]> {
  const text = (value: string) => tx.unsafe(value);
  const list = (of: (key: TipsKey) => string) => groupBy.map((key) => `${of(key)},`).join(" ");
  const keys = groupBy.map((key) => `"${key}"`).join(", ");
  const level = chooseLevel(filter, groupBy, tail.takesOff);
  const rows = await tx<SumsRow[]>`
    WITH days AS (
      SELECT ${text(list((key) => `${GROUPS[key].by} AS "${key}"`))} sum(gifts) AS gifts, sum(coins) AS coins,
        union_of_sets(viewers) AS viewers
      FROM (${readRows(tx, filter, level, tail)}) AS f GROUP BY ${text(list((key) => GROUPS[key].by))} f.day
    )
    SELECT ${text(list((key) => `${GROUPS[key].write(`g."${key}"`)} AS "${key}"`))} gifts, coins, viewers FROM (
      SELECT ${text(list((key) => `"${key}"`))} sum(gifts) AS gifts, sum(coins) AS coins, icount(union_of_sets(viewers)) AS viewers
      FROM days ${text(keys && `GROUP BY ${keys}`)} HAVING sum(gifts) > 0 ${text(keys && `ORDER BY ${keys}`)} LIMIT ${filter.rowsMax}
    ) AS g`;
  return rows.map((row) => ({
    ...Object.fromEntries(groupBy.map((key) => [key, row[key]])),
    gifts: Number(row.gifts),
    coins: Number(row.coins),
    grossFen: Number(row.coins) * FEN_PER_COIN,
    viewers: Number(row.viewers),
  }));
}
