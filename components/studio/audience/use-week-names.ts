"use client";

import { useLocale } from "next-intl";

const SIX_DAYS_MS = 6 * 24 * 3_600_000;

/** A week by its first and its last day, of the platform's calendar. */
export function useWeekNames(): (monday: string) => string {
  const day = new Intl.DateTimeFormat(useLocale(), { month: "short", day: "numeric", timeZone: "UTC" });
  return (monday) => {
    const first = new Date(`${monday}T00:00:00Z`);
    return `${day.format(first)} – ${day.format(new Date(first.getTime() + SIX_DAYS_MS))}`;
  };
}
