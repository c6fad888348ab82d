import { GiftArt } from "../gift-art";
import styles from "./crown-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Rays, Spread, Twinkles } from "./scene-kit";

/** Gold light opens, the crown comes down on it with a ring of light, and coins rain. */
export function CrownScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.hall}`} />
      <Rays color="rgb(255 206 84 / 55%)" delay=".25s" />
      <div className={styles.shaft} />
      <Spread count={36} seed={17}>
        {(random, index) => (
          <svg
            key={index}
            className={styles.coin}
            viewBox="-12 -12 24 24"
            style={cssVars({
              x: `${random() * 100}cqw`,
              size: `${4.5 + random() * 6}cqmin`,
              period: `${1.5 + random() * 1.2}s`,
              delay: `${0.1 + random() * 1.7}s`,
              spin: `${0.5 + random() * 0.5}s`,
            })}
          >
            <g className={styles.face}>
              <circle r="11" fill="#b86f07" />
              <circle r="10" fill="#ffcf4a" />
              <circle r="7.500" fill="#f0a31c" />
              <path
                d="M0-6L1.700-2L6-1.600L2.700 1.200L3.700 5.400L0 3.100L-3.700 5.400L-2.700 1.200L-6-1.600L-1.700-2Z"
                fill="#fff0b0"
              />
              <path
                d="M-8-3.500A9 9 0 0 1-2-8.600"
                stroke="#fff"
                strokeWidth="1.600"
                fill="none"
                strokeLinecap="round"
              />
            </g>
          </svg>
        )}
      </Spread>
      <div className={styles.glow} />
      <div className={styles.ring} />
      <div className={`${styles.ring} ${styles.ringLate}`} />
      <div className={styles.path}>
        <div className={styles.crown}>
          <GiftArt effect="crown" size="72cqmin" scene />
        </div>
      </div>
      <Spread count={22} seed={29}>
        {(random, index) => {
          const angle = (index / 22) * Math.PI * 2 + random() * 0.2;
          const reach = 34 + random() * 26;
          return (
            <i
              key={index}
              className={styles.burst}
              style={cssVars({
                dx: `${Math.cos(angle) * reach}cqmin`,
                dy: `${Math.sin(angle) * reach}cqmin`,
                size: `${2 + random() * 3.6}cqmin`,
              })}
            />
          );
        }}
      </Spread>
      <Twinkles count={20} seed={31} />
    </>
  );
}
