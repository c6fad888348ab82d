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

/** What another's clock told. */
export interface ToldTime {
  /** Unix milliseconds, at the moment `atMs`. */
  sharedMs: number;
  /** By `performance.now()`: what is told is used later, and by then more time has passed. */
  atMs: number;
  /** How far `sharedMs` may be wrong itself. */
  uncertainMs: number;
}

/** A time that was told in answer to a question of `askedAtMs`, just now: somewhere on the way there and back it was that. */
export function toldJustNow(otherMs: number, askedAtMs: number): ToldTime {
  const atMs = performance.now();
  const uncertainMs = (atMs - askedAtMs) / 2;
  return { sharedMs: otherMs + uncertainMs, atMs, uncertainMs };
}

/** Sets the clock right where it is off by more than what was told may be wrong. */
export function setSharedTime({ sharedMs, atMs, uncertainMs }: ToldTime): void {
  const errorMs = sharedMs - (epochMs + atMs);
  if (Math.abs(errorMs) > IGNORED_MS + uncertainMs) epochMs += errorMs;
}
