/** The effects this build can draw; every other effect id is shown as a present box. */
export const KNOWN_EFFECTS = ["angel", "crown", "hearts", "car", "genie", "rocket", "halloween"] as const;

export type KnownEffect = (typeof KNOWN_EFFECTS)[number];

/** Narrows an effect id from the catalogue to one this build draws. */
export function isKnownEffect(effect: string): effect is KnownEffect {
  return (KNOWN_EFFECTS as readonly string[]).includes(effect);
}
