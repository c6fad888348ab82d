import type { ComponentType } from "react";
import { AngelArt } from "./angel";
import { CarArt } from "./car";
import { CrownArt } from "./crown";
import { GenieArt } from "./genie";
import { HalloweenArt } from "./halloween";
import { HeartsArt } from "./hearts";
import { isKnownEffect, type KnownEffect } from "./known-effects";
import { PresentArt } from "./present";
import { RocketArt } from "./rocket";

const ART: Record<KnownEffect, ComponentType> = {
  angel: AngelArt,
  crown: CrownArt,
  hearts: HeartsArt,
  car: CarArt,
  genie: GenieArt,
  rocket: RocketArt,
  halloween: HalloweenArt,
};

/** The shapes of a gift in a 128 × 128 box; an effect this build does not know is a present. */
export function GiftDrawing({ effect }: { effect: string }) {
  const Art = isKnownEffect(effect) ? ART[effect] : PresentArt;
  return <Art />;
}
