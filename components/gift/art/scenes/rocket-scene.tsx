import { RocketBody } from "../rocket";
import { Radial, useSvgIds } from "../svg-kit";
import styles from "./rocket-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Spread, Twinkles } from "./scene-kit";

/** Ignition in a cloud, a climb past a planet among streaking stars, then away through the top. */
export function RocketScene() {
  const id = useSvgIds();
  return (
    <>
      <div className={`${frame.veil} ${styles.sky}`} />
      <Twinkles count={16} seed={11} color="#dfe8ff" />
      <svg className={styles.planet} viewBox="0 0 120 120" aria-hidden="true">
        <defs>
          <Radial
            id={id("planet")}
            at={[0.34, 0.3, 0.8]}
            stops={[
              [0, "#ffd9a8"],
              [0.45, "#ff7a45"],
              [1, "#6d1040"],
            ]}
          />
        </defs>
        <circle cx="60" cy="60" r="34" fill={`url(#${id("planet")})`} />
        <path
          d="M30 48C46 54 70 54 90 44M27 64C50 72 74 70 93 62"
          stroke="#ffc89a"
          strokeWidth="3"
          fill="none"
          opacity=".45"
        />
        <path
          d="M28 70C2 84 6 92 38 84C70 76 112 50 114 40C116 32 102 34 92 40"
          fill="none"
          stroke="#ffe2a0"
          strokeWidth="5"
          strokeLinecap="round"
          opacity=".9"
        />
      </svg>
      <Spread count={34} seed={7} className={styles.streaks}>
        {(random, index) => (
          <i
            key={index}
            className={styles.streak}
            style={cssVars({
              x: `${random() * 100}cqw`,
              length: `${8 + random() * 20}cqh`,
              thick: `${0.3 + random() * 0.6}cqmin`,
              period: `${0.5 + random() * 0.6}s`,
              delay: `${random() * -1.1}s`,
            })}
          />
        )}
      </Spread>
      <Spread count={18} seed={5}>
        {(random, index) => (
          <i
            key={index}
            className={styles.cloud}
            style={cssVars({
              size: `${34 + random() * 34}cqmin`,
              dx: `${(random() - 0.5) * 130}cqw`,
              dy: `${-random() * 16}cqh`,
              delay: `${0.15 + random() * 0.5}s`,
            })}
          />
        )}
      </Spread>
      <div className={styles.path}>
        <div className={styles.shake}>
          <div className={styles.plume} />
          <Spread count={14} seed={3}>
            {(random, index) => (
              <i
                key={index}
                className={styles.puff}
                style={cssVars({
                  size: `${16 + random() * 18}cqmin`,
                  dx: `${(random() - 0.5) * 34}cqmin`,
                  delay: `${index * -0.07}s`,
                })}
              />
            )}
          </Spread>
          <svg className={styles.rocket} viewBox="0 0 128 128" data-animated="true" aria-hidden="true">
            <RocketBody />
          </svg>
        </div>
      </div>
    </>
  );
}
