import { useLayoutEffect, useRef } from "react";
import classes from "./time-ring.module.css";

interface TimeRingProps {
  durationMs: number;
  /** Runs out from full, or fills. */
  way: "out" | "full";
  className?: string;
  /** Another value has it begin again. */
  begin?: number;
}

/**
 * A ring that shows a time passing. Two half rings turn behind the edge of their halves,
 * which the compositor does by itself: a stroke that grows shorter would be painted anew for every frame.
 */
export function TimeRing({ durationMs, way, className, begin }: TimeRingProps) {
  const ring = useRef<HTMLSpanElement>(null);
  const begun = useRef(begin);
  useLayoutEffect(() => {
    if (begun.current === begin) return;
    begun.current = begin;
    // The same layers from the start: new elements would have all layers of the page put in order anew, at every tap.
    for (const animation of ring.current?.getAnimations({ subtree: true }) ?? []) animation.currentTime = 0;
  }, [begin]);
  const style = { animationDuration: `${durationMs}ms` };
  return (
    <span ref={ring} className={`${classes.ring} ${className ?? ""}`} data-way={way} aria-hidden>
      <span className={classes.right}>
        <i style={style} />
      </span>
      <span className={classes.left}>
        <i style={style} />
      </span>
    </span>
  );
}
