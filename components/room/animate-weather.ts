import { hashOf, seededRandom } from "../lib/seeded";

const FRAME_MS = 33;
const DROPS = 110;
const LANTERNS = 16;
const RIPPLES = 12;

interface Particle {
  x: number;
  y: number;
  /** 0.35 far … 1 near: near ones are larger and faster. */
  depth: number;
  phase: number;
}

/** Draws rain, ripples and lanterns until the returned function is called; one still frame where motion is not wanted. */
export function animateWeather(canvas: HTMLCanvasElement, seed: string): () => void {
  const context = canvas.getContext("2d");
  if (!context) return () => {};
  const paint = context;
  const random = seededRandom(hashOf(seed));
  const particle = (): Particle => ({
    x: random(),
    y: random(),
    depth: 0.35 + random() * 0.65,
    phase: random() * Math.PI * 2,
  });
  const drops = Array.from({ length: DROPS }, particle);
  const lanterns = Array.from({ length: LANTERNS }, particle);
  const ripples = Array.from({ length: RIPPLES }, particle);
  const lanternSprite = createLanternSprite();
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
    paint.setTransform(scale, 0, 0, scale, 0, 0);
    draw(drawnAtMs);
  }

  function drawLanterns(seconds: number): void {
    for (const { x, y, depth, phase } of lanterns) {
      const rise = (y + seconds * 0.016 * depth) % 1.1;
      const left = x * width + Math.sin(seconds * 0.5 + phase) * 18;
      const size = 64 * depth;
      paint.globalAlpha = 0.5 + 0.28 * Math.sin(seconds * 0.9 + phase);
      paint.drawImage(lanternSprite, left - size / 2, (1.05 - rise) * height - size / 2, size, size);
    }
    paint.globalAlpha = 1;
  }

  function drawRain(seconds: number): void {
    for (const near of [false, true]) {
      paint.beginPath();
      paint.lineWidth = near ? 1.5 : 0.9;
      paint.strokeStyle = near ? "rgba(235, 240, 255, 0.36)" : "rgba(220, 228, 255, 0.24)";
      for (const { x, y, depth } of drops) {
        if (depth > 0.72 !== near) continue;
        const fall = (y + seconds * (0.6 + depth * 0.8)) % 1.15;
        const length = 12 + depth * 24;
        const top = fall * (height + length) - length;
        const left = ((x + fall * 0.06) % 1) * width;
        paint.moveTo(left, top);
        paint.lineTo(left + length * 0.12, top + length);
      }
      paint.stroke();
    }
  }

  function drawRipples(seconds: number): void {
    paint.lineWidth = 1;
    for (const { x, y, depth, phase } of ripples) {
      const age = (seconds * 0.8 + phase) % 1;
      const spread = 4 + age * 26 * depth;
      paint.strokeStyle = `rgba(226, 234, 255, ${(0.3 * (1 - age)).toFixed(3)})`;
      paint.beginPath();
      paint.ellipse(x * width, height * (0.9 + y * 0.09), spread, spread * 0.26, 0, 0, Math.PI * 2);
      paint.stroke();
    }
  }

  function draw(nowMs: number): void {
    const seconds = nowMs / 1000;
    paint.clearRect(0, 0, width, height);
    drawLanterns(seconds);
    drawRain(seconds);
    drawRipples(seconds);
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

/** A paper lantern with its glow, painted once: a gradient per lantern per frame would cost more than all the rain. */
function createLanternSprite(): HTMLCanvasElement {
  const side = 96;
  const sprite = document.createElement("canvas");
  sprite.width = side;
  sprite.height = side;
  const paint = sprite.getContext("2d");
  if (!paint) return sprite;
  const middle = side / 2;
  const glow = paint.createRadialGradient(middle, middle, 2, middle, middle, middle);
  glow.addColorStop(0, "rgba(255, 206, 120, 0.85)");
  glow.addColorStop(0.3, "rgba(255, 160, 80, 0.32)");
  glow.addColorStop(1, "rgba(255, 130, 60, 0)");
  paint.fillStyle = glow;
  paint.fillRect(0, 0, side, side);
  const paper = paint.createLinearGradient(0, middle - 12, 0, middle + 12);
  paper.addColorStop(0, "#e2462b");
  paper.addColorStop(1, "#ffd98a");
  paint.fillStyle = paper;
  paint.beginPath();
  paint.roundRect(middle - 8, middle - 11, 16, 21, 6);
  paint.fill();
  return sprite;
}
