import { CALENDAR_UTC_OFFSET_MINUTES } from "./calendar";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Days of the platform's calendar, the last one left out, and where `hours` stand only those of them. */
export interface RangePiece {
  fromDay: string;
  toDay: string;
  hours: { from: number; to: number } | null;
}

const dayAt = (days: number) => new Date(days * DAY_HOURS * HOUR_MS).toISOString().slice(0, 10);

/** A time of whole hours as whole days and what is left of the days at its ends. */
export function cutRange(fromMs: number, toMs: number): { whole: RangePiece | null; ends: RangePiece[] } {
  const toLocalHour = (ms: number) => Math.round(ms / HOUR_MS + CALENDAR_UTC_OFFSET_MINUTES / 60);
  const [from, to] = [toLocalHour(fromMs), toLocalHour(toMs)];
  const [firstWhole, lastWhole] = [Math.ceil(from / DAY_HOURS), Math.floor(to / DAY_HOURS)];
  const end = (fromHour: number, toHour: number): RangePiece[] => {
    if (fromHour >= toHour) return [];
    const day = Math.floor(fromHour / DAY_HOURS);
    const hours = { from: fromHour - day * DAY_HOURS, to: toHour - day * DAY_HOURS };
    return [{ fromDay: dayAt(day), toDay: dayAt(day + 1), hours }];
  };
  // Within one day there is no whole one.
  if (firstWhole > lastWhole) return { whole: null, ends: end(from, to) };
  const whole =
    firstWhole < lastWhole ? { fromDay: dayAt(firstWhole), toDay: dayAt(lastWhole), hours: null } : null;
  return {
    whole,
    ends: [...end(from, firstWhole * DAY_HOURS), ...end(lastWhole * DAY_HOURS, to)],
  };
}
