import type {
  LuckyClaim,
  RainEndReason,
  RainFacts,
  RainPacket,
  RainResult,
  RoomRain,
} from "@/domain/contracts/rain";
import type { ClientErrorName } from "../lib/api-error";
import type { DeliveredRoomEvent } from "../push/room-event-log";

/**
 * What a room knows of its rains and of what this viewer got in them. Pure. Events may come late, twice or out of order,
 * and snapshots of `rain.current` may be older than what an event told: a rain only ever moves on. Times named `…AtMs`
 * are the server's unless they say `local`.
 */
export interface RainView {
  rainId: string;
  budgetCoins: number;
  packetCount: number;
  claimsPerViewer: number;
  durationMs: number;
  phase: "planned" | "falling" | "over";
  startsAtMs: number | null;
  endsAtMs: number | null;
  /** Null for somebody who may not claim here. */
  code: string | null;
  claimed: number;
  claimedCoins: number;
  refundedCoins: number;
  luckiest: LuckyClaim | null;
  /** Null while it is not over, and when its end is only presumed because the server speaks of it no more. */
  endReason: RainEndReason | null;
  /** When the server last spoke of it. */
  heardAtMs: number;
  /** It was falling while this page looked on: only then is it drawn, and only then is its end news. */
  witnessed: boolean;
}

/** Why this viewer gets no more of a rain. */
export type RainVerdict =
  /** As many as one viewer may get. */
  | "done"
  | "empty"
  | "ended"
  /** The server does not let this viewer claim; the error says why. */
  | "refused";

export interface MyRain {
  packets: readonly RainPacket[];
  /** The tap that has no answer yet; each try carries the same id. */
  claim: { claimId: string; attempts: number; waitsFor: "answer" | "network" | "limit" } | null;
  verdict: RainVerdict | null;
  refusal: ClientErrorName | null;
  /** On this machine's clock: before it, the next tap would be refused as too fast. */
  againAtLocalMs: number;
}

export interface RainState {
  rains: ReadonlyMap<string, RainView>;
  mine: ReadonlyMap<string, MyRain>;
  results: ReadonlyMap<string, RainResult>;
  dismissed: ReadonlySet<string>;
  /** The server's clock less this machine's; null until the server has told the time. */
  clockAheadMs: number | null;
  /** Something was heard that only a new snapshot explains. */
  mustAsk: boolean;
}

export const NO_RAINS: RainState = {
  rains: new Map(),
  mine: new Map(),
  results: new Map(),
  dismissed: new Set(),
  clockAheadMs: null,
  mustAsk: false,
};
export const NOTHING_MINE: MyRain = {
  packets: [],
  claim: null,
  verdict: null,
  refusal: null,
  againAtLocalMs: 0,
};

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

