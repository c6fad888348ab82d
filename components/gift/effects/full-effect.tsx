import { useEffect, useRef, useState } from "react";
import { GiftScene, getSceneDurationMs } from "../art/gift-scene";
import { EffectCaption } from "./effect-caption";
import styles from "./effect-stage.module.css";
import type { GiftEffect } from "./gift-effect";
import { playSvga } from "./play-svga";

function OwnScene({ effect, onDone }: { effect: GiftEffect; onDone: () => void }) {
  useEffect(() => {
    const timer = setTimeout(onDone, getSceneDurationMs(effect.effect));
    return () => clearTimeout(timer);
  }, [effect.effect, onDone]);
  return <GiftScene effect={effect.effect} />;
}

function SvgaScene({ url, onDone, onFail }: { url: string; onDone: () => void; onFail: () => void }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return;
    const stop = new AbortController();
    playSvga(canvas, url, stop.signal).then(onDone, () => {
      if (!stop.signal.aborted) onFail();
    });
    return () => stop.abort();
  }, [url, onDone, onFail]);
  return <canvas ref={canvasRef} className={styles.svga} />;
}

/** A full-screen effect: the gift's SVGA file when it has one that plays, else our own scene. */
export function FullEffect({
  effect,
  msMax,
  onDone,
}: {
  effect: GiftEffect;
  /** It ends by then, however long it is. */
  msMax: number;
  onDone: () => void;
}) {
  useEffect(() => {
    if (!Number.isFinite(msMax)) return;
    const timer = setTimeout(onDone, msMax);
    return () => clearTimeout(timer);
  }, [msMax, onDone]);
  const [svgaFailed, setSvgaFailed] = useState(false);
  const [failSvga] = useState(() => () => setSvgaFailed(true));
  return (
    <div className={styles.full}>
      {effect.svgaUrl && !svgaFailed ? (
        <SvgaScene url={effect.svgaUrl} onDone={onDone} onFail={failSvga} />
      ) : (
        <OwnScene effect={effect} onDone={onDone} />
      )}
      <div className={styles.fullCaption}>
        <EffectCaption effect={effect} large />
      </div>
    </div>
  );
}
