"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "../../lib/trpc";

const TICK_MS = 250;
const CLOCK_FRESH_MS = 60_000;

/** The server's time, a few times a second: what is counted down does not depend on the anchor's clock. */
export function useServerClock(roomId: string): number {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useQuery(
    trpc.rain.current.queryOptions({ roomId }, { staleTime: CLOCK_FRESH_MS }),
  );
  const aheadMs = data ? Date.parse(data.now) - dataUpdatedAt : 0;
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs + aheadMs;
}
