import { useId } from "react";
import { hashOf, seededRandom } from "../lib/seeded";
import { skyOf } from "./palette";

const WIDTH = 320;
const HEIGHT = 200;

/** A night landscape for rooms without a cover; the same room always gets the same one. */
export function CoverArt({ seed, className }: { seed: string; className?: string }) {
  const id = useId().replace(/[^\w-]/g, "");
  const sky = skyOf(seed);
  const random = seededRandom(hashOf(seed));
  const between = (from: number, to: number) => Math.round((from + random() * (to - from)) * 10) / 10;
  const moon = { x: between(60, 260), y: between(36, 84), r: between(18, 34) };
  const stars = Array.from({ length: 26 }, () => ({
    x: between(0, WIDTH),
    y: between(0, 120),
    r: between(0.4, 1.2),
    opacity: between(0.3, 0.9),
  }));
  const rain = Array.from({ length: 22 }, () => ({
    x: between(-20, WIDTH),
    y: between(-10, 150),
    l: between(14, 42),
  }));
  const lanterns = Array.from({ length: 4 }, () => ({
    x: between(16, 304),
    y: between(110, 178),
    r: between(1.6, 3.6),
  }));
  return (
    <svg
      className={className}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden
      focusable="false"
    >
      <defs>
        <linearGradient id={`${id}sky`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={sky.high} />
          <stop offset="1" stopColor={sky.low} />
        </linearGradient>
        <radialGradient id={`${id}glow`}>
          <stop offset="0" stopColor={sky.light} stopOpacity="0.75" />
          <stop offset="1" stopColor={sky.light} stopOpacity="0" />
        </radialGradient>
        <linearGradient id={`${id}rain`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#fff" stopOpacity="0" />
          <stop offset="1" stopColor="#fff" stopOpacity="0.5" />
        </linearGradient>
      </defs>
      <rect width={WIDTH} height={HEIGHT} fill={`url(#${id}sky)`} />
      {stars.map((star) => (
        <circle
          key={`${star.x}-${star.y}`}
          cx={star.x}
          cy={star.y}
          r={star.r}
          fill="#fff"
          opacity={star.opacity}
        />
      ))}
      <circle cx={moon.x} cy={moon.y} r={moon.r * 3.2} fill={`url(#${id}glow)`} />
      <circle cx={moon.x} cy={moon.y} r={moon.r} fill={sky.light} opacity="0.95" />
      <circle
        cx={moon.x - moon.r * 0.3}
        cy={moon.y + moon.r * 0.2}
        r={moon.r * 0.22}
        fill={sky.low}
        opacity="0.22"
      />
      <circle
        cx={moon.x + moon.r * 0.35}
        cy={moon.y - moon.r * 0.3}
        r={moon.r * 0.14}
        fill={sky.low}
        opacity="0.2"
      />
      {[0, 1, 2].map((layer) => (
        <path
          key={layer}
          d={ridge(random, 118 + layer * 24, 26 - layer * 4)}
          fill={sky.hills}
          opacity={0.38 + layer * 0.28}
        />
      ))}
      {rain.map((drop) => (
        <path
          key={`${drop.x}-${drop.y}`}
          d={`M${drop.x} ${drop.y}l${drop.l * 0.28} ${drop.l}`}
          stroke={`url(#${id}rain)`}
          strokeWidth="1"
          opacity="0.7"
        />
      ))}
      {lanterns.map((lantern) => (
        <g key={`${lantern.x}-${lantern.y}`}>
          <circle cx={lantern.x} cy={lantern.y} r={lantern.r * 3.6} fill={`url(#${id}glow)`} />
          <circle cx={lantern.x} cy={lantern.y} r={lantern.r} fill="#ffd98a" />
        </g>
      ))}
    </svg>
  );
}

/** One range of hills: a smooth line through a few random heights, closed at the bottom. */
function ridge(random: () => number, base: number, swing: number): string {
  const points = Array.from({ length: 6 }, (_, i) => ({
    x: (i * WIDTH) / 5,
    y: Math.round(base + (random() - 0.5) * 2 * swing),
  }));
  const curve = points
    .slice(1)
    .map((point, i) => {
      const before = points[i] ?? point;
      const middle = (before.x + point.x) / 2;
      return `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    })
    .join("");
  return `M0 ${points[0]?.y ?? base}${curve}V${HEIGHT}H0Z`;
}
