"use client";

import { useReducedMotion } from "@mantine/hooks";
import { useRef, useState } from "react";
import { RedPacket } from "../../../rain/art/red-packet";
import { type ShowerHandle, ShowerLayer } from "./fall/shower-layer";
import { GrabButton } from "./grab-button";
import { PlannedChip } from "./planned-chip";
import { RainCountdown } from "./rain-countdown";
import { RainHud } from "./rain-hud";
import classes from "./rain-layer.module.css";
import { RainResultCard } from "./rain-result-card";
import { chooseScene, type Grabber, grabState, totalCoins } from "./rain-scene";
import type { RainStore } from "./rain-store";
import type { RainState } from "./rain-view";
import { useRainSpeech } from "./use-rain-speech";
import { useSecondTicks } from "./use-second-ticks";
import { WonCard } from "./won-card";

export interface RainLayerProps {
  store: RainStore;
  state: RainState;
  me: Grabber & { userId: string | null };
  /** Something else stands at the top of the stage. */
  lowered: boolean;
  onSignIn: () => void;
  /** Tells a screen reader. */
  say: (sentence: string) => void;
}

const readLocalMs = () => performance.now();

/** Everything a room shows of red-packet rains, over its stage. Loaded when there is one. */
export function RainLayer({ store, state, me, lowered, onSignIn, say }: RainLayerProps) {
  const aheadMs = state.clockAheadMs ?? 0;
  const [localMs, setLocalMs] = useState(readLocalMs);
  const still = useReducedMotion(false, { getInitialValueInEffect: false });
  const shower = useRef<ShowerHandle>(null);
  const hadFocus = useRef(false);
  const nowMs = localMs + aheadMs;
  const scene = chooseScene(state, nowMs);
  const { rain } = scene;
  const mine = rain ? state.mine.get(rain.rainId) : undefined;
  const grab = rain ? grabState(rain, mine, me, nowMs, localMs) : "over";
  const isFalling = scene.kind === "falling";
  const isRaining = isFalling && grab !== "done" && grab !== "empty" && grab !== "over" && grab !== "refused";
  const untilMs = rain?.phase === "falling" ? rain.endsAtMs : ((rain ?? scene.planned)?.startsAtMs ?? null);
  useSecondTicks({
    untilMs: untilMs === null ? null : untilMs - aheadMs,
    wakeMs: mine?.againAtLocalMs ?? 0,
    nowMs: localMs,
    onTick: setLocalMs,
  });
  useRainSpeech({ scene, mine, grab, nowMs, say });

  function tapPacket(): boolean {
    if (!rain || !isFalling) return false;
    if (grab === "guest") onSignIn();
    return store.tap(rain.rainId, me);
  }

  return (
    <div
      className={classes.layer}
      data-testid="rain-layer"
      data-scene={scene.kind}
      data-lowered={lowered}
      onFocus={() => {
        hadFocus.current = true;
      }}
      onBlur={(event) => {
        if (event.relatedTarget) hadFocus.current = false;
      }}
    >
      {still ? null : (
        <div className={classes.shower}>
          <ShowerLayer handle={shower} raining={isRaining} onTap={tapPacket} />
        </div>
      )}
      {scene.planned && !isFalling ? (
        <PlannedChip rain={scene.planned} leftMs={(scene.planned.startsAtMs ?? 0) - nowMs} />
      ) : null}
      {scene.kind === "countdown" && rain ? (
        <RainCountdown
          rain={rain}
          leftMs={(rain.startsAtMs ?? 0) - nowMs}
          onSignIn={grab === "guest" ? onSignIn : undefined}
        />
      ) : null}
      {isFalling && rain ? (
        <>
          <RainHud rain={rain} leftMs={(rain.endsAtMs ?? nowMs) - nowMs} />
          <div className={classes.dock} data-still={still}>
            {still ? <RedPacket height={104} opened={grab === "done"} /> : null}
            <GrabButton
              grab={grab}
              mine={mine}
              claimsPerViewer={rain.claimsPerViewer}
              coins={totalCoins(mine)}
              onSignIn={onSignIn}
              onGrab={() => {
                if (store.tap(rain.rainId, me)) shower.current?.openOne();
              }}
            />
          </div>
          {mine && mine.packets.length > 0 ? <WonCard rain={rain} mine={mine} /> : null}
        </>
      ) : null}
      {scene.kind === "result" && rain ? (
        <RainResultCard
          key={rain.rainId}
          rain={rain}
          result={state.results.get(rain.rainId)}
          mine={mine}
          myId={me.userId}
          takesFocus={hadFocus}
          onClose={() => store.dismiss(rain.rainId)}
        />
      ) : null}
    </div>
  );
}
