import { useCallback } from "react";
import { useLatest } from "./use-latest";

/** A function that stays the same and does what the newest render says, for views that render only when a prop changes. */
export function useHandler<Args extends unknown[], Result>(
  handler: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useLatest(handler);
  return useCallback((...args: Args) => latest.current(...args), [latest]);
}
