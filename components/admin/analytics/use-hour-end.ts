"use client";

import { useEffect, useState } from "react";
import { hourEndOf } from "./tips-filter";

/** A timer for the whole hour would fire late after the computer slept. */
const LOOK_MS = 5_000;

/** When the hour is over, milliseconds since 1970: first as the page came with it, then as the clock goes on. */
export function useHourEnd(firstMs: number): number {
  const [endMs, setEndMs] = useState(firstMs);
  useEffect(() => {
    const timer = setInterval(() => setEndMs(hourEndOf(Date.now())), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return endMs;
}
