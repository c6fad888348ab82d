import { memo } from "react";
import { hashOf, seededRandom } from "../lib/seeded";
import classes from "./weather.module.css";

/** After this many pixels a flock repeats; the styles move it by as much. */
const FLOCK_PX = 900;
const FLOCKS = [
  { className: classes.farFlock, count: 7, sizePx: [24, 38] },
  { className: classes.nearFlock, count: 5, sizePx: [42, 62] },
] as const;

/**
 * Rain and rising lanterns in four layers that move by whole pixels, which the compositor does by itself: a canvas would
 * keep the thread busy that has to answer taps, and each layer more is put in order anew with whatever changes.
 */
export const Weather = memo(function Weather({ seed }: { seed: string }) {
  const random = seededRandom(hashOf(seed));
  return (
    <div className={classes.weather}>
      {FLOCKS.map(({ className, count, sizePx }) => (
        <div
          key={className}
          className={className}
          style={{ backgroundImage: `url("${drawFlock(random, count, sizePx)}")` }}
        />
      ))}
      <div className={classes.far} />
      <div className={classes.near} />
    </div>
  );
});

/** Lanterns at places of their own as one picture, which stands above itself without a seam. */
function drawFlock(random: () => number, count: number, [small, large]: readonly [number, number]): string {
  let lanterns = "";
  for (let i = 0; i < count; i += 1) {
    const x = (100 * (i + 0.15 + 0.7 * random())) / count;
    const radius = (small + random() * (large - small)) / 2;
    const y = Math.round(large + random() * (FLOCK_PX - 2 * large));
    const place = `cx='${x.toFixed(1)}%' cy='${y}'`;
    lanterns +=
      `<circle ${place} r='${radius.toFixed(1)}' fill='url(#g)'/>` +
      `<ellipse ${place} rx='${(radius * 0.3).toFixed(1)}' ry='${(radius * 0.38).toFixed(1)}' fill='url(#l)'/>`;
  }
  const stop = (offset: number, colour: string, opacity: number) =>
    `<stop offset='${offset}' stop-color='${colour}' stop-opacity='${opacity}'/>`;
  const svg =
    "<svg xmlns='http://www.w3.org/2000/svg'>" +
    `<radialGradient id='g'>${stop(0, "#ffbe64", 0.5)}${stop(0.52, "#ff8c3c", 0.14)}${stop(1, "#ff8c3c", 0)}</radialGradient>` +
    `<radialGradient id='l'>${stop(0.4, "#ffd98a", 1)}${stop(0.96, "#f0703e", 1)}${stop(1, "#f0703e", 0)}</radialGradient>` +
    `<g opacity='.85'>${lanterns}</g></svg>`;
  return `data:image/svg+xml,${svg.replace(/[#<>%]/g, encodeURIComponent)}`;
}
