import styles from "./car.module.css";
import { Linear, Radial, useSvgIds } from "./svg-kit";

const SPOKE_ANGLES = [0, 72, 144, 216, 288];

function Wheel({ x, ids }: { x: number; ids: (name: string) => string }) {
  return (
    <g transform={`translate(${x} 78)`}>
      <circle r="22" fill="#07070f" />
      <circle r="20.500" fill="#1a1b2b" />
      <circle r="15.500" fill="#2a2d44" />
      <path d="M-13-5A14 14 0 0 1-4-13.500L-3-9A9.500 9.500 0 0 0-9-4Z" fill="#ffc531" />
      <g className={styles.wheel}>
        {SPOKE_ANGLES.map((angle) => (
          <path
            key={angle}
            d="M-1.800 0L-4.600-14.600H-1L0-6L1-14.600H4.600L1.800 0Z"
            fill={`url(#${ids("rim")})`}
            transform={`rotate(${angle})`}
          />
        ))}
        <circle r="14.800" fill="none" stroke={`url(#${ids("rim")})`} strokeWidth="2" />
      </g>
      <circle r="3.400" fill="#ffd76a" stroke="#8b5a08" strokeWidth=".8" />
      <path
        d="M-19-4A19.500 19.500 0 0 1-6-18.500"
        fill="none"
        stroke="#5a5f86"
        strokeWidth="1.400"
        strokeLinecap="round"
      />
    </g>
  );
}

/** A vermilion sports coupé in profile, facing right, in a 240 × 104 box with its wheels on y = 100. */
export function CarBody() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <g>
      <defs>
        <Linear
          id={id("paint")}
          stops={[
            [0, "#ff9a6b"],
            [0.22, "#ff5a36"],
            [0.52, "#f02a1f"],
            [0.8, "#b30b22"],
            [1, "#5e0519"],
          ]}
        />
        <Linear
          id={id("glass")}
          to={[0, 0, 0.6, 1]}
          stops={[
            [0, "#c8f0ff"],
            [0.35, "#3d6ea8"],
            [1, "#0a1230"],
          ]}
        />
        <Linear
          id={id("rim")}
          stops={[
            [0, "#ffffff"],
            [0.5, "#b8bfdc"],
            [1, "#6a7199"],
          ]}
        />
        <Radial
          id={id("lamp")}
          at={[0.6, 0.4, 0.6]}
          stops={[
            [0, "#ffffff"],
            [0.5, "#fff3b8"],
            [1, "#f0b93c"],
          ]}
        />
        <Linear
          id={id("tail")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#ff2b2b"],
            [1, "#ffb08f"],
          ]}
        />
        <Radial
          id={id("shadow")}
          stops={[
            [0, "#000", 0.6],
            [0.7, "#000", 0.35],
            [1, "#000", 0],
          ]}
        />
      </defs>
      <ellipse cx="120" cy="99" rx="118" ry="6" fill={paint("shadow")} />
      <path d="M30 80H212V92H30Z" fill="#0c0a16" />
      <path d="M20 44L14 30L22 30L32 45Z" fill="#8f0a1f" />
      <path
        d="M0 26Q1 20 8 21L46 27Q50 28 49 32L47 33L6 31Q0 31 0 26Z"
        fill={paint("paint")}
        stroke="#5e0519"
        strokeWidth=".8"
      />
      <path d="M4 24L44 29" stroke="#ffc2a3" strokeWidth="1.600" strokeLinecap="round" />
      <path
        d="M9 84C5 76 6 62 11 54C14 48 20 45 30 43C48 38 62 22 88 14C108 8 134 9 150 17C160 22 168 30 177 38C196 39 216 44 227 54C234 61 237 72 234 82C233 86 229 88 224 88H213A28 28 0 0 0 157 88H83A28 28 0 0 0 27 88H16C12 88 10 87 9 84Z"
        fill={paint("paint")}
      />
      <path
        d="M70 39C82 27 94 20 112 18C128 16.500 140 19 149 26L163 39.500C134 42 98 42 70 39Z"
        fill={paint("glass")}
        stroke="#3d0313"
        strokeWidth="1.400"
      />
      <path d="M116 18L119 41" stroke="#c9152a" strokeWidth="4.500" />
      <path d="M76 37C86 28 96 23 106 21.500L98 40Z" fill="#fff" opacity=".3" />
      <path d="M128 19L142 22L150 40L137 40.500Z" fill="#fff" opacity=".24" />
      <path d="M150 18C160 24 168 32 175 39L166 39.500C160 32 154 25 147 20Z" fill="#12204a" opacity=".85" />
      <path
        d="M34 44C58 36 66 22 92 15.500C112 10.500 132 11.500 146 17"
        fill="none"
        stroke="#ffd9bf"
        strokeWidth="2.200"
        strokeLinecap="round"
        opacity=".9"
      />
      <path
        d="M14 58C40 47 70 50 118 50C160 50 200 46 226 57"
        fill="none"
        stroke="#ffc9a8"
        strokeWidth="2.400"
        strokeLinecap="round"
        opacity=".85"
      />
      <path d="M86 70C110 62 140 62 154 72C146 80 100 82 86 80Z" fill="#7d0719" opacity=".5" />
      <path
        d="M121 43C125 56 125 72 121 86M72 48C76 58 84 66 85 86"
        fill="none"
        stroke="#7d0719"
        strokeWidth="1.400"
        opacity=".8"
      />
      <rect x="92" y="55" width="13" height="3" rx="1.500" fill="#ffd0b0" />
      <path d="M62 56L80 53L79 62L67 63Z" fill="#2a0510" />
      <path d="M64 57.500L79 55.500M65 60.500L78.500 59" stroke="#8f1226" strokeWidth="1.200" />
      <path d="M162 36C167 33 173 35 172 39L162 40Z" fill="#e3261f" stroke="#5e0519" strokeWidth=".8" />
      <path
        d="M201 46C210 43 221 47 225 55C221 60 210 60 204 55C201 52 200 49 201 46Z"
        fill={paint("lamp")}
        stroke="#5e0519"
        strokeWidth="1.200"
      />
      <circle cx="214" cy="51.500" r="3" fill="#fff" />
      <path d="M219 70L235 68C236 73 236 77 234.500 80L222 80Z" fill="#1b0710" />
      <path d="M222 73H235M222 76.500H235" stroke="#6d1424" strokeWidth="1" />
      <path d="M8 56L24 54Q27 54 26 57L24 60L7 61Z" fill={paint("tail")} />
      <path d="M10 74H24V80H9Z" fill="#1b0710" />
      <rect x="3" y="81" width="12" height="4.500" rx="2.200" fill="#9aa0bd" />
      <path d="M83 84H157" stroke="#ffb347" strokeWidth="1.800" />
      <path
        d="M27 86A28 28 0 0 1 83 86M157 86A28 28 0 0 1 213 86"
        fill="none"
        stroke="#3d0313"
        strokeWidth="2"
      />
      <Wheel x={55} ids={id} />
      <Wheel x={185} ids={id} />
    </g>
  );
}

