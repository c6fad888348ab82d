import styles from "./angel.module.css";
import { ChibiFace } from "./chibi-face";
import { GlossyHeart } from "./hearts";
import { Linear, Radial, sparklePath, useSvgIds } from "./svg-kit";

const SKIN = ["#fff4ea", "#ffe0cc", "#f3b598"] as const;
const IRIS = ["#1b4fb0", "#6fd0ff"] as const;

/** The right wing, rooted at (68, 76); the left one is its mirror. */
function Wing({ ids }: { ids: (name: string) => string }) {
  const paint = (name: string) => `url(#${ids(name)})`;
  return (
    <g>
      <path
        d="M67 80C72 58 88 34 124 22C129 30 128 39 123 46C127 51 125 59 118 63C121 69 117 76 110 78C111 85 105 90 98 90C96 96 88 99 81 96C76 98 69 92 67 80Z"
        fill={paint("wing-far")}
        stroke="#9fb0ea"
        strokeWidth="1"
      />
      <path
        d="M123 46C112 50 100 56 92 64M118 63C108 66 98 70 90 76M110 78C102 79 94 81 87 85M98 90C92 89 86 89 81 90"
        fill="none"
        stroke="#a9b8ee"
        strokeWidth="1.400"
        strokeLinecap="round"
      />
      <path
        d="M67 80C72 60 86 42 112 32C114 39 110 46 104 50C107 55 103 62 96 64C98 70 93 75 86 75C86 81 78 84 72 82Z"
        fill={paint("wing-near")}
      />
      <path
        d="M104 50C97 52 90 56 85 61M96 64C90 65 84 68 80 72"
        fill="none"
        stroke="#c3cdf6"
        strokeWidth="1.300"
        strokeLinecap="round"
      />
      <path
        d="M68 78C74 58 92 36 123 24"
        fill="none"
        stroke="#fff"
        strokeWidth="2.600"
        strokeLinecap="round"
      />
    </g>
  );
}

