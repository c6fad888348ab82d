import { useEffect, useRef, useState } from "react";
import { runAfterPaint } from "../lib/after-paint";
import { useHandler } from "../lib/use-handler";
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
 * which the compositor does by itself: a stroke that grows shorter would be painted anew for every frame. They begin a frame
 * after the tap that started the time: layers that come or begin anew have all others of the page put in order with them.
 */
export function TimeRing({ durationMs, way, className, begin }: TimeRingProps) {
  const ring = useRef<HTMLSpanElement>(null);
  /** From which `begin` it turns; null while it stands. */
  const [turning, setTurning] = useState<{ begin?: number } | null>(null);
  const turn = useHandler((from?: number) => {
    setTurning({ begin: from });
    // The same elements from the start.
    for (const animation of ring.current?.getAnimations({ subtree: true }) ?? []) animation.currentTime = 0;
  });
  useEffect(() => runAfterPaint(() => turn(begin)), [begin, turn]);
  const style = { animationDuration: `${durationMs}ms` };
  return (
    <span ref={ring} className={`${classes.ring} ${className ?? ""}`} data-way={way} aria-hidden>
      {turning ? (
        <>
          <span className={classes.right}>
            <i style={style} />
          </span>
          <span className={classes.left}>
            <i style={style} />
          </span>
        </>
      ) : null}
    </span>
  );
}
