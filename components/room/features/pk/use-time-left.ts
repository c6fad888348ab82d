import { useEffect, useState } from "react";

const TICK_MS = 500;
const readClockMs = () => Date.now();

/** Whole seconds until then by the server's clock, never below zero; null where there is no end. */
export function useSecondsLeft(until: string | null, getClockAheadMs: () => number): number | null {
  const [nowMs, setNowMs] = useState(readClockMs);
  const hasEnd = until !== null;
  useEffect(() => {
    if (!hasEnd) return;
    const timer = setInterval(() => setNowMs(readClockMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [hasEnd]);
  if (until === null) return null;
  return Math.max(0, Math.ceil((Date.parse(until) - nowMs - getClockAheadMs()) / 1_000));
}

/** As `4:05`. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
