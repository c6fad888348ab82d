import { readSnapshot } from "@/db/audit-rows";
import type { FinanceDb } from "@/db/client";
import { type AnalyticsPlaces, readAnalyticsPlaces } from "./analytics-cells";

export interface DaySum {
  gifts: number;
  coins: number;
}

/** `pairs` is what stands in the arrays of `gift_pair_day`. */
export const COUNTED_BY_DAY = ["gift_pair_day", "pairs", "gift_hour_viewers", "gift_day_viewers"] as const;
type Table = (typeof COUNTED_BY_DAY)[number];

/**
 * What each table of analytics has of each day of the platform's calendar, and up to where, on one snapshot; and the days
 * whose sets of people are not those of the pairs.
 */
export async function readCountedDays(db: FinanceDb): Promise<{
  places: AnalyticsPlaces;
  days: Map<string, Record<Table, DaySum>>;
  otherPeople: { table: Table; day: string }[];
}> {
  return await readSnapshot(db, async (tx) => {
    const places = await readAnalyticsPlaces({ sql: tx });
    const rows = await tx<{ table: Table; day: string; gifts: string; coins: string }[]>`
      SELECT 'gift_pair_day' AS table, day::text AS day, sum(gifts) AS gifts, sum(coins) AS coins FROM gift_pair_day GROUP BY 2
      UNION ALL SELECT 'pairs', day::text, sum(u.gifts), sum(u.coins) FROM gift_pair_day,
        unnest(pair_gifts, pair_coins) AS u (gifts, coins) GROUP BY 2
      UNION ALL SELECT 'gift_hour_viewers', day::text, sum(gifts), sum(coins) FROM gift_hour_viewers GROUP BY 2
      UNION ALL SELECT 'gift_day_viewers', day::text, sum(gifts), sum(coins) FROM gift_day_viewers GROUP BY 2`;
    const days = new Map<string, Record<Table, DaySum>>();
    const nothing = { gifts: 0, coins: 0 };
    for (const row of rows) {
      const none = Object.fromEntries(COUNTED_BY_DAY.map((table) => [table, nothing]));
      const sums = days.get(row.day) ?? (none as Record<Table, DaySum>);
      sums[row.table] = { gifts: Number(row.gifts), coins: Number(row.coins) };
      days.set(row.day, sums);
    }
    const otherPeople = await tx<{ table: Table; day: string }[]>`
      WITH pairs AS (
        SELECT day, anchor_gender, viewer_gender, u.hour, u.viewer FROM gift_pair_day, unnest(viewers, hours) AS u (viewer, hour)
      ), of_hours AS (
        SELECT day, hour, anchor_gender, viewer_gender, array_agg(DISTINCT viewer ORDER BY viewer) AS viewers
        FROM pairs GROUP BY 1, 2, 3, 4
      ), of_days AS (
        SELECT day, anchor_gender, viewer_gender, array_agg(DISTINCT viewer ORDER BY viewer) AS viewers FROM pairs GROUP BY 1, 2, 3
      )
      SELECT 'gift_hour_viewers' AS table, day::text AS day FROM of_hours p
      FULL JOIN gift_hour_viewers t USING (day, hour, anchor_gender, viewer_gender)
      WHERE p.viewers IS DISTINCT FROM t.viewers GROUP BY 2
      UNION ALL SELECT 'gift_day_viewers', day::text FROM of_days p
      FULL JOIN gift_day_viewers t USING (day, anchor_gender, viewer_gender)
      WHERE p.viewers IS DISTINCT FROM t.viewers GROUP BY 2`;
    return { places, days, otherPeople };
  });
}
