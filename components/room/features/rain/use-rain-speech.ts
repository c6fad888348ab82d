import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useLatest } from "../../../lib/use-latest";
import type { GrabState, RainScene } from "./rain-scene";
import { type MyRain, NOTHING_MINE } from "./rain-view";

interface RainSpeech {
  scene: RainScene;
  mine: MyRain | undefined;
  grab: GrabState;
  nowMs: number;
  say: (sentence: string) => void;
}

/** Tells a screen reader what the eyes see: each turn of a rain once, and each packet won. */
export function useRainSpeech({ scene, mine = NOTHING_MINE, grab, nowMs, say }: RainSpeech): void {
  const t = useTranslations("rain");
  const { kind, rain, planned } = scene;
  const speak = useLatest((event: "planned" | "scene" | "won" | "empty") => {
    const coins = (planned ?? rain)?.budgetCoins ?? 0;
    if (event === "planned" && planned) {
      say(
        t("spoken.planned", {
          coins,
          minutes: Math.max(1, Math.round(((planned.startsAtMs ?? 0) - nowMs) / 60_000)),
        }),
      );
    } else if (event === "scene" && kind === "countdown") say(t("spoken.countdown", { coins }));
    else if (event === "scene" && kind === "falling") say(t("spoken.falling"));
    else if (event === "scene" && kind === "result" && rain) {
      say(t("spoken.over", { claimed: rain.claimed, all: rain.packetCount }));
    } else if (event === "won") {
      const packet = mine.packets.at(-1);
      if (packet) say(t("spoken.won", { coins: packet.coins }));
    } else if (event === "empty") say(t("allGone"));
  });
  const plannedId = planned?.rainId;
  const sceneId = rain && `${kind} ${rain.rainId}`;
  const won = mine.packets.length;
  useEffect(() => {
    if (plannedId) speak.current("planned");
  }, [plannedId, speak]);
  useEffect(() => {
    if (sceneId) speak.current("scene");
  }, [sceneId, speak]);
  useEffect(() => {
    if (won > 0) speak.current("won");
  }, [won, speak]);
  const isEmpty = grab === "empty";
  useEffect(() => {
    if (isEmpty) speak.current("empty");
  }, [isEmpty, speak]);
}
