import type { ComponentType } from "react";
import { AngelArt } from "./angel";
import { CarArt } from "./car";
import { CrownArt } from "./crown";
import { GenieArt } from "./genie";
import styles from "./gift-art.module.css";
import { HalloweenArt } from "./halloween";
import { HeartsArt } from "./hearts";
import { PresentArt } from "./present";
import { RocketArt } from "./rocket";

/** The effects this build can draw; every other effect id is shown as a present box. */
export const KNOWN_EFFECTS = ["angel", "crown", "hearts", "car", "genie", "rocket", "halloween"] as const;

export type KnownEffect = (typeof KNOWN_EFFECTS)[number];

const ART: Record<KnownEffect, ComponentType> = {
  angel: AngelArt,
  crown: CrownArt,
  hearts: HeartsArt,
  car: CarArt,
  genie: GenieArt,
  rocket: RocketArt,
  halloween: HalloweenArt,
};

/** Narrows an effect id from the catalogue to one this build draws. */
export function isKnownEffect(effect: string): effect is KnownEffect {
  return (KNOWN_EFFECTS as readonly string[]).includes(effect);
}

interface GiftArtProps {
  effect: string;
  /** Side in CSS pixels, or any CSS length such as "60cqmin". */
  size?: number | string;
  animated?: boolean;
  /** Plays the entrance that belongs to a full-screen scene instead of the idle loop. */
  scene?: boolean;
  /** The gift's name, when the picture stands without a caption; left out, the picture is decoration. */
  label?: string;
}

/** A gift's picture, drawn in a 128 × 128 box. Pictures hold still unless `animated`, and under reduced motion always. */
export function GiftArt({ effect, size = 32, animated = false, scene = false, label }: GiftArtProps) {
  const Art = isKnownEffect(effect) ? ART[effect] : PresentArt;
  return (
    <svg
      className={styles.art}
      viewBox="0 0 128 128"
      style={{ width: size, height: size }}
      data-animated={animated}
      data-scene={scene}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      focusable="false"
    >
      <Art />
    </svg>
  );
}
