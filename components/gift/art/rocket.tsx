import styles from "./rocket.module.css";
import { Linear, Radial, sparklePath, useSvgIds } from "./svg-kit";

/** The rocket standing upright in a 128 box, flame down; the scene flies it, the icon leans it. */
export function RocketBody() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <g>
      <defs>
        <Linear
          id={id("hull")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#aeb9e6"],
            [0.28, "#ffffff"],
            [0.55, "#eef1ff"],
            [1, "#7683c4"],
          ]}
        />
        <Linear
          id={id("red")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#d8291c"],
            [0.3, "#ff8a5c"],
            [0.5, "#ff5533"],
            [1, "#a3121d"],
          ]}
        />
        <Linear
          id={id("fin")}
          stops={[
            [0, "#ff6a45"],
            [1, "#b0132a"],
          ]}
        />
        <Linear
          id={id("gold")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#c98510"],
            [0.35, "#fff0a8"],
            [1, "#b4690a"],
          ]}
        />
        <Radial
          id={id("glass")}
          at={[0.36, 0.3, 0.8]}
          stops={[
            [0, "#d9f7ff"],
            [0.4, "#48b8ff"],
            [1, "#143a9c"],
          ]}
        />
        <Linear
          id={id("metal")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#2b2f55"],
            [0.4, "#8d95c6"],
            [1, "#1d2044"],
          ]}
        />
        <Linear
          id={id("flame")}
          stops={[
            [0, "#ffe27a"],
            [0.45, "#ff9a1f"],
            [1, "#ff3d1f", 0],
          ]}
        />
        <Linear
          id={id("core")}
          stops={[
            [0, "#ffffff"],
            [0.6, "#fff3a6"],
            [1, "#ffc53d", 0],
          ]}
        />
      </defs>
      <g className={styles.flame}>
        <path d="M50 98C42 112 54 120 64 134C74 120 86 112 78 98Z" fill={paint("flame")} />
        <path d="M56 98C52 108 60 114 64 122C68 114 76 108 72 98Z" fill={paint("core")} />
      </g>
      <path d="M44 60C28 70 20 86 23 106C31 97 40 93 52 92Z" fill={paint("fin")} />
      <path d="M84 60C100 70 108 86 105 106C97 97 88 93 76 92Z" fill={paint("fin")} />
      <path d="M42 66C32 75 26 86 25 98" fill="none" stroke="#ffb08c" strokeWidth="1.600" opacity=".8" />
      <path d="M52 91H76L73 101H55Z" fill={paint("metal")} />
      <path
        d="M64 2C82 16 90 38 88 62C87 75 82 87 78 94H50C46 87 41 75 40 62C38 38 46 16 64 2Z"
        fill={paint("hull")}
      />
      <path
        d="M64 2C75 10.500 82 22 85.500 34.500C72 40 56 40 42.500 34.500C46 22 53 10.500 64 2Z"
        fill={paint("red")}
      />
      <path
        d="M42.400 34.700C56 40.200 72 40.200 85.600 34.700L86.700 40C72 45.600 56 45.600 41.300 40Z"
        fill={paint("gold")}
      />
      <path
        d="M43.600 79.500C56 84 72 84 84.400 79.500L81.500 87C70 90.600 58 90.600 46.500 87Z"
        fill={paint("red")}
      />
      <circle cx="64" cy="59" r="13.500" fill={paint("gold")} />
      <circle cx="64" cy="59" r="10" fill={paint("glass")} />
      <path d="M57 57A8 8 0 0 1 64 51" fill="none" stroke="#fff" strokeWidth="2.400" strokeLinecap="round" />
      <circle cx="69" cy="64" r="1.600" fill="#fff" opacity=".8" />
      <path d="M61 82C61 80 67 80 67 82L66 104C66 108 62 108 62 104Z" fill={paint("red")} />
      <path
        d="M53 15C48 24 46 38 46.500 60C47 72 49 80 51 86"
        fill="none"
        stroke="#fff"
        strokeWidth="2.600"
        opacity=".75"
        strokeLinecap="round"
      />
      <path
        d="M81 30C86 48 85 66 77 88"
        fill="none"
        stroke="#5866b0"
        strokeWidth="2"
        opacity=".35"
        strokeLinecap="round"
      />
    </g>
  );
}

export function RocketArt() {
  return (
    <>
      <g className={styles.stars} fill="#ffe08a">
        <path d={sparklePath(20, 26, 9)} />
        <path d={sparklePath(112, 92, 7)} />
        <path d={sparklePath(38, 10, 5)} fill="#fff" />
      </g>
      <g className={styles.drift}>
        <g transform="translate(62 66) rotate(40) scale(.94) translate(-64 -66)">
          <RocketBody />
        </g>
      </g>
    </>
  );
}
