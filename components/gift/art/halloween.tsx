import styles from "./halloween.module.css";
import { Linear, Radial, useSvgIds } from "./svg-kit";

/** A bat round the origin, about 40 units wide. */
export function Bat({ color = "#2a1650" }: { color?: string }) {
  return (
    <g>
      <g className={styles.batWing}>
        <path d="M-1-2C-6-10-14-12-21-10C-19-6-19-2-20 2C-17-1-13-1-11 2C-9 0-5 0-3 5Z" fill={color} />
        <path d="M1-2C6-10 14-12 21-10C19-6 19-2 20 2C17-1 13-1 11 2C9 0 5 0 3 5Z" fill={color} />
      </g>
      <path d="M-3.600-5L-3-9.500L-.8-6.600H.8L3-9.500L3.600-5C5-1 3 6 0 8C-3 6-5-1-3.600-5Z" fill={color} />
      <circle cx="-1.500" cy="-3.200" r=".9" fill="#ffd34f" />
      <circle cx="1.500" cy="-3.200" r=".9" fill="#ffd34f" />
    </g>
  );
}

/** A lit jack-o'-lantern in a 128 box, standing on y = 122. */
export function Pumpkin({ hat = false }: { hat?: boolean }) {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <g>
      <defs>
        <Radial
          id={id("lobe")}
          at={[0.4, 0.25, 0.85]}
          stops={[
            [0, "#ffcb6b"],
            [0.35, "#ff9a26"],
            [0.75, "#ec5f0d"],
            [1, "#9c2c05"],
          ]}
        />
        <Radial
          id={id("fire")}
          at={[0.5, 0.7, 0.75]}
          stops={[
            [0, "#fffbd0"],
            [0.45, "#ffe04a"],
            [1, "#ff8a1a"],
          ]}
        />
        <Linear
          id={id("stem")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#8fcf4a"],
            [1, "#2f6b1c"],
          ]}
        />
        <Linear
          id={id("hat")}
          to={[0, 0, 1, 0.4]}
          stops={[
            [0, "#a56bff"],
            [0.45, "#5f2ebf"],
            [1, "#2a1066"],
          ]}
        />
        <Linear
          id={id("brim")}
          stops={[
            [0, "#7c45dd"],
            [1, "#2a1066"],
          ]}
        />
        <Linear
          id={id("ribbon")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#ff7a4a"],
            [0.4, "#ff4b2e"],
            [1, "#a3121d"],
          ]}
        />
      </defs>
      <ellipse cx="64" cy="121" rx="46" ry="5" fill="#000" opacity=".28" />
      <ellipse cx="27" cy="83" rx="22" ry="31" fill={paint("lobe")} />
      <ellipse cx="101" cy="83" rx="22" ry="31" fill={paint("lobe")} />
      <ellipse cx="43" cy="83" rx="24" ry="36" fill={paint("lobe")} />
      <ellipse cx="85" cy="83" rx="24" ry="36" fill={paint("lobe")} />
      <ellipse cx="64" cy="83" rx="21" ry="38" fill={paint("lobe")} />
      <path
        d="M48 50C40 62 38 100 46 117M80 50C88 62 90 100 82 117"
        fill="none"
        stroke="#b5420a"
        strokeWidth="1.600"
        opacity=".55"
      />
      <path
        d="M22 62C18 70 16 80 18 90M40 54C36 60 34 68 34 74"
        fill="none"
        stroke="#ffe0a0"
        strokeWidth="3"
        strokeLinecap="round"
        opacity=".7"
      />
      {hat ? null : (
        <path d="M58 52C58 42 54 38 50 36L58 30C64 34 70 42 70 52C66 55 62 55 58 52Z" fill={paint("stem")} />
      )}
      <g className={styles.fire}>
        <path
          d="M30 82Q33 62 40 64Q52 70 56 82Q44 88 30 82Z"
          fill={paint("fire")}
          stroke="#7a2404"
          strokeWidth="2.400"
          strokeLinejoin="round"
        />
        <path
          d="M98 82Q95 62 88 64Q76 70 72 82Q84 88 98 82Z"
          fill={paint("fire")}
          stroke="#7a2404"
          strokeWidth="2.400"
          strokeLinejoin="round"
        />
        <path
          d="M64 83L69 92H59Z"
          fill={paint("fire")}
          stroke="#7a2404"
          strokeWidth="2"
          strokeLinejoin="round"
        />
        <path
          d="M24 92C34 98 40 98 45 98L49 104L55 99H73L79 104L83 98C88 98 94 98 104 92C102 106 92 115 82 116L77 109L70 117H58L51 109L46 116C36 115 26 106 24 92Z"
          fill={paint("fire")}
          stroke="#7a2404"
          strokeWidth="2.400"
          strokeLinejoin="round"
        />
      </g>
      {hat ? (
        <g className={styles.hat}>
          <ellipse cx="64" cy="50" rx="46" ry="10.500" fill={paint("brim")} transform="rotate(-5 64 50)" />
          <path
            d="M36 47C44 30 50 14 62 6C72 0 88 2 94 12C86 10 80 12 78 18C80 28 86 38 92 43C76 54 50 55 36 47Z"
            fill={paint("hat")}
          />
          <path d="M38.500 42C52 49 76 48 89 38.500L92.500 43C76 54 50 55 36 47Z" fill={paint("ribbon")} />
          <rect
            x="57"
            y="42"
            width="13"
            height="11"
            rx="2"
            fill="none"
            stroke="#ffd34f"
            strokeWidth="2.800"
            transform="rotate(-3 63 47)"
          />
          <path
            d="M48 32C52 22 56 15 63 11"
            stroke="#d3b3ff"
            strokeWidth="2.600"
            fill="none"
            strokeLinecap="round"
            opacity=".8"
          />
          <circle cx="94" cy="13" r="4" fill="#ffd34f" />
        </g>
      ) : null}
    </g>
  );
}

/** 万圣节: a pumpkin in a witch's hat among bats. */
export function HalloweenArt() {
  return (
    <>
      <g className={styles.batA}>
        <g transform="translate(22 24) rotate(-12) scale(.95)">
          <Bat color="#4a2a86" />
        </g>
      </g>
      <g className={styles.batB}>
        <g transform="translate(111 36) rotate(14) scale(.7)">
          <Bat color="#4a2a86" />
        </g>
      </g>
      <g className={styles.hop}>
        <Pumpkin hat />
      </g>
    </>
  );
}
