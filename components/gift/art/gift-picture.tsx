/// <reference types="next/image-types/global" />
import type { StaticImageData } from "next/image";
import { RetriedImage } from "../../ui/retried-image";
import styles from "./gift-art.module.css";
import { isKnownEffect, type KnownEffect } from "./known-effects";
import angel from "./pictures/angel.svg";
import car from "./pictures/car.svg";
import crown from "./pictures/crown.svg";
import genie from "./pictures/genie.svg";
import halloween from "./pictures/halloween.svg";
import hearts from "./pictures/hearts.svg";
import present from "./pictures/present.svg";
import rocket from "./pictures/rocket.svg";

const PICTURES: Record<KnownEffect, StaticImageData> = {
  angel,
  crown,
  hearts,
  car,
  genie,
  rocket,
  halloween,
};
const UNKNOWN: StaticImageData = present;

/**
 * A gift that rests: one node, whatever it shows. A page full of gifts drawn inline has thousands, which the browser puts
 * in order anew against everything that moves, at every tap. The files are drawn from `GiftDrawing`.
 */
export function GiftPicture({ effect, size = 32 }: { effect: string; size?: number | string }) {
  const { src } = isKnownEffect(effect) ? PICTURES[effect] : UNKNOWN;
  return <RetriedImage className={styles.picture} src={src} alt="" style={{ width: size, height: size }} />;
}

/** Fetches all pictures ahead, so that gifts can be chosen when the network has just gone. */
export function fetchGiftPictures(): void {
  for (const { src } of [...Object.values(PICTURES), UNKNOWN]) {
    const image = new Image();
    image.fetchPriority = "low";
    image.src = src;
  }
}
