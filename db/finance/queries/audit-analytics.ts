import { readSnapshot } from "@/db/audit-rows";
import type { FinanceDb } from "@/db/client";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { type AnalyticsPlaces, readAnalyticsPlaces } from "./analytics-cells";

export interface DaySum {
  gifts: number;
  coins: number;
}

type Table = "gift_hour" | "gift_pair_hour" | "viewer_day";

/** What each table of analytics has of each day of the platform's calendar, and up to where, on one snapshot. */
export async function readCountedDays(
  db: FinanceDb,
): Promise<{ places: AnalyticsPlaces; days: Map<string, Record<Table, DaySum>> }> {
  return await readSnapshot(db, async (tx) => {
    const places = await readAnalyticsPlaces({ sql: tx });
    const day = tx`((hour AT TIME ZONE 'UTC') + ${CALENDAR_UTC_OFFSET_MINUTES}::int * interval '1 minute')::date`;
    const rows = await tx<{ table: Table; day: string; gifts: string; coins: string }[]>`
      SELECT 'gift_hour' AS table, ${day}::text AS day, sum(gifts) AS gifts, sum(coins) AS coins FROM gift_hour GROUP BY 2
      UNION ALL SELECT 'gift_pair_hour', ${day}::text, sum(gifts), sum(coins) FROM gift_pair_hour GROUP BY 2
      UNION ALL SELECT 'viewer_day', day::text, sum(gifts), sum(coins) FROM viewer_day GROUP BY 2`;
    const days = new Map<string, Record<Table, DaySum>>();
    for (const row of rows) {
      const nothing = { gifts: 0, coins: 0 };
      const sums = days.get(row.day) ?? { gift_hour: nothing, gift_pair_hour: nothing, viewer_day: nothing };
      sums[row.table] = { gifts: Number(row.gifts), coins: Number(row.coins) };
      days.set(row.day, sums);
    }
    return { places, days };
  });
}
