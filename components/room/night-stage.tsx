"use client";

import { useEffect, useRef } from "react";
import { hashOf, seededRandom } from "../lib/seeded";
import { skyOf } from "../ui/palette";
import { PersonAvatar } from "../ui/person-avatar";
import classes from "./night-stage.module.css";

interface NightStageProps {
  roomId: string;
  anchor: { userId: string; nickname: string; avatarUrl: string | null };
  isLive: boolean;
}

const FRAME_MS = 33;
const DROPS = 90;
const LANTERNS = 14;

/** What a room without a picture shows: its own night, with rain and rising lanterns, and the anchor in the middle. */
export function NightStage({ roomId, anchor, isLive }: NightStageProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const sky = skyOf(roomId);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return;
    return animateWeather(canvas, roomId);
  }, [roomId]);
  return (
    <div
      className={classes.stage}
      data-live={isLive}
      style={{ background: `linear-gradient(180deg, ${sky.high} 0%, ${sky.low} 78%, ${sky.hills} 100%)` }}
      aria-hidden
    >
      <div
        className={classes.moon}
        style={{ background: sky.light, boxShadow: `0 0 120px 40px ${sky.light}66` }}
      />
      <Hills roomId={roomId} color={sky.hills} />
      <canvas ref={canvasRef} className={classes.weather} />
      <div className={classes.shade} />
      <div className={classes.anchor}>
        <span className={classes.halo} />
        <span className={classes.halo} />
        <span className={classes.orb}>
          <PersonAvatar {...anchor} size={112} />
        </span>
      </div>
    </div>
  );
}

function Hills({ roomId, color }: { roomId: string; color: string }) {
  const random = seededRandom(hashOf(roomId) ^ 0x9e3779b9);
  const layers = [0, 1, 2].map((layer) => {
    const base = 150 + layer * 45;
    const heights = Array.from({ length: 9 }, () => base + (random() - 0.5) * (70 - layer * 14));
    const line = heights
      .map((y, i) => {
        const x = i * 100;
        if (i === 0) return `M0 ${y.toFixed(0)}`;
        const before = heights[i - 1] ?? y;
        return `C${x - 50} ${before.toFixed(0)} ${x - 50} ${y.toFixed(0)} ${x} ${y.toFixed(0)}`;
      })
      .join("");
    return `${line}V320H0Z`;
  });
  return (
    <svg className={classes.hills} viewBox="0 0 800 320" preserveAspectRatio="none" focusable="false">
      {layers.map((path, layer) => (
        <path key={path} d={path} fill={color} opacity={0.4 + layer * 0.28} />
      ))}
    </svg>
  );
}

interface Particle {
  x: number;
  y: number;
  depth: number;
  phase: number;
}

/** Draws the weather until the returned function is called; one still frame where motion is not wanted. */
function animateWeather(canvas: HTMLCanvasElement, roomId: string): () => void {
  const context = canvas.getContext("2d");
  if (!context) return () => {};
  const random = seededRandom(hashOf(roomId));
  const particle = (): Particle => ({
    x: random(),
    y: random(),
    depth: 0.35 + random() * 0.65,
    phase: random() * 6.28,
  });
  const drops = Array.from({ length: DROPS }, particle);
  const lanterns = Array.from({ length: LANTERNS }, particle);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let width = 0;
  let height = 0;
  let frame = 0;
  let drawnAtMs = 0;

  function fit(): void {
    const scale = Math.min(window.devicePixelRatio, 1.5);
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context?.setTransform(scale, 0, 0, scale, 0, 0);
    draw(drawnAtMs);
  }

  function draw(nowMs: number): void {
    if (!context) return;
    const t = nowMs / 1000;
    context.clearRect(0, 0, width, height);
    for (const lantern of lanterns) {
      const y = (1 - ((lantern.y + t * 0.018 * lantern.depth) % 1)) * height;
      const x = lantern.x * width + Math.sin(t * 0.5 + lantern.phase) * 18;
      const glow = 0.45 + 0.25 * Math.sin(t * 0.9 + lantern.phase);
      const radius = 9 * lantern.depth;
      const light = context.createRadialGradient(x, y, 0, x, y, radius * 2.6);
      light.addColorStop(0, `rgba(255, 214, 130, ${glow})`);
      light.addColorStop(1, "rgba(255, 150, 70, 0)");
      context.fillStyle = light;
      context.fillRect(x - radius * 3, y - radius * 3, radius * 6, radius * 6);
    }
    context.lineCap = "round";
    for (const depthBand of [0, 1]) {
      context.beginPath();
      context.lineWidth = depthBand === 0 ? 0.9 : 1.6;
      context.strokeStyle = depthBand === 0 ? "rgba(220, 228, 255, 0.26)" : "rgba(235, 240, 255, 0.4)";
      for (const drop of drops) {
        if (drop.depth > 0.7 !== (depthBand === 1)) continue;
        const fall = (drop.y + t * (0.55 + drop.depth * 0.75)) % 1.15;
        const length = 12 + drop.depth * 22;
        const y = fall * (height + length) - length;
        const x = ((drop.x + fall * 0.06) % 1) * width;
        context.moveTo(x, y);
        context.lineTo(x + length * 0.12, y + length);
      }
      context.stroke();
    }
  }

  function loop(nowMs: number): void {
    if (nowMs - drawnAtMs >= FRAME_MS) {
      drawnAtMs = nowMs;
      draw(nowMs);
    }
    frame = requestAnimationFrame(loop);
  }

  function startOrStop(): void {
    cancelAnimationFrame(frame);
    if (calm.matches || document.hidden) draw(drawnAtMs);
    else frame = requestAnimationFrame(loop);
  }

  const resize = new ResizeObserver(fit);
  resize.observe(canvas);
  calm.addEventListener("change", startOrStop);
  document.addEventListener("visibilitychange", startOrStop);
  startOrStop();
  return () => {
    cancelAnimationFrame(frame);
    resize.disconnect();
    calm.removeEventListener("change", startOrStop);
    document.removeEventListener("visibilitychange", startOrStop);
  };
}
