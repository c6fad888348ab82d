import type { LivePoint } from "@/domain/rules/live-figures";
import type { LiveName } from "./live-chart";

const MINUTE_MS = 60_000;

export interface LiveMinute {
  /** When it began. */
  at: string;
  average: number | null;
  highest: number | null;
}

/** The last minutes of a figure, the newest first; the one that goes on is as it is so far. */
export function sumMinutes(points: readonly LivePoint[], name: LiveName, shown: number): LiveMinute[] {
  const minutes = new Map<number, number[]>();
  for (const point of points) {
    const minute = Math.floor(Date.parse(point.at) / MINUTE_MS);
    const values = minutes.get(minute) ?? [];
    const value = point[name];
    if (value !== null) values.push(value);
    minutes.set(minute, values);
  }
  return [...minutes]
    .slice(-shown)
    .toReversed()
    .map(([minute, values]) => ({
      at: new Date(minute * MINUTE_MS).toISOString(),
      average:
        values.length === 0
          ? null
          : Math.round((values.reduce((sum, v) => sum + v, 0) / values.length) * 10) / 10,
      highest: values.length === 0 ? null : Math.max(...values),
    }));
}
