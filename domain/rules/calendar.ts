const DAY_MS = 24 * 3_600_000;

/** Days and weeks begin at midnight in China, where the platform's money is. */
export const CALENDAR_UTC_OFFSET_MINUTES = 8 * 60;

/** The date there, as `2026-11-21`. */
export function dayOf(atMs: number): string {
  return new Date(atMs + CALENDAR_UTC_OFFSET_MINUTES * 60_000).toISOString().slice(0, 10);
}

/** When that day began. */
export function dayStart(atMs: number): Date {
  return new Date(Date.parse(`${dayOf(atMs)}T00:00:00Z`) - CALENDAR_UTC_OFFSET_MINUTES * 60_000);
}

/** The Monday of that date's week. */
export function weekOf(atMs: number): string {
  const local = new Date(atMs + CALENDAR_UTC_OFFSET_MINUTES * 60_000);
  const daysSinceMonday = (local.getUTCDay() + 6) % 7;
  return dayOf(atMs - daysSinceMonday * DAY_MS);
}
