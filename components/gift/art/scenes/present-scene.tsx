import { GiftArt } from "../gift-art";
import styles from "./present-scene.module.css";
import frame from "./scene.module.css";
import { Rays, Twinkles } from "./scene-kit";

/** For a gift this build does not know: a wrapped box on golden rays. */
export function PresentScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.dim}`} />
      <Rays color="rgb(255 196 84 / 45%)" delay=".2s" />
      <div className={styles.hero}>
        <GiftArt effect="present" size="64cqmin" />
      </div>
      <Twinkles count={18} seed={83} />
    </>
  );
}
