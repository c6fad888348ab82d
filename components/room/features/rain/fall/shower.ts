import { afterPaint } from "../../../../lib/after-paint";
import { PACKET_HEIGHT, PACKET_WIDTH, type PacketPaint, PICTURES } from "../../../../rain/art/red-packet-svg";
import { BURST_MS, type BurstFrame, burstAt, createBurst, PACKET_SCALE_MAX, RING_SCALE_MAX } from "./burst";
import { createPicture, createPiece } from "./pieces";
import { DEPTHS, type FallPlan, isHit, type Pose, planFall, poseAt, spawnEveryMs } from "./plan-fall";
import classes from "./shower.module.css";

interface Falling {
  plan: FallPlan;
  bornMs: number;
  element: HTMLElement;
}

/** More would only cost frames: what is off the screen makes room. */
const ON_SCREEN_MAX = 40;
const SHAKE_MS = 360;
const SHAKE_DEG = [0, 9, -8, 6, -5, 3, 0];
const TALL = PACKET_HEIGHT / PACKET_WIDTH;
/** After a pause, say in a hidden tab, packets do not make up for the time. */
const CATCH_UP_MS_MAX = 400;
const OPENED_BY_BUTTON = { widthPx: 76, paint: "vermilion" } as const;
/** What flies out of a packet goes along so many straight lines, too short to be told from a curve. */
const BURST_LINES = 9;

/**
 * Packets that rain over an area and can be hit. Each is an element whose whole way is handed to the compositor when it
 * begins: the thread that answers taps draws nothing while they fall, and a slow frame skips and never slows down. Where
 * a packet is follows from the time, so that a tap reads nothing from the page either.
 */
export class Shower {
  #falling: Falling[] = [];
  #isRaining = false;
  #spawnAtMs = 0;
  #spawnTimer: ReturnType<typeof setTimeout> | undefined;
  /** Elements that have fallen, by their looks: what was drawn once falls again. */
  readonly #resting = new Map<string, HTMLElement[]>();
  /** One for each depth, the nearest last. */
  readonly #layers: readonly HTMLElement[];

  constructor(
    private readonly area: HTMLElement,
    private readonly random: () => number = Math.random,
  ) {
    this.#layers = DEPTHS.map(() => area.appendChild(document.createElement("div")));
  }

  /** While false, what falls already still reaches the ground. */
  rain(isRaining: boolean): void {
    if (isRaining === this.#isRaining) return;
    this.#isRaining = isRaining;
    clearTimeout(this.#spawnTimer);
    if (isRaining) this.#spawn();
  }

  stop(): void {
    this.rain(false);
    this.#falling = [];
    this.#resting.clear();
    this.area.replaceChildren();
  }

  /** The packet at a point of the area, nearest first. */
  find(x: number, y: number): Falling | null {
    const nowMs = performance.now();
    const hits = this.#falling.filter((packet) => isHit(packet.plan, poseOf(packet, nowMs), x, y));
    return hits.reduce<Falling | null>(
      (best, hit) => (best && best.plan.depth > hit.plan.depth ? best : hit),
      null,
    );
  }

  open(packet: Falling): void {
    const { x, y } = poseOf(packet, performance.now());
    this.#rest(packet);
    this.#burst(x, y, packet.plan);
  }

  /** For somebody who used the button instead of a tap. */
  openOne(): void {
    this.#burst(this.area.clientWidth / 2, this.area.clientHeight * 0.42, OPENED_BY_BUTTON);
  }

  /** It does not open yet, but the tap was felt. */
  shake({ element }: Falling): void {
    const turns = SHAKE_DEG.map((deg) => ({ transform: `rotate(${deg}deg)` }));
    element.firstElementChild?.animate(turns, SHAKE_MS);
  }

  #spawn(): void {
    const nowMs = performance.now();
    const { clientWidth: widthPx, clientHeight: heightPx } = this.area;
    if (nowMs - this.#spawnAtMs > CATCH_UP_MS_MAX) this.#spawnAtMs = nowMs;
    if (this.#falling.length < ON_SCREEN_MAX && !document.hidden) {
      const previous = this.#falling.at(-1)?.plan.lane ?? null;
      this.#drop(planFall({ widthPx, heightPx }, previous, this.random), nowMs);
    }
    this.#spawnAtMs += spawnEveryMs(widthPx);
    this.#spawnTimer = setTimeout(() => this.#spawn(), Math.max(0, this.#spawnAtMs - nowMs));
  }

  #drop(plan: FallPlan, bornMs: number): void {
    const element = this.#resting.get(looksOf(plan))?.pop() ?? this.#draw(plan);
    const packet: Falling = { plan, bornMs, element };
    this.#falling.push(packet);
    const fall = element.animate([toKeyframe(poseAt(plan, 0)), toKeyframe(poseAt(plan, 1))], plan.durationMs);
    fall.startTime = bornMs;
    fall.onfinish = () => this.#rest(packet);
  }

  #draw({ widthPx, paint, depth }: FallPlan): HTMLElement {
    const element = createPiece(classes.packet, widthPx, widthPx * TALL);
    element.append(createPicture(PICTURES.sealed.get(paint)));
    this.#layers[depth]?.append(element);
    return element;
  }

