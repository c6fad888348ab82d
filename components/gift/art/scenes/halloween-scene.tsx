import { Bat, Pumpkin } from "../halloween";
import styles from "./halloween-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Spread, Twinkles } from "./scene-kit";

const GHOSTS = [
  { x: "2cqw", y: "30cqh", size: "24cqmin", delay: "1.1s" },
  { x: "74cqw", y: "22cqh", size: "20cqmin", delay: "1.5s" },
];

/** The moon rises over bare hills, bats pour across it, and lit pumpkins spring up while ghosts drift. */
export function HalloweenScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.night}`} />
      <Twinkles count={14} seed={73} color="#ffe6b8" />
      <div className={styles.moon}>
        <svg className={styles.disc} viewBox="-50 -50 100 100" aria-hidden="true">
          <circle r="42" fill="#ffe9ad" />
          <circle cx="-14" cy="-10" r="9" fill="#f3c873" opacity=".7" />
          <circle cx="14" cy="12" r="12" fill="#f3c873" opacity=".6" />
          <circle cx="18" cy="-20" r="5" fill="#f3c873" opacity=".6" />
          <circle cx="-20" cy="20" r="5" fill="#f3c873" opacity=".5" />
        </svg>
      </div>
      <Spread count={18} seed={79}>
        {(random, index) => (
          <div
            key={index}
            className={styles.flight}
            style={cssVars({
              size: `${14 + random() * 20}cqmin`,
              dx: `${(index % 2 === 0 ? -1 : 1) * (34 + random() * 40)}cqw`,
              dy: `${-44 + random() * 50}cqh`,
              delay: `${0.4 + random() * 1.7}s`,
              period: `${1.3 + random() * 0.7}s`,
            })}
          >
            <svg className={styles.bat} viewBox="-22 -14 44 28" data-animated="true" aria-hidden="true">
              <Bat color="#2a1263" />
            </svg>
          </div>
        )}
      </Spread>
      <svg className={styles.hills} viewBox="0 0 400 200" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 200V120C60 70 120 80 180 110C240 70 330 66 400 118V200Z" fill="#2b1458" />
        <path d="M0 200V156C80 112 150 130 220 150C290 120 350 128 400 150V200Z" fill="#160a35" />
      </svg>
      <svg className={styles.tree} viewBox="0 0 120 200" aria-hidden="true">
        <path
          d="M44 200C50 160 48 130 52 104C40 92 26 92 12 78C26 84 40 82 52 88C50 66 36 56 30 34C42 50 52 56 58 72C62 52 58 34 68 12C70 34 68 54 68 76C80 66 88 60 104 44C98 64 82 76 70 96C84 92 92 92 108 84C98 98 82 104 72 112C72 140 74 166 82 200Z"
          fill="#0e0626"
        />
      </svg>
      {GHOSTS.map((ghost) => (
        <div key={ghost.x} className={styles.ghost} style={cssVars(ghost)}>
          <svg className={styles.sheet} viewBox="0 0 100 120" aria-hidden="true">
            <path
              d="M16 112C8 60 18 8 50 8C82 8 92 60 84 112C78 120 72 104 66 108C60 116 54 116 50 108C46 116 40 116 34 108C28 104 22 120 16 112Z"
              fill="#f4f1ff"
            />
            <path d="M62 12C84 22 90 66 84 112C80 117 76 112 72 108C78 70 76 34 62 12Z" fill="#c6bdf2" />
            <ellipse cx="38" cy="48" rx="6" ry="9" fill="#21104a" />
            <ellipse cx="60" cy="48" rx="6" ry="9" fill="#21104a" />
            <circle cx="36" cy="44" r="2" fill="#fff" />
            <circle cx="58" cy="44" r="2" fill="#fff" />
            <ellipse cx="49" cy="68" rx="6" ry="8" fill="#21104a" />
            <ellipse cx="28" cy="60" rx="5" ry="3" fill="#ff9fc4" opacity=".8" />
            <ellipse cx="70" cy="60" rx="5" ry="3" fill="#ff9fc4" opacity=".8" />
          </svg>
        </div>
      ))}
      <div className={`${styles.mist} ${styles.mistBack}`} />
      <div className={styles.glow} />
      <svg
        className={`${styles.pumpkin} ${styles.left}`}
        viewBox="0 0 128 128"
        data-animated="true"
        aria-hidden="true"
      >
        <Pumpkin />
      </svg>
      <svg
        className={`${styles.pumpkin} ${styles.right}`}
        viewBox="0 0 128 128"
        data-animated="true"
        aria-hidden="true"
      >
        <Pumpkin />
      </svg>
      <svg
        className={`${styles.pumpkin} ${styles.middle}`}
        viewBox="0 0 128 128"
        data-animated="true"
        aria-hidden="true"
      >
        <Pumpkin hat />
      </svg>
      <div className={styles.mist} />
    </>
  );
}
