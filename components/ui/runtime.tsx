"use client";

import { useEffect, useState } from "react";
import { formatDuration } from "../lib/format";

const TICK_MS = 1_000;

/** How long something has been running, to the second. */
export function Runtime({ startedAt, className = "" }: { startedAt: string; className?: string }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span suppressHydrationWarning className={`numeric ${className}`}>
      {formatDuration(nowMs - Date.parse(startedAt))}
    </span>
  );
}
