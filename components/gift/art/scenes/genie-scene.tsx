import { GiftArt } from "../gift-art";
import styles from "./genie-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Rays, Spread, Twinkles } from "./scene-kit";

/** The lamp drops in and rattles, smoke pours from its spout, and the fairy unwinds out of it. */
export function GenieScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.night}`} />
      <Rays color="rgb(170 120 255 / 38%)" delay=".9s" />
      <Twinkles count={22} seed={53} color="#f3e2ff" />
      <svg className={styles.palace} viewBox="0 0 400 160" preserveAspectRatio="none" aria-hidden="true">
        <path
          d="M0 160V112H24V84C18 70 34 62 38 46C42 62 58 70 52 84V112H84V70H80C78 46 106 40 114 12C122 40 150 46 148 70H144V104H176V80C160 52 196 42 200 18C204 42 240 52 224 80V104H256V70H252C250 46 278 40 286 12C294 40 322 46 320 70H316V112H348V84C342 70 358 62 362 46C366 62 382 70 376 84V112H400V160Z"
          fill="#1b0c4a"
        />
        <path d="M0 160V132C60 118 120 128 200 124C280 120 340 130 400 126V160Z" fill="#0f0733" />
        <path
          d="M34 96H42V108H34ZM108 78H120V98H108ZM194 86H206V104H194ZM280 78H292V98H280ZM358 96H366V108H358Z"
          fill="#ffc95a"
          opacity=".8"
        />
      </svg>
      <Spread count={34} seed={59}>
        {(random, index) => (
          <i
            key={index}
            className={styles.smoke}
            style={cssVars({
              size: `${20 + random() * 30}cqmin`,
              mx: `${-10 + random() * 22}cqmin`,
              my: `${-18 - random() * 14}cqmin`,
              dx: `${-72 * random() + 4}cqmin`,
              dy: `${-52 - random() * 30}cqmin`,
              delay: `${0.5 + random() * 1.1}s`,
              tint: index % 3 === 0 ? "rgb(111 217 255 / 85%)" : "rgb(170 116 255 / 90%)",
            })}
          />
        )}
      </Spread>
      <div className={styles.hero}>
        <GiftArt effect="genie" size="88cqmin" scene />
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
