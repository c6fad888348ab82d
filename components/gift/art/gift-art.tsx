import styles from "./gift-art.module.css";
import { GiftDrawing } from "./gift-drawing";

interface GiftArtProps {
  effect: string;
  /** Side in CSS pixels, or any CSS length such as "60cqmin". */
  size?: number | string;
  /** Plays the entrance that belongs to a full-screen scene instead of the idle loop. */
  scene?: boolean;
}

/** A gift that moves (under reduced motion it holds still). One that rests is a `GiftPicture`: a single node. */
export function GiftArt({ effect, size = 32, scene = false }: GiftArtProps) {
  return (
    <svg
      className={styles.art}
      viewBox="0 0 128 128"
      style={{ width: size, height: size }}
      data-animated="true"
      data-scene={scene}
      aria-hidden
      focusable="false"
    >
      <GiftDrawing effect={effect} />
    </svg>
  );
}
