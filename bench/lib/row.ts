/** One line of the bench report: a figure beside the floor that was measured in the same run. */
export interface BenchRow {
  name: string;
  figure: number;
  floor: number | null;
  /** figure / floor; null where the bar is not a ratio. */
  ratio: number | null;
  /** What the ratio (or, without one, the figure) should reach; null: printed only. */
  bar: number | null;
  unit: string;
  notes: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Figures by their floors of the same rounds: a machine that others use too has another speed from minute to minute. */
export function medianRatio(figures: readonly number[], floors: readonly number[]): number {
  return median(figures.map((figure, i) => figure / (floors[i] ?? 0)));
}

/** The value below which `part` (0..1) of the values lie. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
