import type { CSSProperties } from "react";
import classes from "./shimmer.module.css";

/** A place that is still loading. */
export function Shimmer({ className = "", style }: { className?: string; style?: CSSProperties }) {
  return <span className={`${classes.shimmer} ${className}`} style={style} aria-hidden />;
}
