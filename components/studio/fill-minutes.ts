const MINUTE_MS = 60_000;

/** A point for each of the last `minutes`, oldest first; minutes without gifts are zero. */
export function fillMinutes(
  series: readonly { at: string; coins: number }[],
  minutes: number,
  nowMs: number,
): { at: string; coins: number }[] {
  const coinsByMinute = new Map<number, number>();
  for (const { at, coins } of series) {
    const minute = Math.floor(Date.parse(at) / MINUTE_MS);
    coinsByMinute.set(minute, (coinsByMinute.get(minute) ?? 0) + coins);
  }
  const last = Math.floor(nowMs / MINUTE_MS);
  return Array.from({ length: minutes }, (_, i) => {
    const minute = last - minutes + 1 + i;
    return { at: new Date(minute * MINUTE_MS).toISOString(), coins: coinsByMinute.get(minute) ?? 0 };
  });
}
