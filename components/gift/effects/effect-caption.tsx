import styles from "./effect-caption.module.css";
import type { GiftEffect } from "./gift-effect";

/** The first letter or character of a name, for a round avatar. */
export function getInitial(name: string): string {
  return (Array.from(name.trim())[0] ?? "·").toUpperCase();
}

/** Who sent what, how many: the plate under a picture. */
export function EffectCaption({ effect, large = false }: { effect: GiftEffect; large?: boolean }) {
  return (
    <div className={styles.plate} data-large={large} data-own={effect.own}>
      <span className={styles.avatar}>{getInitial(effect.senderName)}</span>
      <span className={styles.words}>
        <span className={styles.sender}>{effect.senderName}</span>
        <span className={styles.gift}>{effect.giftName}</span>
      </span>
      <span className={styles.count}>
        <small>×</small>
        {effect.count}
      </span>
    </div>
  );
}
