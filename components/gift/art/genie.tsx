import { ChibiFace } from "./chibi-face";
import styles from "./genie.module.css";
import { Linear, Radial, sparklePath, useSvgIds } from "./svg-kit";

const SKIN = ["#fff0e0", "#ffd3b0", "#e79b72"] as const;
const IRIS = ["#4a1a9c", "#c58bff"] as const;

/** 神灯仙女: a fairy rising from a golden lamp on a ribbon of smoke. */
export function GenieArt() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <>
      <defs>
        <Linear
          id={id("gold")}
          stops={[
            [0, "#fff2b3"],
            [0.3, "#ffcf4a"],
            [0.65, "#e08c10"],
            [1, "#8a4503"],
          ]}
        />
        <Linear
          id={id("gold-side")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#a65c06"],
            [0.3, "#fff0ad"],
            [0.6, "#f0a620"],
            [1, "#8a4503"],
          ]}
        />
        <Linear
          id={id("smoke")}
          to={[0, 0, 1, 0.2]}
          stops={[
            [0, "#7d4bff"],
            [0.45, "#b57bff"],
            [0.75, "#6fd9ff"],
            [1, "#e6fbff"],
          ]}
        />
        <Linear
          id={id("wing")}
          to={[0, 1, 1, 0]}
          stops={[
            [0, "#ffe3fb", 0.85],
            [0.5, "#a7e8ff", 0.8],
            [1, "#c7a4ff", 0.85],
          ]}
        />
        <Linear
          id={id("hair")}
          stops={[
            [0, "#8a54e8"],
            [0.5, "#54299f"],
            [1, "#2c1268"],
          ]}
        />
        <Linear
          id={id("top")}
          stops={[
            [0, "#4ff0dc"],
            [1, "#0d8fa8"],
          ]}
        />
        <Linear
          id={id("skin")}
          stops={[
            [0, "#ffe3c9"],
            [1, "#f0ac82"],
          ]}
        />
        <Radial
          id={id("aura")}
          stops={[
            [0, "#c79bff", 0.6],
            [1, "#7d4bff", 0],
          ]}
        />
      </defs>
      <ellipse className={styles.aura} cx="56" cy="42" rx="56" ry="48" fill={paint("aura")} />
      <g className={styles.fairy}>
        <g className={styles.wing}>
          <path
            d="M52 58C30 62 8 46 6 22C24 18 46 34 52 58Z"
            fill={paint("wing")}
            stroke="#fff"
            strokeWidth="1"
          />
          <path
            d="M52 60C38 76 20 78 12 68C20 56 38 54 52 60Z"
            fill={paint("wing")}
            stroke="#fff"
            strokeWidth="1"
          />
          <path
            d="M52 58C40 44 24 32 10 26M50 60C38 62 26 66 16 68"
            stroke="#fff"
            strokeWidth=".8"
            fill="none"
            opacity=".8"
          />
        </g>
        <g className={styles.wing} transform="matrix(-1 0 0 1 112 0)">
          <path
            d="M52 58C30 62 8 46 6 22C24 18 46 34 52 58Z"
            fill={paint("wing")}
            stroke="#fff"
            strokeWidth="1"
          />
          <path
            d="M52 60C38 76 20 78 12 68C20 56 38 54 52 60Z"
            fill={paint("wing")}
            stroke="#fff"
            strokeWidth="1"
          />
        </g>
        <path
          d="M72 20C90 12 98 30 90 44C86 52 90 58 96 60C84 66 74 56 76 44C78 36 76 30 70 26Z"
          fill={paint("hair")}
        />
        <path
          d="M80 24C88 26 88 36 83 44"
          stroke="#b78bff"
          strokeWidth="1.400"
          fill="none"
          strokeLinecap="round"
        />
        <path
          className={styles.tail}
          d="M66 58C70 69 80 69 90 62C100 54 117 47 124 58C128 65 126 73 123 81L117 81C119 73 119 66 114 64C107 61 102 69 92 75C76 85 52 82 44 60Z"
          fill={paint("smoke")}
        />
        <path
          d="M50 66C58 78 76 80 90 70C100 62 110 56 117 60"
          fill="none"
          stroke="#fff"
          strokeWidth="1.600"
          strokeLinecap="round"
          opacity=".65"
        />
        <path d="M51 44H61V51H51Z" fill="#eda27a" />
        <path d="M46 50C44 56 44 60 44 63C50 69 60 69 66 62C66 58 65 54 64 50Z" fill={paint("skin")} />
        <path d="M44 60C50 67 60 67 67 59L68 63C60 71 49 71 43 64Z" fill={paint("gold")} />
        <path d="M45 48C47 57 53 58 55 56C58 58 63 57 65 48Z" fill={paint("top")} />
        <circle cx="55" cy="56" r="1.800" fill="#ffd34f" />
        <path d="M46 49C36 52 30 46 31 38C34 36 37 38 37 41C38 45 42 45 47 44Z" fill={paint("skin")} />
        <path d="M64 49C72 52 74 60 66 63L63 60C68 58 66 54 62 53Z" fill={paint("skin")} />
        <path d="M30.500 41.500L37 43" stroke="#ffc93c" strokeWidth="2.400" strokeLinecap="round" />
        <path d="M34 38L24 16" stroke="#ffe9a0" strokeWidth="2.200" strokeLinecap="round" />
        <path d="M38 30C34 4 76 2 74 28C75 36 72 42 68 44H44C40 42 37 36 38 30Z" fill={paint("hair")} />
        <g transform="translate(56 31) scale(.86)">
          <ChibiFace skin={SKIN} iris={IRIS} lash="#2c1268" />
        </g>
        <path
          d="M38 34C34 6 78 4 74 34C73 27 70 23 66 20C58 24 46 24 42 26C40 28 39 31 38 34Z"
          fill={paint("hair")}
        />
        <path d="M39 25Q56 13 73 25" fill="none" stroke={paint("gold-side")} strokeWidth="2.600" />
        <path d="M56 14.500L60 19.500L56 25L52 19.500Z" fill="#ff4f6d" stroke="#ffe08a" strokeWidth="1.200" />
        <path
          d="M46 14C50 10 56 9 60 9.500"
          stroke="#c9a5ff"
          strokeWidth="2"
          fill="none"
          strokeLinecap="round"
        />
        <ellipse cx="72" cy="14" rx="5" ry="3.600" fill={paint("gold-side")} transform="rotate(30 72 14)" />
        <circle cx="38.500" cy="40" r="1.800" fill="#ffd34f" />
        <circle cx="73.500" cy="40" r="1.800" fill="#ffd34f" />
        <path className={styles.star} d={sparklePath(22, 13, 12)} fill="#fff2a8" />
        <path className={styles.star} d={sparklePath(22, 13, 6)} fill="#fff" />
      </g>
      <g className={styles.lamp}>
        <path
          d="M26 91C2 82 0 112 30 109"
          fill="none"
          stroke={paint("gold-side")}
          strokeWidth="5.500"
          strokeLinecap="round"
        />
        <path d="M44 113H70L79 123Q57 128 35 123Z" fill={paint("gold-side")} />
        <path
          d="M18 92C18 110 40 117 57 117C76 117 92 110 100 98C106 90 116 90 124 80C122 76 116 77 110 80C102 84 98 86 90 87C70 91 40 91 18 92Z"
          fill={paint("gold")}
        />
        <path
          d="M22 95C42 97 74 96 96 91C108 87 112 84 121 80"
          fill="none"
          stroke="#fff6cf"
          strokeWidth="2"
          strokeLinecap="round"
          opacity=".9"
        />
        <path
          d="M34 104C46 112 68 112 82 104"
          fill="none"
          stroke="#8a4503"
          strokeWidth="1.400"
          opacity=".6"
        />
        <path d="M57 98L63 104L57 110L51 104Z" fill="#ff3f5e" stroke="#ffe9a8" strokeWidth="1.200" />
        <circle cx="42" cy="103" r="2.600" fill="#2bd6c8" stroke="#ffe9a8" />
        <circle cx="72" cy="103" r="2.600" fill="#2bd6c8" stroke="#ffe9a8" />
        <path
          d="M36 92C38 80 76 80 78 90C66 94 46 94 36 92Z"
          fill={paint("gold")}
          stroke="#a65c06"
          strokeWidth=".8"
        />
        <path
          d="M42 88C46 84 52 83 57 83"
          stroke="#fff6cf"
          strokeWidth="1.800"
          fill="none"
          strokeLinecap="round"
        />
        <circle cx="57" cy="80" r="3.600" fill={paint("gold")} />
      </g>
      <g fill="#fff">
        <path className={styles.sparkA} d={sparklePath(108, 36, 7)} />
        <path className={styles.sparkB} d={sparklePath(98, 16, 5)} fill="#ffe08a" />
        <path className={styles.sparkC} d={sparklePath(16, 84, 5)} fill="#ffe08a" />
      </g>
    </>
  );
}
