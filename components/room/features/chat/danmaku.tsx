"use client";

import { memo, type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import classes from "./danmaku.module.css";
import { LANE_HEIGHT_PX, type Lane, laneCount, pickLane } from "./danmaku-lanes";
import { TakenBack } from "./taken-back";

export interface DanmakuHandle {
  /** Lets a message fly once, whatever comes again under its key. */
  fly: (line: { key: string; senderId: string; text: string; own: boolean; atMs?: number }) => void;
  /** What flies stops, and what arrives after this does not fly. */
  takeBack: (removal: { key?: string; senderId?: string; untilMs?: number }) => void;
}

const ON_SCREEN_MAX = 30;
const PIXELS_PER_SECOND = 130;
const GAP_PX = 36;
const FLOWN_MAX = 500;

/** Chat lines that fly over the picture. Decoration: the chat beside it has every line. Still where motion is not wanted. */
export const Danmaku = memo(function Danmaku({
  handle,
  enabled,
}: {
  handle: RefObject<DanmakuHandle | null>;
  enabled: boolean;
}) {
  const layerRef = useRef<HTMLDivElement>(null);
  const lanes = useRef<Lane[]>([]);
  const flown = useRef(new Set<string>());
  const taken = useRef(new TakenBack());
  useImperativeHandle(handle, () => ({
    fly({ key, senderId, text, own, atMs }) {
      const layer = layerRef.current;
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!layer || !enabled || calm || document.hidden) return;
      if (!own && layer.childElementCount >= ON_SCREEN_MAX) return;
      if (flown.current.has(key) || taken.current.has({ key, senderId, atMs }) || text.trim() === "") return;
      const now = performance.now();
      const picked = pickLane(lanes.current, laneCount(layer.clientHeight), now, own);
      if (picked === null) return;
      remember(flown.current, key);
      const line = document.createElement("bdi");
      line.className = classes.line ?? "";
      line.dataset.own = String(own);
      line.dataset.key = key;
      line.dataset.sender = senderId;
      line.dir = "auto";
      line.textContent = text;
      line.style.insetBlockStart = `${picked.lane * LANE_HEIGHT_PX}px`;
      layer.append(line);
      // It enters behind the one before it, which flies as fast: they never meet.
      const startPx = layer.clientWidth + (picked.waitMs / 1000) * PIXELS_PER_SECOND;
      const widthPx = line.offsetWidth;
      lanes.current[picked.lane] = {
        freeAtMs: now + picked.waitMs + ((widthPx + GAP_PX) / PIXELS_PER_SECOND) * 1000,
      };
      const flight = line.animate(
        [{ transform: `translateX(${startPx}px)` }, { transform: `translateX(${-widthPx}px)` }],
        { duration: ((startPx + widthPx) / PIXELS_PER_SECOND) * 1000, easing: "linear" },
      );
      flight.onfinish = () => line.remove();
    },
    takeBack({ key, senderId, untilMs }) {
      taken.current.add({ key, senderId, untilMs });
      for (const line of layerRef.current?.querySelectorAll<HTMLElement>("[data-key]") ?? []) {
        if (line.dataset.key === key || line.dataset.sender === senderId) line.remove();
      }
    },
  }));
  useEffect(() => {
    if (!enabled) layerRef.current?.replaceChildren();
  }, [enabled]);
  return <div ref={layerRef} className={classes.layer} aria-hidden data-testid="danmaku" />;
});

function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  const [oldest] = keys;
  if (keys.size > FLOWN_MAX && oldest !== undefined) keys.delete(oldest);
}
