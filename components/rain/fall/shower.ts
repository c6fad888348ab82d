import { PACKET_HEIGHT, PACKET_WIDTH } from "../art/red-packet-svg";
import { type Burst, burstAt, createBurst } from "./burst";
import { DEPTHS, type FallPlan, isHit, type Pose, planFall, poseAt, spawnEveryMs } from "./plan-fall";
import { loadSprites, type Sprites } from "./sprites";

interface Falling {
  plan: FallPlan;
  bornMs: number;
  /** Until when it shakes, because it was tapped and did not open. */
  shakesUntilMs: number;
}

/** More would only cost frames: what is off the screen makes room. */
const ON_SCREEN_MAX = 40;
const PIXEL_RATIO_MAX = 2;
const SHAKE_MS = 360;
const TALL = PACKET_HEIGHT / PACKET_WIDTH;
/** After a pause, say in a hidden tab, packets do not make up for the time. */
const CATCH_UP_MS_MAX = 400;
/** A screen that cannot keep up gets fewer pixels and fewer packets. */
const SLOW_FRAME_MS = 26;
const FRAMES_JUDGED = 45;
const OPENED_BY_BUTTON = { widthPx: 76, paint: "vermilion" } as const;

/**
 * Packets that rain over a canvas and can be hit. It draws only while something falls. Everything moves by formula from the
 * time it began, so that a slow frame skips and never slows down.
 */
