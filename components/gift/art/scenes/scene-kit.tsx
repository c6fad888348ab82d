import type { CSSProperties, ReactNode } from "react";
import { scatter, sparklePath } from "../svg-kit";
import styles from "./scene.module.css";

/** Passes numbers and lengths to a stylesheet as custom properties: `{ x: "4cqw" }` becomes `--x: 4cqw`. */
export function cssVars(values: Record<string, string | number>): CSSProperties {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`--${name}`, value]),
  ) as CSSProperties;
}

interface SpreadProps {
  count: number;
  seed: number;
  className?: string;
  /** Draws one piece; `random` gives numbers in [0, 1) that are the same on every render. */
  children: (random: () => number, index: number) => ReactNode;
}

/** Scatters `count` moving pieces; under reduced motion they are left out. */
export function Spread({ count, seed, className, children }: SpreadProps) {
  const random = scatter(seed);
  return (
    <div className={[styles.moving, className].filter(Boolean).join(" ")}>
      {Array.from({ length: count }, (_, index) => children(random, index))}
    </div>
  );
}

/** Sparkles that twinkle in place over the whole scene. */
export function Twinkles({
  count,
  seed,
  color = "#fff3c0",
}: {
  count: number;
  seed: number;
  color?: string;
}) {
  return (
    <Spread count={count} seed={seed}>
      {(random, index) => (
        <svg
          key={index}
          className={styles.twinkle}
          viewBox="-10 -10 20 20"
          style={cssVars({
            x: `${random() * 100}cqw`,
            y: `${random() * 100}cqh`,
            size: `${2 + random() * 5}cqmin`,
            delay: `${random() * -2}s`,
            period: `${1.3 + random()}s`,
          })}
        >
          <path d={sparklePath(0, 0, 10)} fill={color} />
        </svg>
      )}
    </Spread>
  );
}

/** Slowly turning rays behind the hero of a scene. */
export function Rays({ color, delay = "0s" }: { color: string; delay?: string }) {
  return (
    <div className={styles.raysFrame} style={cssVars({ delay })}>
      <div className={styles.rays} style={cssVars({ ray: color })} />
    </div>
  );
}
