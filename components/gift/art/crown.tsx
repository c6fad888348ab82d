import styles from "./crown.module.css";
import { Linear, Radial, sparklePath, useSvgIds } from "./svg-kit";

const PEARLS = [
  [11, 42, 6],
  [38, 27, 6.5],
  [64, 13, 8],
  [90, 27, 6.5],
  [117, 42, 6],
] as const;

/** A jewelled crown with a velvet cap. */
export function CrownArt() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <>
      <defs>
        <Linear
          id={id("gold")}
          to={[0, 0, 1, 0.25]}
          stops={[
            [0, "#b86f07"],
            [0.16, "#ffe27a"],
            [0.3, "#fff7cf"],
            [0.48, "#ffc93c"],
            [0.72, "#e8930f"],
            [0.88, "#ffdf73"],
            [1, "#a85b05"],
          ]}
        />
        <Linear
          id={id("shade")}
          stops={[
            [0, "#fff6c4", 0.55],
            [0.45, "#ffb62e", 0],
            [1, "#8c4303", 0.55],
          ]}
        />
        <Linear
          id={id("band")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#8f4b04"],
            [0.25, "#ffd965"],
            [0.45, "#fff2b5"],
            [0.7, "#e39310"],
            [1, "#7d3d04"],
          ]}
        />
        <Linear
          id={id("velvet")}
          stops={[
            [0, "#ff5a4d"],
            [0.5, "#c9172f"],
            [1, "#5d0620"],
          ]}
        />
        <Radial
          id={id("pearl")}
          at={[0.36, 0.3, 0.75]}
          stops={[
            [0, "#ffffff"],
            [0.45, "#ffe9a6"],
            [1, "#c97c12"],
          ]}
        />
        <Linear
          id={id("ruby")}
          stops={[
            [0, "#ff9aa2"],
            [0.4, "#f0143c"],
            [1, "#7a0424"],
          ]}
        />
        <Linear
          id={id("sapphire")}
          stops={[
            [0, "#b5f0ff"],
            [0.4, "#2389ff"],
            [1, "#0a2a9a"],
          ]}
        />
        <Linear
          id={id("emerald")}
          stops={[
            [0, "#c4ffd6"],
            [0.4, "#16c172"],
            [1, "#04573f"],
          ]}
        />
        <clipPath id={id("front")}>
          <path d="M19 90L11 45L35 66L38 31L56 60L64 17L72 60L90 31L93 66L117 45L109 90Q64 107 19 90Z" />
        </clipPath>
      </defs>
      <path d="M24 88C8 54 30 32 64 36C98 32 120 54 104 88Z" fill={paint("velvet")} />
      <path
        d="M40 84C32 62 42 44 54 40M88 84C96 62 86 44 74 40M64 84V40"
        stroke="#7d0a24"
        strokeWidth="3"
        fill="none"
        opacity=".6"
      />
      <path
        d="M27 62C30 50 38 44 46 42"
        stroke="#ff8a7d"
        strokeWidth="2.500"
        fill="none"
        opacity=".7"
        strokeLinecap="round"
      />
      <path
        d="M19 90L11 45L35 66L38 31L56 60L64 17L72 60L90 31L93 66L117 45L109 90Q64 107 19 90Z"
        fill={paint("gold")}
        stroke="#8f4b04"
        strokeWidth="1.600"
        strokeLinejoin="round"
      />
      <path
        d="M19 90L11 45L35 66L38 31L56 60L64 17L72 60L90 31L93 66L117 45L109 90Q64 107 19 90Z"
        fill={paint("shade")}
      />
      <path
        d="M15 50L34 70.500L38 40L56 66L64 28L72 66L90 40L94 70.500L113 50"
        fill="none"
        stroke="#fff8d6"
        strokeWidth="1.800"
        strokeLinejoin="round"
        opacity=".85"
      />
      <path d="M64 60L70 71L64 82L58 71Z" fill={paint("ruby")} stroke="#8f4b04" strokeWidth="1.200" />
      <path d="M64 60L64 71L58 71Z" fill="#ffd0d4" opacity=".8" />
      <circle cx="41" cy="73" r="4.200" fill={paint("emerald")} stroke="#8f4b04" strokeWidth="1" />
      <circle cx="87" cy="73" r="4.200" fill={paint("emerald")} stroke="#8f4b04" strokeWidth="1" />
      <path
        d="M18 86Q64 105 110 86L108 105Q64 125 20 105Z"
        fill={paint("band")}
        stroke="#8f4b04"
        strokeWidth="1.600"
        strokeLinejoin="round"
      />
      <path d="M20 90Q64 108.500 108 90" fill="none" stroke="#fff6c9" strokeWidth="1.800" />
      <path d="M22 103Q64 121 106 103" fill="none" stroke="#fff0b0" strokeWidth="1.400" opacity=".7" />
      <ellipse
        cx="64"
        cy="107.500"
        rx="9.500"
        ry="6.600"
        fill={paint("ruby")}
        stroke="#fff0b0"
        strokeWidth="1.600"
      />
      <ellipse cx="60.500" cy="105" rx="3" ry="1.600" fill="#fff" opacity=".9" />
      <ellipse
        cx="40"
        cy="103.500"
        rx="6"
        ry="5.200"
        fill={paint("sapphire")}
        stroke="#fff0b0"
        strokeWidth="1.400"
        transform="rotate(8 40 103.500)"
      />
      <ellipse
        cx="88"
        cy="103.500"
        rx="6"
        ry="5.200"
        fill={paint("sapphire")}
        stroke="#fff0b0"
        strokeWidth="1.400"
        transform="rotate(-8 88 103.500)"
      />
      <circle cx="38.500" cy="101.500" r="1.500" fill="#fff" opacity=".9" />
      <circle cx="86.500" cy="101.500" r="1.500" fill="#fff" opacity=".9" />
      {PEARLS.map(([x, y, r]) => (
        <circle key={x} cx={x} cy={y} r={r} fill={paint("pearl")} stroke="#8f4b04" strokeWidth="1.200" />
      ))}
      <g clipPath={paint("front")}>
        <path className={styles.glint} d="M-20 0H-6L-26 128H-40Z" fill="#fff" opacity=".0" />
      </g>
      <g fill="#fffbe0">
        <path className={styles.twinkleA} d={sparklePath(38, 27, 11)} />
        <path className={styles.twinkleB} d={sparklePath(96, 92, 10)} opacity=".9" />
        <path className={styles.twinkleC} d={sparklePath(68, 60, 9)} opacity="0" />
      </g>
    </>
  );
}
