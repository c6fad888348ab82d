/** What a battle goes through, in this order; it may be closed from any of them. */
export const PK_STATES = [
  "invited",
  "accepted",
  "countdown",
  "running",
  "final",
  "frozen",
  "settled",
  "punishment",
  "closed",
] as const;
export type PkState = (typeof PK_STATES)[number];
/** What makes points: coins of all gifts, coins of one gift, or how many people gave. */
export const PK_COUNTS = ["all", "gift", "senders"] as const;
export type PkCounts = (typeof PK_COUNTS)[number];
/** `left` is by the anchor's own will, `gone` is a room that was closed or banned: both have lost. */
export const PK_SIDE_STATES = ["invited", "accepted", "declined", "left", "gone"] as const;
export type PkSideState = (typeof PK_SIDE_STATES)[number];
export const PK_END_REASONS = [
  "finished",
  "declined",
  "expired",
  "cancelled",
  "not_live",
  "stopped",
] as const;
export type PkEndReason = (typeof PK_END_REASONS)[number];
/** Why there is a winner, or none. */
export const PK_OUTCOMES = ["score", "left", "draw", "below_minimum"] as const;
export type PkOutcome = (typeof PK_OUTCOMES)[number];

export const PK_MS = {
  invited: 600_000,
  countdown: 3_000,
  final: 30_000,
  /** Gifts that were sent in time get here in this time, and the clocks of the processes differ by less. */
  frozen: 3_000,
  /** The result is shown before what follows from it. */
  settled: 5_000,
  punishment: 180_000,
} as const;
/** After the end of the window, gifts on their way are waited for this long. */
export const PK_SETTLE_WAIT_MS = 60_000;

/** Steps that the clock takes alone, with how long the next state lasts. `frozen` ends only when its gifts are known. */
export function nextByClock(
  state: PkState,
  facts: { durationSeconds: number; hasWinner: boolean },
): { state: PkState; lastsMs: number | null } | null {
  switch (state) {
    case "invited":
      return { state: "closed", lastsMs: null };
    case "accepted":
      return { state: "countdown", lastsMs: PK_MS.countdown };
    case "countdown":
      return { state: "running", lastsMs: facts.durationSeconds * 1_000 };
    case "running":
      return { state: "final", lastsMs: PK_MS.final };
    case "final":
      return { state: "frozen", lastsMs: PK_MS.frozen };
    case "settled":
      return facts.hasWinner
        ? { state: "punishment", lastsMs: PK_MS.punishment }
        : { state: "closed", lastsMs: null };
    case "punishment":
      return { state: "closed", lastsMs: null };
    case "frozen":
    case "closed":
      return null;
  }
}

export interface JudgedSide {
  anchorId: string;
  points: number;
  state: PkSideState;
}

/**
 * Who won. Who left or was closed has lost, whatever the score; a lone side that stayed wins by that. Otherwise the most
 * points win; equal ones at the top, or fewer than the minimum, have no winner.
 */
export function judgePk(
  sides: readonly JudgedSide[],
  minimumPoints: number,
): { outcome: PkOutcome; winnerId: string | null } {
  const standing = sides.filter(({ state }) => state === "accepted");
  const [only] = standing;
  if (!only) return { outcome: "draw", winnerId: null };
  if (standing.length === 1 && sides.length > 1) return { outcome: "left", winnerId: only.anchorId };
  const most = Math.max(...standing.map(({ points }) => points));
  if (most < minimumPoints) return { outcome: "below_minimum", winnerId: null };
  const first = standing.filter(({ points }) => points === most);
  const [winner] = first;
  return first.length === 1 && winner
    ? { outcome: "score", winnerId: winner.anchorId }
    : { outcome: "draw", winnerId: null };
}