  /** Without an animation it lies out of sight, until it falls again. */
  #rest(packet: Falling): void {
    this.#falling = this.#falling.filter((other) => other !== packet);
    for (const animation of packet.element.getAnimations({ subtree: true })) animation.cancel();
    const looks = looksOf(packet.plan);
    this.#resting.set(looks, [...(this.#resting.get(looks) ?? []), packet.element]);
  }

  #burst(x: number, y: number, of: { widthPx: number; paint: PacketPaint }): void {
    const burst = createBurst(this.random);
    const frames = Array.from({ length: BURST_LINES + 1 }, (_, i) => burstAt(burst, i / BURST_LINES));
    const place = document.createElement("div");
    place.className = classes.burst ?? "";
    place.style.translate = `${x}px ${y}px`;
    const fly = (piece: HTMLElement, keyframeOf: (frame: BurstFrame) => Keyframe) => {
      place.append(piece);
      piece.animate(frames.map(keyframeOf), { duration: BURST_MS, fill: "forwards" });
    };
    // Drawn as large as they become, so that they stay sharp.
    const ringPx = of.widthPx * RING_SCALE_MAX;
    fly(createPiece(classes.ring, ringPx, ringPx), ({ ring }) => ({
      transform: `scale(${ring.scale / RING_SCALE_MAX})`,
      opacity: ring.opacity,
    }));
    const openedPx = of.widthPx * PACKET_SCALE_MAX;
    const opened = createPiece(classes.flying, openedPx, openedPx * TALL);
    opened.append(createPicture(PICTURES.opened.get(of.paint)));
    fly(opened, ({ packet }) => ({
      transform: `scale(${packet.scale / PACKET_SCALE_MAX})`,
      opacity: packet.opacity,
    }));
    this.area.append(place);
    // The packet has opened by then, and its coins fly out of it.
    void afterPaint().then(() => {
      for (const [i, { sizePx }] of burst.coins.entries()) {
        const coin = createPiece(classes.flying, sizePx, sizePx);
        coin.append(createPicture(PICTURES.coin));
        fly(coin, (frame) => ({ ...toKeyframe(frame.coins[i] ?? NOWHERE), opacity: frame.coinOpacity }));
      }
      setTimeout(() => place.remove(), BURST_MS);
    });
  }
}

const NOWHERE: Pose = { x: 0, y: 0, angle: 0 };

function poseOf({ plan, bornMs }: Falling, nowMs: number): Pose {
  return poseAt(plan, (nowMs - bornMs) / plan.durationMs);
}

function looksOf({ paint, depth }: FallPlan): string {
  return `${paint} ${depth}`;
}

function toKeyframe({ x, y, angle }: Pose): Keyframe {
  return { transform: `translate(${x}px, ${y}px) rotate(${angle}rad)` };
}