/** 保时捷: the coupé at speed before a golden sun. */
export function CarArt() {
  const id = useSvgIds();
  return (
    <>
      <defs>
        <Linear
          id={id("sun")}
          stops={[
            [0, "#fff1a8"],
            [0.5, "#ffbe3d"],
            [1, "#ff6a2b"],
          ]}
        />
        <Linear
          id={id("beam")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#fff6c4", 0.9],
            [1, "#fff6c4", 0],
          ]}
        />
      </defs>
      <circle cx="66" cy="56" r="45" fill={`url(#${id("sun")})`} />
      <g fill="#fff" className={styles.lines}>
        <rect x="2" y="46" width="26" height="3.400" rx="1.700" />
        <rect x="0" y="58" width="16" height="3.400" rx="1.700" fill="#ffe9a8" />
        <rect x="8" y="34" width="18" height="3" rx="1.500" fill="#ffe9a8" />
        <rect x="98" y="24" width="22" height="3" rx="1.500" />
      </g>
      <rect x="6" y="104" width="116" height="5" rx="2.500" fill="#2a2550" />
      <rect className={styles.lines} x="20" y="105.500" width="20" height="2" rx="1" fill="#ffd76a" />
      <rect className={styles.lines} x="86" y="105.500" width="20" height="2" rx="1" fill="#ffd76a" />
      <g className={styles.rumble}>
        <g transform="translate(1 50) scale(.526 .55)">
          <CarBody />
        </g>
        <path d="M118 76L128 71V92L118 82Z" fill={`url(#${id("beam")})`} />
      </g>
    </>
  );
}
