import type postgres from "postgres";
import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { TipsKey, TipsRow } from "@/domain/contracts/analytics";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { cellRows } from "./analytics-cells";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

export interface TipsFilter {
  /** Whole hours. */
  from: Date;
  to: Date;
  groupBy: readonly TipsKey[];
  anchorIds: readonly string[] | null;
  anchorGender: string | null;
  viewerGender: string | null;
  rowsMax: number;
}

export interface CountedTips {
  rows: TipsRow[];
  total: { gifts: number; coins: number; grossFen: number; viewers: number };
  /** When the last run that ended began: everything that was paid before is counted. */
  countedUpTo: Date;
}

/** Each way to group, as it stands in a row `f`. */
const LOCAL_DAY = `((f.hour AT TIME ZONE 'UTC') + interval '${CALENDAR_UTC_OFFSET_MINUTES} minutes')::date`;
const EXPRESSIONS: Record<TipsKey, string> = {
  hour: `to_char(f.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
  day: `${LOCAL_DAY}::text`,
  week: `date_trunc('week', ${LOCAL_DAY})::date::text`,
  anchor: "f.anchor_id::text",
  anchorGender: "f.anchor_gender",
  viewerGender: "f.viewer_gender",
};

/**
 * What was counted, in groups, together with what `readTail` finds beyond the cursors, which it reads in the same snapshot:
 * each gift is in one of the two. People are counted over single viewers, refunded gifts and who gave nothing else left
 * out.
 */
export async function readTips<T extends GiftCells>(
  db: FinanceDb,
  filter: TipsFilter,
  readTail: (sql: Sql) => Promise<T | null>,
): Promise<{ counted: CountedTips; tail: T | null }> {
  return await db.sql.begin("isolation level repeatable read read only", async (transaction) => {
    const tx = transaction as unknown as Sql;
    const tail = await readTail(tx);
    const { from, to, anchorIds, anchorGender, viewerGender } = filter;
    const isMeant = tx`hour >= ${from} AND hour < ${to}
      AND (${anchorIds === null} OR anchor_id = ANY(${arrayLiteral(anchorIds ?? [])}::uuid[]))
      AND (${anchorGender}::text IS NULL OR anchor_gender = ${anchorGender}::text)
      AND (${viewerGender}::text IS NULL OR viewer_gender = ${viewerGender}::text)`;
    const columns = tx`hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins`;
    const facts = tail
      ? tx`SELECT ${columns} FROM gift_pair_hour WHERE ${isMeant}
          UNION ALL SELECT ${columns} FROM ${cellRows(tx, tail.columns)} AS t WHERE ${isMeant}`
      : tx`SELECT ${columns} FROM gift_pair_hour WHERE ${isMeant}`;
    const rows = await sumGroups(tx, facts, filter.groupBy, filter.rowsMax);
    const [total] = filter.groupBy.length === 0 ? rows : await sumGroups(tx, facts, [], 1);
    const [run] = await tx<{ at: Date | null }[]>`
      SELECT max(started_at) AS at FROM analytics_runs WHERE ended_at IS NOT NULL`;
    return {
      tail,
      counted: {
        rows,
        total: total ?? { gifts: 0, coins: 0, grossFen: 0, viewers: 0 },
        countedUpTo: run?.at ?? new Date(0),
      },
    };
  });
}

type SumsRow = Partial<Record<TipsKey, string>> & Record<"gifts" | "coins" | "viewers", string>;

async function sumGroups(
  tx: Sql,
  facts: Fragment,
  groupBy: readonly TipsKey[],
  rowsMax: number,
): Promise<TipsRow[]> {
  const keys = groupBy.map((key) => `"${key}"`).join(", ");
  const by = (text: string) => tx.unsafe(text);
  const rows = await tx<SumsRow[]>`
    SELECT ${by(keys && `${keys},`)} sum(gifts) AS gifts, sum(coins) AS coins, count(*) AS viewers
    FROM (
      SELECT ${by(groupBy.map((key) => `${EXPRESSIONS[key]} AS "${key}",`).join(" "))} f.viewer_id, sum(f.gifts) AS gifts,
        sum(f.coins) AS coins
      FROM (${facts}) AS f GROUP BY ${by(keys && `${keys},`)} f.viewer_id HAVING sum(f.gifts) > 0
    ) AS people
    ${by(keys && `GROUP BY ${keys} ORDER BY ${keys}`)} LIMIT ${rowsMax}`;
  return rows
    .filter(({ viewers }) => Number(viewers) > 0)
    .map(({ gifts, coins, viewers, ...names }) => ({
      ...names,
      gifts: Number(gifts),
      coins: Number(coins),
      grossFen: Number(coins) * FEN_PER_COIN,
      viewers: Number(viewers),
    })) as TipsRow[];
}
