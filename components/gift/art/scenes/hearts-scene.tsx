import { GlossyHeart, HeartBubble } from "../hearts";
import styles from "./hearts-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Rays, Spread, Twinkles } from "./scene-kit";

const TONES = ["red", "pink", "pink", "gold"] as const;

/** Bubbles with hearts rise; the great one in the middle beats twice and bursts into hearts. */
export function HeartsScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.dusk}`} />
      <Rays color="rgb(255 150 200 / 32%)" delay=".5s" />
      <div className={styles.halo} />
      <Twinkles count={18} seed={41} color="#ffe3f2" />
      <Spread count={20} seed={43}>
        {(random, index) => (
          <div
            key={index}
            className={styles.lift}
            style={cssVars({
              x: `${random() * 96}cqw`,
              size: `${9 + random() ** 2 * 24}cqmin`,
              period: `${2 + random() * 1.6}s`,
              delay: `${random() * 1.5}s`,
              sway: `${1.1 + random() * 0.8}s`,
              dx: `${2 + random() * 5}cqmin`,
            })}
          >
            <svg className={styles.sway} viewBox="-32 -32 64 64" aria-hidden="true">
              <HeartBubble tone={TONES[index % TONES.length]} />
            </svg>
          </div>
        )}
      </Spread>
      <Spread count={34} seed={47}>
        {(random, index) => {
          const angle = (index / 34) * Math.PI * 2;
          const reach = 8 + random() * 58;
          return (
            <svg
              key={index}
              className={styles.burst}
              viewBox="-24 -24 48 48"
              aria-hidden="true"
              style={cssVars({
                dx: `${Math.cos(angle) * reach}cqmin`,
                dy: `${Math.sin(angle) * reach - 6}cqmin`,
                turn: `${(random() - 0.5) * 120}deg`,
                size: `${8 + random() * 12}cqmin`,
              })}
            >
              <GlossyHeart tone={TONES[index % TONES.length]} />
            </svg>
          );
        }}
      </Spread>
      <div className={styles.great}>
        <svg className={styles.beat} viewBox="-32 -32 64 64" aria-hidden="true">
          <HeartBubble />
        </svg>
      </div>
      <div className={styles.pop} />
    </>
  );
}
