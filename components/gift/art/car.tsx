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
      <path d="M27 88A28 28 0 0 1 83 88H157A28 28 0 0 1 213 88Z" fill="#0c0a16" />
      <path d="M20 44L14 30L22 30L32 45Z" fill="#8f0a1f" />
      <path
        d="M0 26Q1 20 8 21L46 27Q50 28 49 32L47 33L6 31Q0 31 0 26Z"
        fill={paint("paint")}
        stroke="#5e0519"
        strokeWidth=".8"
      />
      <path d="M4 24L44 29" stroke="#ffc2a3" strokeWidth="1.600" strokeLinecap="round" />
      <path
        d="M8 82C4 74 6 60 12 53C18 46 30 43 44 40C62 33 78 21 100 17C120 14 140 16 154 23.500C166 30 174 36 182 41C204 43 222 49 231 58C237 64 239 73 236 82C235 86 231 88 226 88H213A28 28 0 0 0 157 88H83A28 28 0 0 0 27 88H15C11 88 9 86 8 82Z"
        fill={paint("paint")}
      />
      <path
        d="M66 42C80 30 94 23.500 112 22C130 21 144 25 152 30.500L168 42.500C136 45.500 96 45.500 66 42Z"
        fill={paint("glass")}
        stroke="#3d0313"
        strokeWidth="1.400"
      />
      <path d="M115 22L119 44.500" stroke="#c9152a" strokeWidth="4.500" />
      <path d="M74 41C84 32 94 27 106 25L98 43Z" fill="#fff" opacity=".3" />
      <path d="M128 23L142 26L152 43L138 44Z" fill="#fff" opacity=".24" />
      <path
        d="M154 24.500C165 30.500 172 36 179.500 41.500L171.500 42.300C165 36.500 158 31 150.500 26.500Z"
        fill="#12204a"
        opacity=".85"
      />
      <path
        d="M40 42.500C62 35 78 23 100 19C120 16 138 17.500 152 24"
        fill="none"
        stroke="#ffd9bf"
        strokeWidth="2.200"
        strokeLinecap="round"
        opacity=".9"
      />
      <path
        d="M12 60C36 46 66 53 118 53C162 53 206 47 232 62"
        fill="none"
        stroke="#ffc9a8"
        strokeWidth="2.400"
        strokeLinecap="round"
        opacity=".85"
      />
      <path d="M86 70C110 62 140 62 154 72C146 80 100 82 86 80Z" fill="#7d0719" opacity=".5" />
      <path
        d="M121 46C125 58 125 72 121 86M70 50C75 58 84 68 85 86"
        fill="none"
        stroke="#7d0719"
        strokeWidth="1.400"
        opacity=".8"
      />
      <rect x="100" y="58" width="13" height="3" rx="1.500" fill="#ffd0b0" />
      <path d="M62 56L80 53L79 62L67 63Z" fill="#2a0510" />
      <path d="M64 57.500L79 55.500M65 60.500L78.500 59" stroke="#8f1226" strokeWidth="1.200" />
      <path d="M158 40C162 35 170 36 170 41L160 44Z" fill="#e3261f" stroke="#5e0519" strokeWidth=".8" />
      <path
        d="M203 49C212 46 224 50 229 58C224 63 213 63 207 58C204 55 203 52 203 49Z"
        fill={paint("lamp")}
        stroke="#5e0519"
        strokeWidth="1.200"
      />
      <circle cx="217" cy="54.500" r="3.200" fill="#fff" />
      <path d="M219 72L237 70C238 75 237 79 235.500 82L222 82Z" fill="#1b0710" />
      <path d="M222 75H236.500M222 78.500H236" stroke="#6d1424" strokeWidth="1" />
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
        <g transform="translate(-3 44) scale(.56 .62)">
          <CarBody />
        </g>
        <path d="M124 78L140 72V94L124 84Z" fill={`url(#${id("beam")})`} />
      </g>
    </>
  );
}
