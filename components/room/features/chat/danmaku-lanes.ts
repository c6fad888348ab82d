/** A line's height with what is between two lanes. */
export const LANE_HEIGHT_PX = 38;
const LANES_MAX = 6;

export interface Lane {
  /** When the last line in it has entered whole, with a gap behind it. */
  freeAtMs: number;
}

/** As many lanes as fit into a layer whole, at least one. */
export const laneCount = (layerHeightPx: number) =>
  Math.max(1, Math.min(LANES_MAX, Math.floor(layerHeightPx / LANE_HEIGHT_PX)));

/**
 * The lane for a line that enters at `nowMs`, and how long it has to wait to enter behind the one before it. Others' lines
 * take the topmost free lane or are left to the chat; own lines enter at once where any lane is free, and else as soon as
 * one is.
 */
export function pickLane(
  lanes: readonly (Lane | undefined)[],
  count: number,
  nowMs: number,
  own: boolean,
): { lane: number; waitMs: number } | null {
  const waits = Array.from({ length: count }, (_, lane) => Math.max(0, (lanes[lane]?.freeAtMs ?? 0) - nowMs));
  const waitMs = Math.min(...waits);
  return waitMs === 0 || own ? { lane: waits.indexOf(waitMs), waitMs } : null;
}
