"use client";

import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";
import type { EffectStageStore } from "./effect-stage-store";
import { EFFECT_LEVELS, type EffectLevel } from "./gift-effect";

/** How much of the picture this browser lets effects take, remembered; and what a tap changes it to. */
export function useEffectLevel(stage: EffectStageStore) {
  const [kept, keep] = useLocalStorage({ key: "downpour.effects", defaultValue: "full" });
  const index = Math.max(
    0,
    EFFECT_LEVELS.findIndex((level) => level === kept),
  );
  const level: EffectLevel = EFFECT_LEVELS[index] ?? EFFECT_LEVELS[0];
  useEffect(() => stage.setLevel(level), [stage, level]);
  return {
    level,
    setNext: () => keep(EFFECT_LEVELS[(index + 1) % EFFECT_LEVELS.length] ?? EFFECT_LEVELS[0]),
  };
}
