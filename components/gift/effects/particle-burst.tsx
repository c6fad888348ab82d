import { useEffect, useRef } from "react";
import { scatter } from "../art/svg-kit";
import { createBurst, drawParticles, stepParticles } from "./particles";

const SIDE_PX = 300;
const STEP_S_MAX = 0.05;

/** One spray of particles from the middle of a square canvas; it draws only while particles live. */
export function ParticleBurst({
  effect,
  count,
  seed,
  className,
}: {
  effect: string;
  count: number;
  seed: number;
  className?: string;
}) {
  const canvasRef = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const canvas = canvasRef.current;
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return;
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = SIDE_PX * scale;
    canvas.height = SIDE_PX * scale;
    pen.scale(scale, scale);
    let particles = createBurst(effect, SIDE_PX / 2, SIDE_PX / 2, count, scatter(seed));
    let lastMs: number | undefined;
    let frame = requestAnimationFrame(function draw(nowMs) {
      const stepS = lastMs === undefined ? 0 : Math.min((nowMs - lastMs) / 1_000, STEP_S_MAX);
      lastMs = nowMs;
      particles = stepParticles(particles, stepS);
      pen.clearRect(0, 0, SIDE_PX, SIDE_PX);
      drawParticles(pen, particles);
      if (particles.length > 0) frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [effect, count, seed]);

  return <canvas ref={canvasRef} className={className} style={{ width: SIDE_PX, height: SIDE_PX }} />;
}
