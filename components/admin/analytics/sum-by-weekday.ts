import type { TipsRow } from "@/domain/contracts/analytics";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";

/** Coins by hour of the day and weekday of the platform's calendar, from Monday: `[hour][weekday]`. */
export function sumByWeekday(rows: readonly TipsRow[]): number[][] {
  const coins = Array.from({ length: 24 }, () => Array.from({ length: 7 }, () => 0));
  for (const { hour, coins: given } of rows) {
    const local = new Date(Date.parse(hour ?? "") + CALENDAR_UTC_OFFSET_MINUTES * 60_000);
    const row = coins[local.getUTCHours()];
    const weekday = (local.getUTCDay() + 6) % 7;
    if (row) row[weekday] = (row[weekday] ?? 0) + given;
  }
  return coins;
}
