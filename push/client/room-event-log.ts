import type { RoomEvent } from "@/domain/contracts/events";
import { identitiesOf } from "@/domain/contracts/room-events";

/**
 * Puts a room's events in order. Push may lose, repeat or reorder them; the sequence number of a room grows by one
 * per event, so a client can see what it has, what it misses and what it already had. Pure: the hook beside it does
 * the talking.
 */
export interface RoomEventLog {
  /** Everything up to and including this number was delivered or given up. */
  contiguousSeq: number;
  /** Delivered numbers above a gap. */
  aheadSeqs: ReadonlySet<number>;
  /** Gift orders and chat messages already shown, oldest first, so that a renumbered repeat is still a repeat. */
  seenIds: ReadonlySet<string>;
  /** The smallest (arrival − event time) seen on a live push: the clocks' difference plus the quickest way here. */
  clockOffsetMs: number | null;
  /** Time of the newest event so far, by the server's clock. */
  newestAtMs: number;
}

export interface DeliveredRoomEvent {
  event: RoomEvent;
  /** Too old to be played over the picture; it still belongs in the feed. */
  late: boolean;
}

export type RoomEventSource = "push" | "replay";

export interface Ingested {
  log: RoomEventLog;
  delivered: DeliveredRoomEvent[];
  /** Ask for the events after this number; null when nothing is missing. */
  replayAfterSeq: number | null;
  /** A new event came under a number that was given out before: the server has lost its count and began anew. */
  restarted: boolean;
}

/** An event older than this on arrival is not played as a full-screen effect. */
export const LATE_AFTER_MS = 5_000;
const SEEN_IDS_MAX = 2_000;
/** A repeat is never newer than the newest by this much; the clocks of two servers differ by less. */
const RESTART_AFTER_MS = 1_000;

export function startRoomEventLog(latestSeq: number, previous?: RoomEventLog): RoomEventLog {
  return {
    contiguousSeq: latestSeq,
    aheadSeqs: new Set(),
    seenIds: previous?.seenIds ?? new Set(),
    clockOffsetMs: previous?.clockOffsetMs ?? null,
    newestAtMs: previous?.newestAtMs ?? 0,
  };
}

/** Takes events in any order and from any source; delivers each once, in the order of their numbers. */
export function ingestRoomEvents(
  log: RoomEventLog,
  events: readonly RoomEvent[],
  source: RoomEventSource,
  nowMs: number,
): Ingested {
  const ahead = new Set(log.aheadSeqs);
  const seenIds = new Set(log.seenIds);
  let { contiguousSeq, clockOffsetMs, newestAtMs } = log;
  let restarted = false;
  const delivered: DeliveredRoomEvent[] = [];
  const inOrder = [...events].sort((a, b) => a.seq - b.seq);
  for (const event of inOrder) {
    const atMs = Date.parse(event.at);
    if (event.seq <= contiguousSeq || ahead.has(event.seq)) {
      const isNewer = newestAtMs > 0 && atMs > newestAtMs + RESTART_AFTER_MS;
      restarted ||= source === "push" && isNewer && !seenIds.has(identitiesOf(event)[0] ?? "");
      continue;
    }
    ahead.add(event.seq);
    newestAtMs = Math.max(newestAtMs, atMs);
    const ageMs = nowMs - atMs;
    if (source === "push") clockOffsetMs = Math.min(clockOffsetMs ?? ageMs, ageMs);
    const [id, ...merged] = identitiesOf(event);
    if (id !== undefined) {
      if (seenIds.has(id)) continue;
      seenIds.add(id);
      // What a merged event tells as well was not shown on its own, and shall not be.
      for (const other of merged) seenIds.add(other);
    }
    delivered.push({ event, late: ageMs - (clockOffsetMs ?? 0) > LATE_AFTER_MS });
  }
  while (ahead.delete(contiguousSeq + 1)) contiguousSeq += 1;
  return {
    log: { contiguousSeq, aheadSeqs: ahead, seenIds: keepNewest(seenIds), clockOffsetMs, newestAtMs },
    delivered,
    replayAfterSeq: ahead.size > 0 ? contiguousSeq : null,
    restarted,
  };
}

/** After a complete replay up to `latestSeq`, numbers that never came do not exist for this client. */
export function closeGap(log: RoomEventLog, latestSeq: number): RoomEventLog {
  if (latestSeq <= log.contiguousSeq) return log;
  let contiguousSeq = latestSeq;
  const ahead = new Set([...log.aheadSeqs].filter((seq) => seq > latestSeq));
  while (ahead.delete(contiguousSeq + 1)) contiguousSeq += 1;
  return { ...log, contiguousSeq, aheadSeqs: ahead };
}

function keepNewest(ids: Set<string>): Set<string> {
  if (ids.size <= SEEN_IDS_MAX) return ids;
  return new Set([...ids].slice(ids.size - SEEN_IDS_MAX));
}

/** Unpacks what arrived on the channel: one event, or several under `events`. */
export function unpackRoomMessage(eventName: string, data: unknown): RoomEvent[] {
  if (typeof data !== "object" || data === null) return [];
  const candidates = Array.isArray((data as { events?: unknown }).events)
    ? (data as { events: unknown[] }).events
    : [{ event: eventName, ...data }];
  return candidates.filter(isRoomEvent);
}

function isRoomEvent(value: unknown): value is RoomEvent {
  if (typeof value !== "object" || value === null) return false;
  const { event, seq, at } = value as { event?: unknown; seq?: unknown; at?: unknown };
  return typeof event === "string" && Number.isSafeInteger(seq) && typeof at === "string";
}
