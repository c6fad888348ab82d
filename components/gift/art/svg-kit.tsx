import { type ReactNode, useId } from "react";

/** Names for gradients and clips that stay unique when the same gift is drawn many times on one page. */
export function useSvgIds(): (name: string) => string {
  const base = useId().replace(/[^\w-]/g, "");
  return (name) => `g${base}-${name}`;
}

type Stop = readonly [offset: number, color: string, opacity?: number];

function renderStops(stops: readonly Stop[]): ReactNode {
  return stops.map(([offset, color, opacity]) => (
    <stop key={`${offset}${color}`} offset={offset} stopColor={color} stopOpacity={opacity} />
  ));
}

interface LinearProps {
  id: string;
  stops: readonly Stop[];
  /** Direction in fractions of the painted shape's box: x1, y1, x2, y2. Down by default. */
  to?: readonly [number, number, number, number];
}

export function Linear({ id, stops, to = [0, 0, 0, 1] }: LinearProps) {
  return (
    <linearGradient id={id} x1={to[0]} y1={to[1]} x2={to[2]} y2={to[3]}>
      {renderStops(stops)}
    </linearGradient>
  );
}

interface RadialProps {
  id: string;
  stops: readonly Stop[];
  /** Centre and radius in fractions of the painted shape's box. */
  at?: readonly [number, number, number];
}

export function Radial({ id, stops, at = [0.5, 0.5, 0.5] }: RadialProps) {
  return (
    <radialGradient id={id} cx={at[0]} cy={at[1]} r={at[2]}>
      {renderStops(stops)}
    </radialGradient>
  );
}

/** A four-pointed star round the given centre. */
export function sparklePath(cx: number, cy: number, r: number): string {
  const waist = r * 0.16;
  return (
    `M${cx} ${cy - r}Q${cx + waist} ${cy - waist} ${cx + r} ${cy}Q${cx + waist} ${cy + waist} ${cx} ${cy + r}` +
    `Q${cx - waist} ${cy + waist} ${cx - r} ${cy}Q${cx - waist} ${cy - waist} ${cx} ${cy - r}Z`
  );
}

/** A heart about 40 units wide round the origin. */
export const HEART_PATH =
  "M0 17C-27-1-22-19-10.500-19C-4.500-19-1-15 0-11C1-15 4.500-19 10.500-19C22-19 27-1 0 17Z";

/**
 * A repeatable spread of numbers in [0, 1): scenes scatter stars and feathers with it, so that server and browser
 * render the same markup (the generator is mulberry32).
 */
export function scatter(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
