import { type CSSProperties, memo } from "react";
import { hashOf, seededRandom } from "../lib/seeded";
import classes from "./weather.module.css";

const LANTERNS = 12;

/**
 * Rain and rising lanterns. Everything moves by `transform` and `opacity` of a few layers, which the
 * compositor does by itself: a canvas would keep the thread busy that has to answer taps.
 */
export const Weather = memo(function Weather({ seed }: { seed: string }) {
  const random = seededRandom(hashOf(seed));
  const between = (from: number, to: number) => from + random() * (to - from);
  const lanterns = Array.from({ length: LANTERNS }, () => ({
    "--x": `${between(2, 96).toFixed(1)}%`,
    "--size": `${between(26, 62).toFixed(0)}px`,
    "--sway": `${between(-46, 46).toFixed(0)}px`,
    animationDuration: `${between(38, 74).toFixed(1)}s`,
    animationDelay: `${(0 - between(0, 74)).toFixed(1)}s`,
  }));
  return (
    <div className={classes.weather}>
      {lanterns.map((style) => (
        <i key={style["--x"] + style["--size"]} className={classes.lantern} style={style as CSSProperties} />
      ))}
      <div className={classes.far} />
      <div className={classes.near} />
    </div>
  );
});
