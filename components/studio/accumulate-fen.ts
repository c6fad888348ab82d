/** The running sum of the anchor's part, oldest first; lines of one moment are one point. */
export function accumulateFen(
  lines: readonly { settledAt: string; anchorFen: number }[],
): { at: string; fen: number }[] {
  const byTime = new Map<string, number>();
  for (const { settledAt, anchorFen } of lines)
    byTime.set(settledAt, (byTime.get(settledAt) ?? 0) + anchorFen);
  let fen = 0;
  return [...byTime]
    .sort(([a], [b]) => Date.parse(a) - Date.parse(b))
    .map(([at, added]) => {
      fen += added;
      return { at, fen };
    });
}
