/** Clocks may differ by this without anybody being told, and a call may take as long. */
export const CLOCK_TOLERANCE_MS = 2_000;

/**
 * When a gift was sent, by what its place in the queue allows: not later than it was put there. A later time is a wrong
 * clock, and then the place counts. Both in ms.
 */
export function sentAtMost(sentAtMs: number, queuedAtMs: number): number {
  return sentAtMs > queuedAtMs + CLOCK_TOLERANCE_MS ? queuedAtMs : sentAtMs;
}

/** The time in the id of a stream entry, `ms-number`. */
export const queuedAtMsOf = (entryId: string) => Number(entryId.split("-", 1)[0]);
