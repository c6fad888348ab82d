import type { LuckyClaim, RainEndReason, RainFacts, RainPacket, RainResult } from "@/domain/contracts/rain";
import type { ClientErrorName } from "../../../lib/api-error";

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
  remark: string | null;
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

export function mergeFacts(
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
    remark: facts.remark,
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

export function win(state: RainState, packets: readonly RainPacket[]): RainState {
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
export function learnClock(state: RainState, serverMs: number, localMs: number): RainState {
  const aheadMs = serverMs - localMs;
  if (state.clockAheadMs !== null && state.clockAheadMs >= aheadMs) return state;
  return { ...state, clockAheadMs: aheadMs };
}

export function blankView(size: { rainId: string; budgetCoins: number; packetCount: number }): RainView {
  return {
    rainId: size.rainId,
    budgetCoins: size.budgetCoins,
    packetCount: size.packetCount,
    claimsPerViewer: 1,
    remark: null,
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

export function put(state: RainState, view: RainView): RainState {
  return { ...state, rains: new Map(state.rains).set(view.rainId, view) };
}

export function changeMine(state: RainState, rainId: string, change: (mine: MyRain) => MyRain): RainState {
  const mine = state.mine.get(rainId) ?? NOTHING_MINE;
  return { ...state, mine: new Map(state.mine).set(rainId, change(mine)) };
}

export function changeClaim(
  state: RainState,
  rainId: string,
  change: (claim: NonNullable<MyRain["claim"]>) => MyRain["claim"],
): RainState {
  if (!state.mine.get(rainId)?.claim) return state;
  return changeMine(state, rainId, (mine) => ({ ...mine, claim: mine.claim && change(mine.claim) }));
}

function parseTime(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
