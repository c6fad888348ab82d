import { GiftArt } from "../gift-art";
import styles from "./angel-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Rays, Spread, Twinkles } from "./scene-kit";

/** A shaft of light, the angel comes down folded, opens her wings, and feathers fall round her. */
export function AngelScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.heaven}`} />
      <Rays color="rgb(255 232 170 / 42%)" delay=".6s" />
      <div className={styles.shaft} />
      <div className={`${styles.shaft} ${styles.shaftWide}`} />
      <Twinkles count={20} seed={67} />
      <div className={styles.cloudBank}>
        <svg className={styles.clouds} viewBox="0 0 400 100" preserveAspectRatio="none" aria-hidden="true">
          <path
            d="M0 100V58C20 34 54 36 66 52C78 26 122 22 138 48C156 30 190 34 200 54C214 28 258 24 274 50C290 34 322 34 334 54C350 36 382 38 400 56V100Z"
            fill="#fff"
            opacity=".5"
          />
          <path
            d="M0 100V74C30 52 60 58 74 72C92 50 132 52 146 70C166 52 208 54 222 72C240 54 282 54 298 72C316 56 372 52 400 74V100Z"
            fill="#fff6e6"
            opacity=".9"
          />
        </svg>
      </div>
      <div className={styles.ring} />
      <div className={styles.hero}>
        <GiftArt effect="angel" size="84cqmin" scene />
      </div>
      <Spread count={24} seed={71}>
        {(random, index) => (
          <div
            key={index}
            className={styles.fall}
            style={cssVars({
              x: `${random() * 96}cqw`,
              size: `${4 + random() * 7}cqmin`,
              period: `${1.9 + random() * 1.3}s`,
              delay: `${0.9 + random() * 1.6}s`,
              sway: `${0.7 + random() * 0.6}s`,
              turn: `${random() * 120 - 60}deg`,
            })}
          >
            <svg className={styles.feather} viewBox="-14 -24 28 48" aria-hidden="true">
              <path
                d="M-3 18C-10 10-12-2-7-11C-3-18 3-22 10-23C12-12 9-2 7 3L3 4L5 8C3 12 0 16-3 18Z"
                fill="#ffffff"
              />
              <path d="M-3 18C-4 4 1-12 10-23C12-12 9-2 7 3L3 4L5 8C3 12 0 16-3 18Z" fill="#e8edff" />
              <path
                d="M-6 24C-4 8 1-10 10-23"
                stroke="#b9c5f2"
                strokeWidth="1"
                fill="none"
                strokeLinecap="round"
              />
            </svg>
          </div>
        )}
      </Spread>
    </>
  );
}
