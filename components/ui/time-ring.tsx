import classes from "./time-ring.module.css";

interface TimeRingProps {
  durationMs: number;
  /** Runs out from full, or fills. */
  way: "out" | "full";
  className?: string;
}

/**
 * A ring that shows a time passing; give it a new `key` to begin again. Two half rings turn behind the edge of their halves,
 * which the compositor does by itself: a stroke that grows shorter would be painted anew for every frame.
 */
export function TimeRing({ durationMs, way, className }: TimeRingProps) {
  const style = { animationDuration: `${durationMs}ms` };
  return (
    <span className={`${classes.ring} ${className ?? ""}`} data-way={way} aria-hidden>
      <span className={classes.right}>
        <i style={style} />
      </span>
      <span className={classes.left}>
        <i style={style} />
      </span>
    </span>
  );
}
