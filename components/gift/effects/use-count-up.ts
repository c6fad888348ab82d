import { useEffect, useState } from "react";

const STEP_MS = 60;
const STEPS_MAX = 7;

/** A number that climbs to its target in a few quick steps; it jumps when it has to fall or must hold still. */
export function useCountUp(target: number, still: boolean): number {
  const [shown, setShown] = useState(target);

  useEffect(() => {
    if (still || shown >= target) {
      if (shown !== target) setShown(target);
      return;
    }
    const stride = Math.max(1, Math.ceil((target - shown) / STEPS_MAX));
    const timer = setTimeout(() => setShown(Math.min(target, shown + stride)), STEP_MS);
    return () => clearTimeout(timer);
  }, [shown, target, still]);

  return still ? target : shown;
}
