/**
 * The time that all processes share. What one process writes down and another compares, a due date, an expiry, the day in
 * which a gift counts, is told by this clock and never by that of the machine, which may be hours off.
 *
 * It runs on by the machine's monotonic clock, which nobody can set, from the time that Redis tells (`watchClock`). Until
 * that has been asked it is the machine's own.
 */

/** Less is what a round trip makes of it, and left alone. */
const IGNORED_MS = 250;

let epochMs = Date.now() - performance.now();

/** Unix milliseconds. */
export function sharedNowMs(): number {
  return Math.floor(epochMs + performance.now());
}

export function sharedNow(): Date {
  return new Date(sharedNowMs());
}

/** Sets the clock right where it is off. `uncertainMs`: how far the time that is told may be wrong itself. */
export function setSharedTime(sharedMs: number, uncertainMs = 0): void {
  const errorMs = sharedMs - sharedNowMs();
  if (Math.abs(errorMs) > IGNORED_MS + uncertainMs) epochMs += errorMs;
}
