import type postgres from "postgres";
import type { Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { TipsKey } from "@/domain/contracts/analytics";
import { cutRange, type RangePiece } from "@/domain/rules/cut-range";
import type { TailRows } from "./tips-tail";

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

/**
 * What a question is answered from. `days` and `hours` know nothing of single anchors, `days` and `anchors` nothing of single
 * hours; `pairs` know both. `viewers` go from what each viewer gave: where something is taken off that was counted, nobody
 * else knows who is still in a set.
 */
export type TipsLevel = "days" | "hours" | "anchors" | "pairs" | "viewers";

export function chooseLevel(
  { anchorIds }: Pick<TipsFilter, "anchorIds">,
  groupBy: readonly TipsKey[],
  takesOff: boolean,
): TipsLevel {
  if (takesOff) return "viewers";
  const isByHour = groupBy.includes("hour");
  if (anchorIds !== null || groupBy.includes("anchor")) return isByHour ? "pairs" : "anchors";
  return isByHour ? "hours" : "days";
}

const COLUMNS = "day, hour, anchor_id, anchor_gender, viewer_gender, gifts, coins, viewers";

/**
 * Rows of a time, each with what was given and the set of who gave: `(day, hour, anchor_id, anchor_gender, viewer_gender,
 * gifts, coins, viewers)`. Whole days are read as days, and of the days at both ends the hours.
 */
export function readRows(tx: Sql, filter: TipsFilter, level: TipsLevel, tail: TailRows): Fragment {
  const { whole, ends } = cutRange(filter.from.getTime(), filter.to.getTime());
  const columns = tx.unsafe(COLUMNS);
  const waiting = tail.numbered();
  const all = [...(whole ? [whole] : []), ...ends];
  if (level === "viewers") {
    return tx`
      WITH facts AS (
        ${joined(
          tx,
          all.map((piece) => pairsOf(tx, filter, piece)),
        )}
        ${waiting ? tx`UNION ALL SELECT * FROM (${waiting}) AS t WHERE ${meant(tx, filter)}` : tx``}
      ), given AS (
        SELECT day, hour, anchor_id, viewer, anchor_gender, viewer_gender, sum(gifts) AS gifts, sum(coins) AS coins
        FROM facts GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(gifts) > 0
      )
      ${setsOf(tx, tx`given`)}`;
  }
  const sets = (table: string, piece: RangePiece) =>
    tx`SELECT day, ${table === "gift_hour_viewers" ? tx`hour` : tx`NULL::smallint AS hour`}, NULL::uuid AS anchor_id, anchor_gender,
      viewer_gender, gifts, coins, viewers FROM ${tx(table)} WHERE ${within(tx, piece)} AND ${meant(tx, filter, false)}`;
  const read: Record<Exclude<TipsLevel, "viewers">, () => Fragment[]> = {
    hours: () => all.map((piece) => sets("gift_hour_viewers", piece)),
    days: () => [
      ...(whole ? [sets("gift_day_viewers", whole)] : []),
      ...ends.map((piece) => sets("gift_hour_viewers", piece)),
    ],
    anchors: () => [
      ...(whole
        ? [
            tx`SELECT day, NULL::smallint AS hour, anchor_id, anchor_gender, viewer_gender, gifts, coins, uniq(viewers) AS viewers
              FROM gift_pair_day WHERE ${within(tx, whole)} AND ${meant(tx, filter)}`,
          ]
        : []),
      ...ends.map((piece) => hoursOfDays(tx, filter, piece)),
    ],
    pairs: () => all.map((piece) => setsOf(tx, tx`(${pairsOf(tx, filter, piece)})`)),
  };
  const rest = waiting
    ? [tx`SELECT * FROM (${setsOf(tx, tx`(${waiting})`)}) AS t WHERE ${meant(tx, filter)}`]
    : [];
  return tx`SELECT ${columns} FROM (${joined(tx, [...read[level](), ...rest])}) AS sets`;
}

const joined = (tx: Sql, parts: readonly Fragment[]): Fragment =>
  parts.reduce((all, part, i) => (i === 0 ? part : tx`${all} UNION ALL ${part}`));

/** What each viewer gave, as rows of sets. */
const setsOf = (tx: Sql, pairs: Fragment) => tx`
  SELECT day, hour, anchor_id, anchor_gender, viewer_gender, sum(gifts)::bigint AS gifts, sum(coins)::bigint AS coins,
    uniq(sort(array_agg(viewer))) AS viewers
  FROM ${pairs} AS p GROUP BY 1, 2, 3, 4, 5`;

/** Some hours of a day, taken out of its rows one by one: what was sorted by viewer stays so. */
const hoursOfDays = (tx: Sql, filter: TipsFilter, piece: RangePiece) => tx`
  SELECT day, NULL::smallint AS hour, anchor_id, anchor_gender, viewer_gender, u.gifts, u.coins, u.viewers
  FROM gift_pair_day CROSS JOIN LATERAL (
    SELECT sum(e.gifts)::bigint AS gifts, sum(e.coins)::bigint AS coins, uniq(array_agg(e.viewer)) AS viewers
    FROM unnest(viewers, hours, pair_gifts, pair_coins) AS e (viewer, hour, gifts, coins)
    WHERE true ${hoursOf(tx, piece, "e.hour")}
  ) AS u WHERE ${daysOf(tx, piece)} AND ${meant(tx, filter)} AND u.gifts > 0`;

/** Hours of a day are found in its row; whole days need no look at the hour. */
const pairsOf = (tx: Sql, filter: TipsFilter, piece: RangePiece) => tx`
  SELECT day, u.hour, anchor_id, u.viewer, anchor_gender, viewer_gender, u.gifts, u.coins
  FROM gift_pair_day, unnest(viewers, hours, pair_gifts, pair_coins) AS u (viewer, hour, gifts, coins)
  WHERE ${daysOf(tx, piece)} AND ${meant(tx, filter)} ${hoursOf(tx, piece, "u.hour")}`;

const within = (tx: Sql, piece: RangePiece) => tx`${daysOf(tx, piece)} ${hoursOf(tx, piece, "hour")}`;
const daysOf = (tx: Sql, { fromDay, toDay }: RangePiece) =>
  tx`day >= ${fromDay}::date AND day < ${toDay}::date`;
const hoursOf = (tx: Sql, { hours }: RangePiece, column: string) =>
  hours ? tx`AND ${tx.unsafe(column)} >= ${hours.from} AND ${tx.unsafe(column)} < ${hours.to}` : tx``;

function meant(tx: Sql, filter: TipsFilter, hasAnchors = true): Fragment {
  const { anchorIds, anchorGender, viewerGender } = filter;
  const only = (column: string, value: string | null) =>
    value === null ? tx`` : tx`AND ${tx(column)} = ${value}`;
  return tx`true ${only("anchor_gender", anchorGender)} ${only("viewer_gender", viewerGender)}
    ${hasAnchors && anchorIds !== null ? tx`AND anchor_id = ANY(${arrayLiteral(anchorIds)}::uuid[])` : tx``}`;
}
