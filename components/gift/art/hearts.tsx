import styles from "./hearts.module.css";
import { HEART_PATH, Linear, Radial, useSvgIds } from "./svg-kit";

/** One glossy heart round the origin, about 40 units wide. */
export function GlossyHeart({ tone = "red" }: { tone?: "red" | "pink" | "gold" }) {
  const id = useSvgIds();
  const [light, mid, dark] = HEART_TONES[tone];
  return (
    <g>
      <defs>
        <Radial
          id={id("heart")}
          at={[0.34, 0.24, 0.85]}
          stops={[
            [0, light],
            [0.45, mid],
            [1, dark],
          ]}
        />
        <Linear
          id={id("shine")}
          stops={[
            [0, "#fff", 0.95],
            [1, "#fff", 0],
          ]}
        />
      </defs>
      <path d={HEART_PATH} fill={`url(#${id("heart")})`} />
      <path
        d="M-17.500-7C-18-14-13.500-17-9-16.500C-4.500-16-2.500-12-3-9C-6-12-13-12-17.500-7Z"
        fill={`url(#${id("shine")})`}
      />
      <path
        d="M15-6C16 1 8 8 1.500 13"
        fill="none"
        stroke={light}
        strokeWidth="1.600"
        strokeLinecap="round"
        opacity=".7"
      />
    </g>
  );
}

const HEART_TONES = {
  red: ["#ff9c8f", "#ff3b4e", "#b8083a"],
  pink: ["#ffd3e6", "#ff7ab6", "#d4307f"],
  gold: ["#fff3bd", "#ffc53d", "#d27d08"],
} as const;

/** A soap bubble round the origin with a heart inside; radius 30. */
export function HeartBubble({ tone = "red" }: { tone?: "red" | "pink" | "gold" }) {
  const id = useSvgIds();
  return (
    <g>
      <defs>
        <Radial
          id={id("film")}
          stops={[
            [0, "#ffd9ec", 0.05],
            [0.7, "#ff9fd0", 0.2],
            [0.9, "#ffc2e6", 0.6],
            [1, "#ffffff", 0.9],
          ]}
        />
        <Linear
          id={id("rim")}
          to={[0, 0, 1, 1]}
          stops={[
            [0, "#ffffff"],
            [0.35, "#ffb3d9"],
            [0.65, "#b7a1ff"],
            [1, "#8ff0ff"],
          ]}
        />
      </defs>
      <g transform="translate(0 2)">
        <GlossyHeart tone={tone} />
      </g>
      <circle r="30" fill={`url(#${id("film")})`} />
      <circle r="29.300" fill="none" stroke={`url(#${id("rim")})`} strokeWidth="1.600" />
      <path d="M-24-9A25 25 0 0 1-8-24.500C-11-18-17-12-24-9Z" fill="#fff" opacity=".9" />
      <circle cx="-24.500" cy="-1.500" r="2" fill="#fff" opacity=".9" />
      <path
        d="M24 9A25 25 0 0 1 10 23"
        fill="none"
        stroke="#fff"
        strokeWidth="2.400"
        strokeLinecap="round"
        opacity=".7"
      />
    </g>
  );
}

export function HeartsArt() {
  return (
    <>
      <g className={styles.small}>
        <g transform="translate(104 28) scale(.68)">
          <HeartBubble tone="pink" />
        </g>
      </g>
      <g className={styles.large}>
        <g transform="translate(57 71) scale(1.780)">
          <HeartBubble />
        </g>
      </g>
      <g className={styles.tiny}>
        <g transform="translate(109 104) rotate(16) scale(.6)">
          <GlossyHeart tone="pink" />
        </g>
      </g>
      <g className={styles.tiny}>
        <g transform="translate(17 17) rotate(-14) scale(.5)">
          <GlossyHeart />
        </g>
      </g>
    </>
  );
}
