import type { TipsRow } from "@/domain/contracts/analytics";
import type { Measure, Split, Step } from "./tips-filter";

/** More than these are one line together. */
const SERIES_MAX = 8;
export const OTHERS = "others";
export const ALL = "all";

export interface Series {
  /** A gender, an anchor's id, `others`, or `all` where nothing is told apart. */
  key: string;
  name: string | null;
}

type Point = { at: string } & Record<string, number | string>;

export interface Pivot {
  /** One for each time, in order: `at`, and a number for each series. */
  points: Point[];
  series: Series[];
}

/** Rows as a chart takes them: a point for each time, what gave most first. People of `others` may be counted twice. */
export function pivotTips(rows: readonly TipsRow[], step: Step, split: Split, measure: Measure): Pivot {
  const totals = new Map<string, { sum: number; name: string | null }>();
  for (const row of rows) {
    const key = keyOf(row, split);
    const known = totals.get(key) ?? { sum: 0, name: row.anchorName ?? null };
    totals.set(key, { ...known, sum: known.sum + row[measure] });
  }
  const ranked = [...totals].sort(([, one], [, other]) => other.sum - one.sum);
  const shown = ranked.length > SERIES_MAX ? ranked.slice(0, SERIES_MAX - 1) : ranked;
  const series: Series[] = shown.map(([key, { name }]) => ({ key, name }));
  if (ranked.length > shown.length) series.push({ key: OTHERS, name: null });
  const isShown = new Set(shown.map(([key]) => key));
  const points = new Map<string, Point>();
  for (const row of rows) {
    const at = row[step] ?? "";
    const nothing: Point = { ...Object.fromEntries(series.map(({ key }) => [key, 0])), at };
    const point = points.get(at) ?? nothing;
    const key = keyOf(row, split);
    const column = isShown.has(key) ? key : OTHERS;
    point[column] = Number(point[column]) + row[measure];
    points.set(at, point);
  }
  return { points: [...points.values()].sort((one, other) => (one.at < other.at ? -1 : 1)), series };
}

const keyOf = (row: TipsRow, split: Split): string => (split === "none" ? ALL : (row[split] ?? ALL));
