import { memo } from "react";
import { hashOf, seededRandom } from "../lib/seeded";
import { type Sky, skyOf } from "../ui/palette";
import classes from "./skyline.module.css";

const WIDTH = 1200;
const HEIGHT = 420;
const STARS = 46;

/** Stars, a town with lit windows and the hills before it; the same room always looks out on the same one. */
export const Skyline = memo(function Skyline({ roomId }: { roomId: string }) {
  const sky = skyOf(roomId);
  const random = seededRandom(hashOf(roomId) ^ 0x9e3779b9);
  const stars = drawStars(random);
  const town = drawTown(random, sky);
  return (
    <div className={classes.skyline}>
      <img className={classes.stars} src={stars} alt="" decoding="sync" />
      <img
        className={classes.town}
        src={town}
        alt=""
        width={WIDTH}
        height={HEIGHT}
        decoding="sync"
        fetchPriority="high"
      />
    </div>
  );
});

/** Stars keep their size however large the sky is: their places are parts of it. */
function drawStars(random: () => number): string {
  let stars = "";
  for (let i = 0; i < STARS; i += 1) {
    const [x, y, radius, opacity] = [
      random() * 100,
      random() * 52,
      0.5 + random() * 0.9,
      0.25 + random() * 0.6,
    ];
    stars += `<circle cx='${x.toFixed(1)}%' cy='${y.toFixed(1)}%' r='${radius.toFixed(1)}' opacity='${opacity.toFixed(2)}'/>`;
  }
  return toUrl(`<svg xmlns='http://www.w3.org/2000/svg' fill='#fff'>${stars}</svg>`);
}

/**
 * The town as one picture. It is the largest thing on the first frame from the server, and a picture is painted once
 * where a thousand windows in the page would be laid out again with it.
 */
function drawTown(random: () => number, sky: Sky): string {
  const far = buildRow(random, { base: 330, low: 60, high: 150, width: [34, 62], lit: 0.22 });
  const near = buildRow(random, { base: 372, low: 50, high: 190, width: [44, 88], lit: 0.34 });
  const shape = (d: string, fill: string, opacity: number) =>
    `<path d='${d}' fill='${fill}' opacity='${opacity}'/>`;
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg' width='${WIDTH}' height='${HEIGHT}' viewBox='0 0 ${WIDTH} ${HEIGHT}'>` +
    shape(ridge(random, 250, 60), sky.hills, 0.35) +
    shape(far.walls, sky.hills, 0.6) +
    shape(far.windows, sky.light, 0.35) +
    shape(near.walls, sky.hills, 0.88) +
    shape(near.windows, "#ffdf9e", 0.72) +
    shape(ridge(random, 378, 22), sky.hills, 1) +
    "</svg>";
  return toUrl(svg);
}

function toUrl(svg: string): string {
  return `data:image/svg+xml,${svg.replace(/[#<>%]/g, encodeURIComponent)}`;
}

interface RowShape {
  /** Where the houses stand. */
  base: number;
  low: number;
  high: number;
  width: [number, number];
  /** The share of windows with light. */
  lit: number;
}

function buildRow(
  random: () => number,
  { base, low, high, width, lit }: RowShape,
): { walls: string; windows: string } {
  let walls = "";
  let windows = "";
  for (let x = -10; x < WIDTH; ) {
    const w = Math.round(width[0] + random() * (width[1] - width[0]));
    const h = Math.round(low + random() ** 1.6 * (high - low));
    const top = base - h;
    const roof = random();
    const peak =
      roof > 0.8
        ? `L${x + w / 2} ${top - 16}L${x + w} ${top}`
        : roof > 0.66
          ? `H${x + w / 2}v-22h2v22H${x + w}`
          : `H${x + w}`;
    walls += `M${x} ${HEIGHT}V${top}${peak}V${HEIGHT}Z`;
    for (let wy = top + 10; wy < base - 8; wy += 13) {
      for (let wx = x + 7; wx < x + w - 8; wx += 11) {
        if (random() < lit) windows += `M${wx} ${wy}h4v6h-4Z`;
      }
    }
    x += w + Math.round(random() * 10);
  }
  return { walls, windows };
}

function ridge(random: () => number, base: number, swing: number): string {
  const step = WIDTH / 8;
  let path = "";
  let before = 0;
  for (let i = 0; i <= 8; i += 1) {
    const y = Math.round(base + (random() - 0.5) * swing);
    const x = i * step;
    path += i === 0 ? `M0 ${y}` : `C${x - step / 2} ${before} ${x - step / 2} ${y} ${x} ${y}`;
    before = y;
  }
  return `${path}V${HEIGHT}H0Z`;
}
