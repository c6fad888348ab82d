/**
 * The lane for a line that enters at `nowMs`: the topmost free one. When all are taken, own lines take the one that is
 * free first and others are left to the chat panel.
 */
export function pickLane(freeAtMs: readonly number[], nowMs: number, own: boolean): number | null {
  const free = freeAtMs.findIndex((at) => at <= nowMs);
  if (free >= 0) return free;
  if (!own || freeAtMs.length === 0) return null;
  return freeAtMs.indexOf(Math.min(...freeAtMs));
}
