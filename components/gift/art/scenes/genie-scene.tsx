import { GiftArt } from "../gift-art";
import styles from "./genie-scene.module.css";
import { cssVars, Rays, Spread, Twinkles } from "./scene-kit";
import frame from "./scene.module.css";

/** The lamp drops in and rattles, smoke pours from its spout, and the fairy unwinds out of it. */
export function GenieScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.night}`} />
      <Rays color="rgb(170 120 255 / 38%)" delay=".9s" />
      <Twinkles count={22} seed={53} color="#f3e2ff" />
      <Spread count={26} seed={59}>
        {(random, index) => (
          <i
            key={index}
            className={styles.smoke}
            style={cssVars({
              size: `${14 + random() * 22}cqmin`,
              mx: `${10 + random() * 14}cqmin`,
              my: `${-18 - random() * 14}cqmin`,
              dx: `${-72 * random() + 4}cqmin`,
              dy: `${-52 - random() * 30}cqmin`,
              delay: `${0.5 + random() * 1.5}s`,
              tint: index % 3 === 0 ? "rgb(111 217 255 / 60%)" : "rgb(160 106 255 / 62%)",
            })}
          />
        )}
      </Spread>
      <div className={styles.hero}>
        <GiftArt effect="genie" size="88cqmin" animated scene />
      </div>
      <Spread count={24} seed={61}>
        {(random, index) => (
          <i
            key={index}
            className={styles.dust}
            style={cssVars({
              start: `${random() * 360}deg`,
              reach: `${22 + random() * 30}cqmin`,
              size: `${0.8 + random() * 1.8}cqmin`,
              delay: `${1.2 + random() * 0.8}s`,
              tint: index % 2 === 0 ? "#ffe08a" : "#bff4ff",
            })}
          />
        )}
      </Spread>
    </>
  );
}
