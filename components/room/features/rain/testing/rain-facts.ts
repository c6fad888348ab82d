import type { RoomEvent } from "@/domain/contracts/events";
import type { RainFacts, RainPacket, RainResult, RoomRain } from "@/domain/contracts/rain";
import type { DeliveredRoomEvent } from "@/push/client/room-event-log";

/** The time of the server at second 0 of a test. */
export const START_MS = Date.parse("2030-01-01T20:00:00.000Z");
export const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();

const SIZE = { rainId: "rain-1", budgetCoins: 8_888, packetCount: 100, commitment: "c".repeat(64) };
let seq = 0;
type Body<N extends RoomEvent["event"]> = Partial<Extract<RoomEvent, { event: N }>>;

function deliver(event: unknown, late: boolean): DeliveredRoomEvent {
  return { event: event as RoomEvent, late };
}

const facts = (second: number) => ({ seq: ++seq, at: at(second), traceId: "0".repeat(32) });

export function scheduled(second: number, startsAtSecond: number, body: Body<"rain.scheduled"> = {}) {
  const startsAt = at(startsAtSecond);
  const rest = { ...SIZE, startsAt, durationSeconds: 30, claimsPerViewer: 1, ...body };
  return deliver({ event: "rain.scheduled", ...facts(second), ...rest }, false);
}

export function started(second: number, body: Body<"rain.started"> = {}, late = false) {
  const rest = {
    ...SIZE,
    code: "code-of-16-letters",
    claimsPerViewer: 1,
    durationSeconds: 30,
    endsAt: at(second + 30),
    packetsDigest: "d".repeat(64),
    ...body,
  };
  return deliver({ event: "rain.started", ...facts(second), ...rest }, late);
}

export function progress(second: number, claimed: number, body: Body<"rain.progress"> = {}) {
  const rest = { rainId: SIZE.rainId, claimed, coins: claimed * 80, luckiest: null, ...body };
  return deliver({ event: "rain.progress", ...facts(second), ...rest }, false);
}

export function ended(second: number, body: Body<"rain.ended"> = {}, late = false) {
  const rest = {
    rainId: SIZE.rainId,
    claimed: 100,
    coins: 8_888,
    refundedCoins: 0,
    luckiest: null,
    serverSeed: "5".repeat(64),
    endReason: "all_grabbed",
    ...body,
  };
  return deliver({ event: "rain.ended", ...facts(second), ...rest }, late);
}

export function cancelled(second: number) {
  return deliver({ event: "rain.cancelled", ...facts(second), rainId: SIZE.rainId }, false);
}

export function roomClosed(second: number) {
  return deliver({ event: "room.closed", ...facts(second), sessionId: "s" }, false);
}

export function rainFacts(body: Partial<RainFacts> = {}): RainFacts {
  return {
    ...SIZE,
    roomId: "room-1",
    anchor: { userId: "anchor-1", nickname: "Yun" },
    status: "started",
    endReason: null,
    durationSeconds: 30,
    claimsPerViewer: 1,
    remark: null,
    packetsDigest: "d".repeat(64),
    startsAt: null,
    startedAt: at(0),
    endsAt: at(30),
    endedAt: null,
    claimedCount: 0,
    claimedCoins: 0,
    refundedCoins: 0,
    luckiest: null,
    ...body,
  };
}

export const packet = (claimId: string, coins = 88, packetIndex = 3): RainPacket => ({
  rainId: SIZE.rainId,
  claimId,
  packetIndex,
  coins,
});

export function snapshot(second: number, body: Partial<RoomRain> = {}): RoomRain {
  return { current: null, upcoming: null, mine: [], now: at(second), ...body };
}

export const falling = (body: Partial<RainFacts & { code: string | null }> = {}) => ({
  ...rainFacts(),
  code: "code-of-16-letters",
  ...body,
});

export function rainResult(body: Partial<RainResult> = {}): RainResult {
  return {
    ...rainFacts({
      status: "ended",
      endReason: "all_grabbed",
      endedAt: at(12),
      claimedCount: 100,
      claimedCoins: 8_888,
    }),
    luckiestBoard: [],
    mine: [],
    viewers: 100,
    series: [],
    ...body,
  };
}
