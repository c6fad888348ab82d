"use client";

/**
 * Plays gifts over the room's player.
 *
 *   const [stage] = useState(() => createEffectStageStore());
 *   const { feedLine } = stage.enqueue(effect);       // from the event handler; feedLine says whether to add a line
 *   return <div style={{ position: "relative" }}><Player /><EffectStage stage={stage} /></div>;
 *
 * `stage` is stable for the life of the room, so it may sit in effects and handlers without being a dependency that
 * changes. `<EffectStage>` fills its nearest positioned ancestor, takes no pointer events and is hidden from assistive
 * technology: announcing gifts is the feed's work.
 */

import { useReducedMotion } from "@mantine/hooks";
import { memo, useCallback, useEffect, useSyncExternalStore } from "react";
import { GiftPicture } from "../art/gift-picture";
import { cssVars } from "../art/scenes/scene-kit";
import { EffectCaption } from "./effect-caption";
import styles from "./effect-stage.module.css";
import type { EffectStageStore, PlayingEffect } from "./effect-stage-store";
import { FullEffect } from "./full-effect";
import { ParticleBurst } from "./particle-burst";

const STATIC_CARD_MS = 2_500;
const PARTICLES_PER_BANNER = 26;

interface PlayingProps {
  playing: PlayingEffect;
  onDone: () => void;
}

function useTimeout(callback: () => void, delayMs: number): void {
  useEffect(() => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }, [callback, delayMs]);
}

function BannerEffect({ playing, onDone }: PlayingProps) {
  const { effect, slot, bannerMs, key } = playing;
  useTimeout(onDone, bannerMs);
  // A running combo has its own row that counts up; here it only throws its picture.
  const hasComboRow = (effect.combo?.count ?? 0) > 1;
  return (
    <div className={styles.banner} style={cssVars({ slot, "banner-ms": `${bannerMs}ms` })}>
      <ParticleBurst
        className={styles.burst}
        effect={effect.effect}
        count={PARTICLES_PER_BANNER}
        seed={key}
      />
      <div className={styles.bannerArt}>
        <GiftPicture effect={effect.effect} size="100%" />
      </div>
      {hasComboRow ? null : (
        <div className={styles.bannerCaption}>
          <EffectCaption effect={effect} />
        </div>
      )}
    </div>
  );
}

/** What plays under reduced motion: the same facts, holding still. */
function StaticCard({ playing, onDone }: PlayingProps) {
  const { effect, tier, slot } = playing;
  useTimeout(onDone, STATIC_CARD_MS);
  return (
    <div className={tier === "full" ? styles.card : styles.banner} style={cssVars({ slot })}>
      <div className={tier === "full" ? styles.cardArt : styles.bannerArt}>
        <GiftPicture effect={effect.effect} size="100%" />
      </div>
      <EffectCaption effect={effect} large={tier === "full"} />
    </div>
  );
}

function Playing({
  stage,
  playing,
  still,
}: {
  stage: EffectStageStore;
  playing: PlayingEffect;
  still: boolean;
}) {
  const onDone = useCallback(() => stage.finish(playing.key), [stage, playing.key]);
  if (still) return <StaticCard playing={playing} onDone={onDone} />;
  if (playing.tier === "full")
    return <FullEffect effect={playing.effect} msMax={playing.fullMsMax} onDone={onDone} />;
  return <BannerEffect playing={playing} onDone={onDone} />;
}

/** Shows what the stage plays; see the top of this file. */
export const EffectStage = memo(function EffectStage({ stage }: { stage: EffectStageStore }) {
  const { full, banners } = useSyncExternalStore(stage.subscribe, stage.getSnapshot, stage.getSnapshot);
  const still = useReducedMotion(false, { getInitialValueInEffect: true });

  useEffect(() => {
    const follow = () => stage.setPaused(document.hidden);
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, [stage]);

  return (
    <div className={styles.stage} aria-hidden="true" data-testid="effect-stage">
      {full ? <Playing key={full.key} stage={stage} playing={full} still={still} /> : null}
      {banners.map((playing) => (
        <Playing key={playing.key} stage={stage} playing={playing} still={still} />
      ))}
    </div>
  );
});