/** 天使少女: a winged girl with a halo, holding a heart. */
export function AngelArt() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <>
      <defs>
        <Linear
          id={id("wing-far")}
          to={[0, 1, 1, 0]}
          stops={[
            [0, "#ffe9bf"],
            [0.35, "#ffffff"],
            [1, "#c9d6ff"],
          ]}
        />
        <Linear
          id={id("wing-near")}
          to={[0, 1, 1, 0]}
          stops={[
            [0, "#fff3d6"],
            [0.5, "#ffffff"],
            [1, "#eaf0ff"],
          ]}
        />
        <Linear
          id={id("hair")}
          stops={[
            [0, "#fff0a6"],
            [0.35, "#ffcf5a"],
            [1, "#d98a2b"],
          ]}
        />
        <Linear
          id={id("bangs")}
          stops={[
            [0, "#ffe88c"],
            [0.5, "#ffd668"],
            [1, "#eba53c"],
          ]}
        />
        <Linear
          id={id("dress")}
          stops={[
            [0, "#ffffff"],
            [0.55, "#fff0f4"],
            [1, "#ffc3d3"],
          ]}
        />
        <Linear
          id={id("halo")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#e99a13"],
            [0.3, "#fff6c2"],
            [0.6, "#ffd34f"],
            [1, "#e08e0c"],
          ]}
        />
        <Radial
          id={id("glow")}
          stops={[
            [0, "#fff2b8", 0.85],
            [1, "#ffd76a", 0],
          ]}
        />
      </defs>
      <g className={styles.body}>
        <g className={styles.wings}>
          <g className={styles.wingRight}>
            <Wing ids={id} />
          </g>
          <g transform="matrix(-1 0 0 1 128 0)">
            <g className={styles.wingRight}>
              <Wing ids={id} />
            </g>
          </g>
        </g>
        <path
          d="M39 46C33 13 95 13 89 46C88 58 98 66 95 78C93 86 103 94 98 108C92 113 84 106 86 98C84 97 82 98 80 98H48C46 98 44 97 42 98C44 106 36 113 30 108C25 94 35 86 33 78C30 66 40 58 39 46Z"
          fill={paint("hair")}
        />
        <path
          d="M41 62C36 72 42 82 37 92C34 98 34 103 36 107M87 62C92 72 86 82 91 92C94 98 94 103 92 107M45 74C47 82 45 88 42 94M83 74C81 82 83 88 86 94"
          fill="none"
          stroke="#b9701c"
          strokeWidth="1.300"
          opacity=".55"
          strokeLinecap="round"
        />
        <path d="M58 64H70V76H58Z" fill="#f3b598" />
        <path
          d="M53 73C48 90 40 104 34 117C38 125 46 120 50 123C54 127 60 122 64 125C68 122 74 127 78 123C82 120 90 125 94 117C88 104 80 90 75 73C70 77 58 77 53 73Z"
          fill={paint("dress")}
          stroke="#f0a5bb"
          strokeWidth=".8"
        />
        <path
          d="M50 94C47 104 44 112 43 119M64 98V122M78 94C81 104 84 112 85 119"
          fill="none"
          stroke="#f4a9bf"
          strokeWidth="1.300"
          opacity=".8"
          strokeLinecap="round"
        />
        <path
          d="M36 114C42 119 46 115 50 118C54 122 60 117 64 120C68 117 74 122 78 118C82 115 86 119 92 114"
          fill="none"
          stroke="#ffcb4d"
          strokeWidth="1.800"
        />
        <path
          d="M52 74C46 76 43 84 46 90C51 94 57 92 60 90L58 79Z"
          fill="#fff"
          stroke="#f3b3c5"
          strokeWidth=".8"
        />
        <path
          d="M76 74C82 76 85 84 82 90C77 94 71 92 68 90L70 79Z"
          fill="#fff"
          stroke="#f3b3c5"
          strokeWidth=".8"
        />
        <path d="M54 73Q64 80 74 73" fill="none" stroke="#ffcb4d" strokeWidth="2" />
        <g transform="translate(64 88)">
          <g className={styles.heart}>
            <g transform="scale(.5)">
              <GlossyHeart />
            </g>
          </g>
        </g>
        <ellipse cx="56.500" cy="91" rx="4" ry="3.400" fill="#ffe0cc" />
        <ellipse cx="71.500" cy="91" rx="4" ry="3.400" fill="#ffe0cc" />
        <g transform="translate(64 51) scale(1.120)">
          <ChibiFace skin={SKIN} iris={IRIS} lash="#7a3f1d" />
        </g>
        <path
          d="M41 58C34 20 94 20 87 58C88 48 84 42 80 38C79 43 76 45 73 46C74 42 73 39 71 36C68 43 61 46 55 46C56 43 56 41 56 38C51 44 46 46 45 47C43 50 41 54 41 58Z"
          fill={paint("bangs")}
        />
        <path
          d="M41 56C37 64 37 72 40 78C43 74 44 68 43 60ZM87 56C91 64 91 72 88 78C85 74 84 68 85 60Z"
          fill={paint("bangs")}
        />
        <path
          d="M48 36Q64 26 80 36"
          fill="none"
          stroke="#fffbe0"
          strokeWidth="3"
          strokeLinecap="round"
          opacity=".85"
        />
        <path
          d="M56 38C57 33 60 29 64 27M71 36C71 32 69 29 66 27"
          fill="none"
          stroke="#c9822a"
          strokeWidth="1"
          opacity=".6"
        />
        <path
          d="M47 37C44 33 39 34 40 39C41 43 46 42 47 40C49 43 53 43 53 39C53 35 49 34 47 37Z"
          fill="#ff4a5e"
        />
        <circle cx="47" cy="38.500" r="1.700" fill="#ffe08a" />
      </g>
      <g className={styles.halo}>
        <ellipse cx="64" cy="14" rx="28" ry="13" fill={paint("glow")} />
        <ellipse cx="64" cy="14" rx="20" ry="6" fill="none" stroke={paint("halo")} strokeWidth="4" />
        <path
          d="M46 12.500Q52 8.500 62 8"
          fill="none"
          stroke="#fff"
          strokeWidth="1.400"
          strokeLinecap="round"
        />
      </g>
      <g fill="#fff6cf">
        <path className={styles.spark} d={sparklePath(106, 108, 7)} />
        <path className={styles.sparkLate} d={sparklePath(22, 106, 6)} />
      </g>
    </>
  );
}
