"use client";

import { useEffect, useState } from "react";
import { hourEndOf } from "./tips-filter";

/** A timer for the whole hour would fire late after the computer slept. */
const LOOK_MS = 5_000;

/** When the hour is over, milliseconds since 1970; it moves on with the clock while the page is open. */
export function useHourEnd(): number {
  const [endMs, setEndMs] = useState(() => hourEndOf(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setEndMs(hourEndOf(Date.now())), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return endMs;
}
