import { useEffect, useState } from "react";

const TICK_MS = 500;
const readClockMs = () => Date.now();

/** Until then by the server's clock, as `formatTimeLeft` takes it; null where there is no end. */
export function useTimeLeftMs(until: string | null, getClockAheadMs: () => number): number | null {
  const [nowMs, setNowMs] = useState(readClockMs);
  const hasEnd = until !== null;
  useEffect(() => {
    if (!hasEnd) return;
    const timer = setInterval(() => setNowMs(readClockMs()), TICK_MS);
    return () => clearInterval(timer);
  }, [hasEnd]);
  if (until === null) return null;
  return Date.parse(until) - nowMs - getClockAheadMs();
}