function hear(state: RainState, { event, late }: DeliveredRoomEvent, localMs: number): RainState {
  const atMs = Date.parse(event.at);
  const told = learnClock(state, atMs, localMs);
  switch (event.event) {
    case "rain.scheduled": {
      const known = told.rains.get(event.rainId);
      if (known && (known.phase !== "planned" || known.heardAtMs > atMs)) return told;
      return put(told, {
        ...(known ?? blankView(event)),
        claimsPerViewer: event.claimsPerViewer,
        durationMs: event.durationSeconds * 1000,
        startsAtMs: Date.parse(event.startsAt),
        heardAtMs: atMs,
      });
    }
    case "rain.cancelled": {
      const known = told.rains.get(event.rainId);
      if (!known || known.phase !== "planned") return told;
      return put(told, { ...known, phase: "over", endReason: "cancelled", heardAtMs: atMs });
    }
    case "rain.started": {
      const known = told.rains.get(event.rainId);
      if (known?.phase === "over") return told;
      return put(told, {
        ...(known ?? blankView(event)),
        phase: "falling",
        claimsPerViewer: event.claimsPerViewer,
        durationMs: event.durationSeconds * 1000,
        endsAtMs: Date.parse(event.endsAt),
        code: event.code,
        heardAtMs: Math.max(known?.heardAtMs ?? 0, atMs),
        // An old start says nothing about now; the snapshot does.
        witnessed: known?.witnessed || !late,
      });
    }
    case "rain.progress": {
      const known = told.rains.get(event.rainId);
      if (!known || known.phase === "planned") return late ? told : { ...told, mustAsk: true };
      if (known.endReason !== null) return told;
      const next = { ...known, heardAtMs: Math.max(known.heardAtMs, atMs) };
      if (event.claimed >= known.claimed) {
        next.claimed = event.claimed;
        next.claimedCoins = event.coins;
        next.luckiest = event.luckiest ?? known.luckiest;
      }
      return put(told, next);
    }
    case "rain.ended": {
      const known = told.rains.get(event.rainId) ?? blankView({ ...event, budgetCoins: 0, packetCount: 0 });
      return put(told, {
        ...known,
        phase: "over",
        claimed: event.claimed,
        claimedCoins: event.coins,
        refundedCoins: event.refundedCoins,
        luckiest: event.luckiest,
        endReason: event.endReason,
        heardAtMs: atMs,
      });
    }
    case "room.closed": {
      let next = told;
      for (const rain of told.rains.values()) {
        if (rain.phase === "falling" && rain.heardAtMs <= atMs) next = put(next, { ...rain, phase: "over" });
      }
      return next;
    }
    default:
      return told;
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

function mergeFacts(
  known: RainView | undefined,
  facts: RainFacts,
  phase: RainView["phase"],
  nowMs: number,
  code: string | null,
): RainView {
  const isOver = facts.status === "ended";
  // What the database has credited lags a moment behind what events told.
  const isNewer = isOver || facts.claimedCount >= (known?.claimed ?? 0);
  return {
    ...(known ?? blankView(facts)),
    budgetCoins: facts.budgetCoins,
    packetCount: facts.packetCount,
    claimsPerViewer: facts.claimsPerViewer,
    durationMs: facts.durationSeconds * 1000,
    phase,
    startsAtMs: parseTime(facts.startsAt) ?? known?.startsAtMs ?? null,
    endsAtMs: parseTime(facts.endsAt) ?? known?.endsAtMs ?? null,
    code,
    claimed: isNewer ? facts.claimedCount : (known?.claimed ?? 0),
    claimedCoins: isNewer ? facts.claimedCoins : (known?.claimedCoins ?? 0),
    refundedCoins: facts.refundedCoins,
    luckiest: (isNewer ? facts.luckiest : null) ?? known?.luckiest ?? null,
    endReason: isOver ? facts.endReason : (known?.endReason ?? null),
    heardAtMs: Math.max(known?.heardAtMs ?? 0, nowMs),
    witnessed: known?.witnessed || phase === "falling",
  };
}

function win(state: RainState, packets: readonly RainPacket[]): RainState {
  let next = state;
  for (const packet of packets) {
    next = changeMine(next, packet.rainId, (mine) => {
      const isKnown = mine.packets.some((known) => known.packetIndex === packet.packetIndex);
      const all = isKnown ? mine.packets : [...mine.packets, packet];
      const max = next.rains.get(packet.rainId)?.claimsPerViewer ?? Number.POSITIVE_INFINITY;
      return {
        ...mine,
        packets: all,
        claim: mine.claim?.claimId === packet.claimId ? null : mine.claim,
        verdict: all.length >= max ? "done" : mine.verdict,
      };
    });
  }
  return next;
}

/** An event or an answer never arrives before it was made: the largest difference seen is the nearest. */
function learnClock(state: RainState, serverMs: number, localMs: number): RainState {
  const aheadMs = serverMs - localMs;
  if (state.clockAheadMs !== null && state.clockAheadMs >= aheadMs) return state;
  return { ...state, clockAheadMs: aheadMs };
}

function blankView(size: { rainId: string; budgetCoins: number; packetCount: number }): RainView {
  return {
    rainId: size.rainId,
    budgetCoins: size.budgetCoins,
    packetCount: size.packetCount,
    claimsPerViewer: 1,
    durationMs: 0,
    phase: "planned",
    startsAtMs: null,
    endsAtMs: null,
    code: null,
    claimed: 0,
    claimedCoins: 0,
    refundedCoins: 0,
    luckiest: null,
    endReason: null,
    heardAtMs: 0,
    witnessed: false,
  };
}

function put(state: RainState, view: RainView): RainState {
  return { ...state, rains: new Map(state.rains).set(view.rainId, view) };
}

function changeMine(state: RainState, rainId: string, change: (mine: MyRain) => MyRain): RainState {
  const mine = state.mine.get(rainId) ?? NOTHING_MINE;
  return { ...state, mine: new Map(state.mine).set(rainId, change(mine)) };
}

function changeClaim(
  state: RainState,
  rainId: string,
  change: (claim: NonNullable<MyRain["claim"]>) => MyRain["claim"],
): RainState {
  if (!state.mine.get(rainId)?.claim) return state;
  return changeMine(state, rainId, (mine) => ({ ...mine, claim: mine.claim && change(mine.claim) }));
}

/** Old rains go first; what falls or comes is never among them in practice. */
function keepFew(state: RainState): RainState {
  if (state.rains.size <= RAINS_KEPT_MAX) return state;
  const newest = [...state.rains.values()].sort((a, b) => b.heardAtMs - a.heardAtMs).slice(0, RAINS_KEPT_MAX);
  return { ...state, rains: new Map(newest.map((rain) => [rain.rainId, rain])) };
}

function parseTime(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
