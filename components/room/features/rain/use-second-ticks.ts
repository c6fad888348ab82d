import { useEffect } from "react";

/** The end of a second is looked at this late, so that it is over for certain. */
const AFTER_MS = 8;
const SECOND_MS = 1000;

interface SecondTicks {
  /** What is counted down to; null counts from any moment. */
  untilMs: number | null;
  /** A moment that matters between two seconds; in the past when there is none. */
  wakeMs: number;
  /** What `onTick` was called with last. */
  nowMs: number;
  onTick: (nowMs: number) => void;
}

/**
 * Tells the time, on the clock that is never set back, whenever a whole second is left until `untilMs`: a countdown needs
 * no more, and everything that it renders costs frames of what falls.
 */
export function useSecondTicks({ untilMs, wakeMs, nowMs, onTick }: SecondTicks): void {
  useEffect(() => {
    const toSecond = untilMs === null ? SECOND_MS : (((untilMs - nowMs) % SECOND_MS) + SECOND_MS) % SECOND_MS;
    const toWake = wakeMs > nowMs ? wakeMs - nowMs : SECOND_MS;
    const timer = setTimeout(() => onTick(performance.now()), Math.min(toSecond, toWake) + AFTER_MS);
    return () => clearTimeout(timer);
  }, [untilMs, wakeMs, nowMs, onTick]);
}
