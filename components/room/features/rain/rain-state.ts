import type { RainPacket, RainResult, RoomRain } from "@/domain/contracts/rain";
import type { DeliveredRoomEvent } from "@/push/client/room-event-log";
import type { ClientErrorName } from "../../../lib/api-error";
import { hear } from "./hear-rain";
import {
  changeClaim,
  changeMine,
  learnClock,
  type MyRain,
  mergeFacts,
  put,
  type RainState,
  win,
} from "./rain-view";

export type RainAction =
  | { type: "heard"; delivered: readonly DeliveredRoomEvent[]; localMs: number }
  | { type: "read"; snapshot: RoomRain; localMs: number }
  | { type: "resultRead"; result: RainResult }
  | { type: "tapped"; rainId: string; claimId: string; localMs: number }
  | { type: "attempted"; rainId: string }
  | { type: "won"; packet: RainPacket }
  | { type: "unanswered"; rainId: string }
  | { type: "limited"; rainId: string; againAtLocalMs: number }
  | { type: "refused"; rainId: string; error: ClientErrorName }
  | { type: "dismissed"; rainId: string };

/** One claim a second per viewer and rain. */
export const CLAIM_EVERY_MS = 1_000;
/** A snapshot without a rain that was heard of this recently may have been taken before it. */
export const SNAPSHOT_DOUBT_MS = 2_000;
const RAINS_KEPT_MAX = 8;

export function reduceRain(state: RainState, action: RainAction): RainState {
  switch (action.type) {
    case "heard":
      return keepFew(action.delivered.reduce((next, entry) => hear(next, entry, action.localMs), state));
    case "read":
      return keepFew(read(state, action.snapshot, action.localMs));
    case "resultRead":
      return takeResult(state, action.result);
    case "tapped":
      return changeMine(state, action.rainId, (mine) => ({
        ...mine,
        claim: { claimId: action.claimId, attempts: 0, waitsFor: "answer" },
        againAtLocalMs: action.localMs + CLAIM_EVERY_MS,
      }));
    case "attempted":
      return changeClaim(state, action.rainId, (claim) => ({
        ...claim,
        attempts: claim.attempts + 1,
        waitsFor: "answer",
      }));
    case "won":
      return win(state, [action.packet]);
    case "unanswered":
      return changeClaim(state, action.rainId, (claim) => ({ ...claim, waitsFor: "network" }));
    case "limited": {
      const next = changeClaim(state, action.rainId, (claim) => ({ ...claim, waitsFor: "limit" }));
      return changeMine(next, action.rainId, (mine) => ({ ...mine, againAtLocalMs: action.againAtLocalMs }));
    }
    case "refused":
      return changeMine(state, action.rainId, (mine) => ({
        ...mine,
        claim: null,
        ...verdictOf(action.error),
      }));
    case "dismissed":
      return { ...state, dismissed: new Set([...state.dismissed, action.rainId]) };
  }
}

function verdictOf(error: ClientErrorName): Pick<MyRain, "verdict" | "refusal"> {
  switch (error) {
    case "RAIN_ALREADY_CLAIMED":
      return { verdict: "done", refusal: null };
    case "RAIN_EMPTY":
      return { verdict: "empty", refusal: null };
    case "RAIN_ENDED":
      return { verdict: "ended", refusal: null };
    case "RAIN_NOT_STARTED":
      // A server that has not heard of the start yet: the next tap may well succeed.
      return { verdict: null, refusal: null };
    default:
      return { verdict: "refused", refusal: error };
  }
}

function read(state: RainState, snapshot: RoomRain, localMs: number): RainState {
  const nowMs = Date.parse(snapshot.now);
  let next: RainState = { ...learnClock(state, nowMs, localMs), mustAsk: false };
  const { current, upcoming, mine } = snapshot;
  if (current && current.status === "started") {
    const known = next.rains.get(current.rainId);
    if (known?.endReason == null)
      next = put(next, mergeFacts(known, current, "falling", nowMs, current.code));
  } else if (current) {
    const known = next.rains.get(current.rainId);
    if (known) next = put(next, { ...mergeFacts(known, current, "over", nowMs, known.code) });
  }
  if (upcoming) {
    const known = next.rains.get(upcoming.rainId);
    if (!known || (known.phase === "planned" && known.heardAtMs <= nowMs)) {
      next = put(next, mergeFacts(known, upcoming, "planned", nowMs, null));
    }
  }
  for (const rain of next.rains.values()) {
    if (rain.rainId === current?.rainId || rain.rainId === upcoming?.rainId || rain.phase === "over")
      continue;
    if (nowMs - rain.heardAtMs < SNAPSHOT_DOUBT_MS) next = { ...next, mustAsk: true };
    else if (rain.phase === "falling") next = put(next, { ...rain, phase: "over" });
    else if (!upcoming) next = put(next, { ...rain, phase: "over", endReason: "cancelled" });
  }
  return win(next, mine);
}

function takeResult(state: RainState, result: RainResult): RainState {
  const known = state.rains.get(result.rainId);
  if (!known) return state;
  const next = put(state, mergeFacts(known, result, known.phase, known.heardAtMs, known.code));
  return win({ ...next, results: new Map(next.results).set(result.rainId, result) }, result.mine);
}

/** Old rains go first; what falls or comes is never among them in practice. */
function keepFew(state: RainState): RainState {
  if (state.rains.size <= RAINS_KEPT_MAX) return state;
  const newest = [...state.rains.values()].sort((a, b) => b.heardAtMs - a.heardAtMs).slice(0, RAINS_KEPT_MAX);
  return { ...state, rains: new Map(newest.map((rain) => [rain.rainId, rain])) };
}
