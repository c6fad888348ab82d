import type { ComponentType } from "react";
import { isKnownEffect, type KnownEffect } from "./known-effects";
import { AngelScene } from "./scenes/angel-scene";
import { CarScene } from "./scenes/car-scene";
import { CrownScene } from "./scenes/crown-scene";
import { GenieScene } from "./scenes/genie-scene";
import { HalloweenScene } from "./scenes/halloween-scene";
import { HeartsScene } from "./scenes/hearts-scene";
import { PresentScene } from "./scenes/present-scene";
import { RocketScene } from "./scenes/rocket-scene";
import styles from "./scenes/scene.module.css";
import { cssVars } from "./scenes/scene-kit";

interface SceneSpec {
  Scene: ComponentType;
  durationMs: number;
}

const SCENES: Record<KnownEffect, SceneSpec> = {
  angel: { Scene: AngelScene, durationMs: 4_000 },
  crown: { Scene: CrownScene, durationMs: 3_600 },
  hearts: { Scene: HeartsScene, durationMs: 3_800 },
  car: { Scene: CarScene, durationMs: 3_400 },
  genie: { Scene: GenieScene, durationMs: 4_000 },
  rocket: { Scene: RocketScene, durationMs: 3_600 },
  halloween: { Scene: HalloweenScene, durationMs: 4_000 },
};

const UNKNOWN: SceneSpec = { Scene: PresentScene, durationMs: 2_600 };

function getSceneSpec(effect: string): SceneSpec {
  return isKnownEffect(effect) ? SCENES[effect] : UNKNOWN;
}

/** How long the full-screen scene of an effect plays, in milliseconds. */
export function getSceneDurationMs(effect: string): number {
  return getSceneSpec(effect).durationMs;
}

/**
 * Plays a gift's full-screen scene once, filling its nearest positioned ancestor. Mount it with a fresh `key` to play
 * it again; take it away after `getSceneDurationMs(effect)`, when it has faded out by itself.
 */
export function GiftScene({ effect }: { effect: string }) {
  const { Scene, durationMs } = getSceneSpec(effect);
  return (
    <div className={styles.scene} style={cssVars({ "scene-ms": `${durationMs}ms` })} aria-hidden="true">
      <Scene />
    </div>
  );
}
