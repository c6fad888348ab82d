/**
 * A quantile of what fell into buckets, as Prometheus' `histogram_quantile` has it: evenly spread within its bucket. What is
 * above the last bound is as large as that bound. 0 where there is nothing.
 *
 * @param bounds upper bounds, ascending; `counts` has one more, for all above
 */
export function bucketQuantile(
  bounds: readonly number[],
  counts: readonly number[],
  quantile: number,
): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const upper = bounds[index];
    if (upper === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower = bounds[index - 1] ?? 0;
      return lower + (upper - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return bounds.at(-1) ?? 0;
}