export class Shower {
  #falling: Falling[] = [];
  #bursts: Burst[] = [];
  #sprites: Sprites | null = null;
  #isRaining = false;
  #frame = 0;
  #spawnAtMs = 0;
  #lastMs = 0;
  #slowness = 0;
  #framesJudged = 0;
  #isThin = false;
  readonly #pen: CanvasRenderingContext2D | null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly random: () => number = Math.random,
  ) {
    this.#pen = canvas.getContext("2d");
    void loadSprites(this.#pixelRatio).then((sprites) => {
      this.#sprites = sprites;
    });
  }

  get #pixelRatio(): number {
    return this.#isThin ? 1 : Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_MAX);
  }

  /** While false, what falls already still reaches the ground. */
  rain(isRaining: boolean): void {
    this.#isRaining = isRaining;
    if (isRaining) this.#wake();
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#isRaining = false;
    this.#falling = [];
  }

  /** The packet at a point of the canvas, nearest first. */
  find(x: number, y: number): Falling | null {
    const nowMs = performance.now();
    const hits = this.#falling.filter((packet) => isHit(packet.plan, this.#poseOf(packet, nowMs), x, y));
    return hits.reduce<Falling | null>(
      (best, hit) => (best && best.plan.depth > hit.plan.depth ? best : hit),
      null,
    );
  }

  open(packet: Falling): void {
    const nowMs = performance.now();
    const { x, y } = this.#poseOf(packet, nowMs);
    this.#falling = this.#falling.filter((other) => other !== packet);
    this.#burst(x, y, packet.plan, nowMs);
  }

  /** For somebody who used the button instead of a tap. */
  openOne(): void {
    this.#burst(
      this.canvas.clientWidth / 2,
      this.canvas.clientHeight * 0.42,
      OPENED_BY_BUTTON,
      performance.now(),
    );
  }

  /** It does not open yet, but the tap was felt. */
  shake(packet: Falling): void {
    Object.assign(packet, { shakesUntilMs: performance.now() + SHAKE_MS });
  }

  #burst(x: number, y: number, of: Pick<FallPlan, "widthPx" | "paint">, nowMs: number): void {
    this.#bursts.push(createBurst(x, y, of.widthPx, of.paint, nowMs, this.random));
    this.#wake();
  }

  #wake(): void {
    if (this.#frame !== 0) return;
    this.#lastMs = 0;
    this.#frame = requestAnimationFrame(this.#step);
  }

  readonly #step = (): void => {
    // The clock of taps, not the frame's own time, which may lie before them.
    const nowMs = performance.now();
    this.#judge(nowMs);
    this.#spawn(nowMs);
    this.#falling = this.#falling.filter((packet) => nowMs - packet.bornMs < packet.plan.durationMs);
    this.#bursts = this.#bursts.filter((burst) => burstAt(burst, nowMs) !== null);
    this.#draw(nowMs);
    const goesOn = this.#isRaining || this.#falling.length > 0 || this.#bursts.length > 0;
    this.#frame = goesOn ? requestAnimationFrame(this.#step) : 0;
  };

  #judge(nowMs: number): void {
    const stepMs = this.#lastMs === 0 ? 0 : nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (stepMs === 0 || this.#isThin) return;
    this.#framesJudged += 1;
    this.#slowness += stepMs;
    if (this.#framesJudged < FRAMES_JUDGED) return;
    this.#isThin = this.#slowness / this.#framesJudged > SLOW_FRAME_MS;
    this.#framesJudged = 0;
    this.#slowness = 0;
  }

  #spawn(nowMs: number): void {
    if (!this.#isRaining || this.#falling.length >= ON_SCREEN_MAX) return;
    if (nowMs - this.#spawnAtMs > CATCH_UP_MS_MAX) this.#spawnAtMs = nowMs;
    if (nowMs < this.#spawnAtMs) return;
    const { clientWidth: widthPx, clientHeight: heightPx } = this.canvas;
    const previous = this.#falling.at(-1)?.plan.lane ?? null;
    const plan = planFall({ widthPx, heightPx }, previous, this.random);
    this.#falling.push({ plan, bornMs: nowMs, shakesUntilMs: 0 });
    this.#spawnAtMs += spawnEveryMs(widthPx) * (this.#isThin ? 2 : 1);
  }

  #poseOf({ plan, bornMs, shakesUntilMs }: Falling, nowMs: number): Pose {
    const pose = poseAt(plan, (nowMs - bornMs) / plan.durationMs);
    const left = (shakesUntilMs - nowMs) / SHAKE_MS;
    return left > 0 ? { ...pose, angle: pose.angle + Math.sin(left * Math.PI * 6) * 0.16 * left } : pose;
  }

  #draw(nowMs: number): void {
    const { canvas } = this;
    const pen = this.#pen;
    const sprites = this.#sprites;
    if (!pen || !sprites) return;
    const ratio = this.#pixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    const put = (image: CanvasImageSource | undefined, pose: Pose, widthPx: number, heightPx: number) => {
      if (!image) return;
      const [cos, sin] = [Math.cos(pose.angle) * ratio, Math.sin(pose.angle) * ratio];
      pen.setTransform(cos, sin, -sin, cos, pose.x * ratio, pose.y * ratio);
      pen.drawImage(image, -widthPx / 2, -heightPx / 2, widthPx, heightPx);
    };
    for (let depth = 0; depth < DEPTHS.length; depth++) {
      for (const packet of this.#falling) {
        const { plan } = packet;
        if (plan.depth !== depth) continue;
        put(sprites.sealed.get(plan.paint), this.#poseOf(packet, nowMs), plan.widthPx, plan.widthPx * TALL);
      }
    }
    for (const burst of this.#bursts) {
      const frame = burstAt(burst, nowMs);
      if (!frame) continue;
      pen.setTransform(ratio, 0, 0, ratio, burst.x * ratio, burst.y * ratio);
      pen.globalAlpha = frame.ring.opacity;
      pen.strokeStyle = "#ffe19a";
      pen.lineWidth = 5;
      pen.beginPath();
      pen.arc(0, 0, frame.ring.radiusPx, 0, Math.PI * 2);
      pen.stroke();
      const side = burst.widthPx * frame.packet.scale;
      pen.globalAlpha = frame.packet.opacity;
      put(sprites.opened.get(burst.paint), { ...burst, angle: 0 }, side, side * TALL);
      pen.globalAlpha = frame.coinOpacity;
      for (const coin of frame.coins) put(sprites.coin, coin, coin.sizePx, coin.sizePx);
      pen.globalAlpha = 1;
    }
  }
}
