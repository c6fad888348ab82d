import type { Role } from "@/domain/contracts/ids";
import { type MyRain, NOTHING_MINE, type RainState, type RainView } from "./rain-view";

/** What of a room's rains is on the screen at a moment. Pure. */
export interface RainScene {
  kind: "nothing" | "countdown" | "falling" | "result";
  /** Null when there is nothing to show. */
  rain: RainView | null;
  /** The next planned one, while its time is still far. */
  planned: RainView | null;
}

/** The last seconds before a planned rain are counted down over the picture. */
export const COUNTDOWN_MS = 10_000;
/** A rain whose start or end is not heard of is shown this long after its time, while the server is asked. */
export const OVERDUE_MS = 15_000;
/** How long after its time a start or an end is asked for. */
const ASK_AFTER_MS = 4_000;
const ASK_AGAIN_MS = 10_000;

/** @param nowMs the server's clock */
export function chooseScene(state: RainState, nowMs: number): RainScene {
  const rains = [...state.rains.values()];
  const planned = rains
    .filter(
      (rain) => rain.phase === "planned" && rain.startsAtMs !== null && nowMs < rain.startsAtMs + OVERDUE_MS,
    )
    .sort((a, b) => (a.startsAtMs ?? 0) - (b.startsAtMs ?? 0))[0];
  const isNear = planned !== undefined && (planned.startsAtMs ?? 0) - nowMs <= COUNTDOWN_MS;
  const chip = planned && !isNear ? planned : null;
  const falling = newest(
    rains.filter(
      (rain) =>
        rain.phase === "falling" &&
        rain.witnessed &&
        (rain.endsAtMs === null || nowMs < rain.endsAtMs + OVERDUE_MS),
    ),
  );
  if (falling) return { kind: "falling", rain: falling, planned: chip };
  if (planned && isNear) return { kind: "countdown", rain: planned, planned: null };
  const over = newest(rains.filter((rain) => rain.phase === "over" && rain.witnessed));
  if (over && !state.dismissed.has(over.rainId)) return { kind: "result", rain: over, planned: chip };
  return { kind: "nothing", rain: null, planned: chip };
}

/** When, by the server's clock, `rain.current` should be read because something that was due has not been heard of. */
export function nextAskAtMs(state: RainState, askedAtMs: number): number | null {
  let next = state.mustAsk ? askedAtMs + ASK_AGAIN_MS : Number.POSITIVE_INFINITY;
  for (const rain of state.rains.values()) {
    const dueMs =
      rain.phase === "planned" ? rain.startsAtMs : rain.phase === "falling" ? rain.endsAtMs : null;
    if (dueMs !== null) next = Math.min(next, Math.max(dueMs + ASK_AFTER_MS, askedAtMs + ASK_AGAIN_MS));
  }
  return Number.isFinite(next) ? next : null;
}

/** What the button that grabs can do for this viewer now. */
export type GrabState =
  | "ready"
  /** A tap is on its way or being repeated. */
  | "sending"
  /** The next tap would be too fast. */
  | "cooling"
  | "done"
  | "empty"
  | "over"
  | "refused"
  | "guest"
  /** The anchor of the room. */
  | "own"
  | "barred";

export interface Grabber {
  role: Role | null;
  isAnchor: boolean;
}

/**
 * @param nowMs the server's clock
 * @param localMs this machine's clock
 */
export function grabState(
  rain: RainView,
  mine: MyRain | undefined,
  grabber: Grabber,
  nowMs: number,
  localMs: number,
): GrabState {
  const { verdict, claim, againAtLocalMs } = mine ?? NOTHING_MINE;
  if (grabber.isAnchor) return "own";
  if (verdict === "done") return "done";
  if (claim) return "sending";
  if (verdict === "refused") return "refused";
  if (rain.phase === "over" || verdict === "ended" || (rain.endsAtMs !== null && nowMs >= rain.endsAtMs))
    return "over";
  if (verdict === "empty" || (rain.packetCount > 0 && rain.claimed >= rain.packetCount)) return "empty";
  if (grabber.role === null || grabber.role === "guest") return "guest";
  if (rain.code === null) return "barred";
  return localMs < againAtLocalMs ? "cooling" : "ready";
}

export function totalCoins(mine: MyRain | undefined): number {
  return mine?.packets.reduce((sum, packet) => sum + packet.coins, 0) ?? 0;
}

function newest(rains: readonly RainView[]): RainView | null {
  return rains.reduce<RainView | null>(
    (best, rain) => (best === null || rain.heardAtMs > best.heardAtMs ? rain : best),
    null,
  );
}
