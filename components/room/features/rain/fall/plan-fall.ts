import {
  PACKET_HEIGHT,
  PACKET_PAINTS,
  PACKET_WIDTH,
  type PacketPaint,
} from "../../../../rain/art/red-packet-svg";

/** How the middle of one packet falls through an area. Pixels, degrees and milliseconds. */
export interface FallPlan {
  paint: PacketPaint;
  widthPx: number;
  fromX: number;
  toX: number;
  fromY: number;
  toY: number;
  fromDeg: number;
  toDeg: number;
  durationMs: number;
  /** Higher is nearer to the viewer. */
  depth: number;
  lane: number;
}

/** Near packets are large and fast, far ones small and slow: that is what makes the rain deep. */
export const DEPTHS = [
  { widthPx: 44, durationMs: 6_200 },
  { widthPx: 58, durationMs: 4_900 },
  { widthPx: 76, durationMs: 3_700 },
] as const;
const LANE_PX = 84;
/** The slant of the rain on the stage, as sideways pixels for each pixel down. */
const SLANT = -Math.tan((7 * Math.PI) / 180);
/** One packet in so many is of the night. */
const NIGHT_ONE_IN = 7;
const TILT_DEG_MAX = 34;
/** Taller than it is wide, and it turns: this times its width is out of sight in any position. */
const OUT_OF_SIGHT = 1.4;

/** @param previousLane where the last one fell; the next one falls elsewhere */
export function planFall(
  area: { widthPx: number; heightPx: number },
  previousLane: number | null,
  random: () => number,
): FallPlan {
  const depth = Math.floor(random() * DEPTHS.length);
  const { widthPx, durationMs } = DEPTHS[depth] ?? DEPTHS[0];
  const fromY = -widthPx * OUT_OF_SIGHT;
  const toY = area.heightPx + widthPx * OUT_OF_SIGHT;
  const drift = (toY - fromY) * SLANT;
  // What drifts in from the right fills the right edge as well.
  const lanes = Math.max(2, Math.ceil((area.widthPx - drift) / LANE_PX));
  const free = Math.floor(random() * (previousLane === null ? lanes : lanes - 1));
  const lane = previousLane !== null && free >= previousLane ? free + 1 : free;
  const fromX = ((lane + random()) / lanes) * (area.widthPx - drift);
  const tilt = (random() - 0.5) * TILT_DEG_MAX;
  const isNight = random() * NIGHT_ONE_IN < 1;
  const common = PACKET_PAINTS.filter((paint) => paint !== "night");
  return {
    paint: isNight ? "night" : (common[Math.floor(random() * common.length)] ?? "vermilion"),
    widthPx,
    fromX,
    toX: fromX + drift,
    fromY,
    toY,
    fromDeg: tilt,
    toDeg: tilt + (random() - 0.5) * 2 * TILT_DEG_MAX,
    durationMs: durationMs * (0.9 + random() * 0.2),
    depth,
    lane,
  };
}

/** Packets a second grow with the width: one lives about five seconds on a strip this wide. */
const SPAWN_PX_MS = 140_000;
const SPAWN_EVERY_MS_MIN = 130;
const SPAWN_EVERY_MS_MAX = 210;

/** The pause between two packets: a wide stage has more of them, a phone fewer. */
export function spawnEveryMs(widthPx: number): number {
  const everyMs = SPAWN_PX_MS / Math.max(widthPx, 1);
  return Math.min(SPAWN_EVERY_MS_MAX, Math.max(SPAWN_EVERY_MS_MIN, everyMs));
}

export interface Pose {
  /** The middle of the packet. */
  x: number;
  y: number;
  angle: number;
}

/** @param progress from 0 to 1 */
export function poseAt(plan: FallPlan, progress: number): Pose {
  const between = (from: number, to: number) => from + (to - from) * progress;
  return {
    x: between(plan.fromX, plan.toX),
    y: between(plan.fromY, plan.toY),
    angle: (between(plan.fromDeg, plan.toDeg) * Math.PI) / 180,
  };
}

/** A thumb is larger than a far packet: so much beside it still counts. */
const REACH_PX = 12;

/** Whether a tap is on the packet, turned as it is. */
export function isHit(plan: FallPlan, pose: Pose, x: number, y: number): boolean {
  const [dx, dy] = [x - pose.x, y - pose.y];
  const across = Math.cos(pose.angle) * dx + Math.sin(pose.angle) * dy;
  const along = Math.cos(pose.angle) * dy - Math.sin(pose.angle) * dx;
  const halfWidth = plan.widthPx / 2;
  const halfHeight = (halfWidth * PACKET_HEIGHT) / PACKET_WIDTH;
  return Math.abs(across) <= halfWidth + REACH_PX && Math.abs(along) <= halfHeight + REACH_PX;
}
