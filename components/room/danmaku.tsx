"use client";

import { memo, type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import classes from "./danmaku.module.css";
import { pickLane } from "./danmaku-lanes";

export interface DanmakuHandle {
  fly: (line: { text: string; own: boolean }) => void;
}

const LANES = 6;
const LANE_HEIGHT_PX = 38;
const ON_SCREEN_MAX = 30;
const PIXELS_PER_SECOND = 130;
const GAP_PX = 36;

/** Chat lines that fly over the picture. Decoration: the chat beside it has every line. Still where motion is not wanted. */
export const Danmaku = memo(function Danmaku({
  handle,
  enabled,
}: {
  handle: RefObject<DanmakuHandle | null>;
  enabled: boolean;
}) {
  const layerRef = useRef<HTMLDivElement>(null);
  const freeAtMs = useRef<number[]>(Array.from({ length: LANES }, () => 0));
  useImperativeHandle(handle, () => ({
    fly({ text, own }) {
      const layer = layerRef.current;
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!layer || !enabled || calm || document.hidden || layer.childElementCount >= ON_SCREEN_MAX) return;
      const now = performance.now();
      const lane = pickLane(freeAtMs.current, now, own);
      if (lane === null) return;
      const line = document.createElement("span");
      line.className = classes.line ?? "";
      line.dataset.own = String(own);
      line.textContent = text;
      line.style.insetBlockStart = `${lane * LANE_HEIGHT_PX}px`;
      layer.append(line);
      const distance = layer.clientWidth + line.offsetWidth;
      freeAtMs.current[lane] = now + ((line.offsetWidth + GAP_PX) / PIXELS_PER_SECOND) * 1000;
      const flight = line.animate(
        [
          { transform: `translateX(${layer.clientWidth}px)` },
          { transform: `translateX(${-line.offsetWidth}px)` },
        ],
        { duration: (distance / PIXELS_PER_SECOND) * 1000, easing: "linear" },
      );
      flight.onfinish = () => line.remove();
    },
  }));
  useEffect(() => {
    if (!enabled) layerRef.current?.replaceChildren();
  }, [enabled]);
  return <div ref={layerRef} className={classes.layer} aria-hidden data-testid="danmaku" />;
});
