import { RoomEvent, type RoomEventsAfter } from "@/domain/contracts/events";
import type { RoomEventBody, RoomEventName } from "@/domain/contracts/room-events";
import type { RedisClient } from "@/platform/redis/client";
import { getEra } from "@/platform/redis/era";
import { roomChatKey, roomEventsKey, roomSeqKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import appendSource from "./append-room-events.lua";
import { joinEvents, type NumberedEvent, numberEvent, type WrittenEvent } from "./numbered-event";
import { takeOutRemoved } from "./take-out-removed";

/**
 * Numbers that a room has for one era of Redis, far more than it can use. A Redis that went back would give numbers out again
 * that clients know as other events; in a new era it goes on above all of them. A client sees a gap and reads anew.
 */
const NUMBERS_OF_AN_ERA = 2 ** 32;

/** How many events a room keeps for clients that come back. */
export const ROOM_EVENTS_KEPT = 500;
/** Events that are stored as one, at a fraction of what each would cost Redis by itself. */
const ENTRY_EVENTS_MAX = 50;
const ROOM_EVENTS_TTL_SECONDS = 7 * 24 * 3600;

const appendScript = defineScript(appendSource);

export type NewRoomEvent = {
  [N in RoomEventName]: { event: N; traceId: string; body: RoomEventBody<N> };
}[RoomEventName];

/** What a room shows live of events that come in any number, from all processes together. */
export interface LiveAllowance {
  perSecond: number;
  /** Events a second that these must leave for more important ones; below zero they may go beyond the allowance. */
  leave: number;
}

function writeRoomEvent({ event, traceId, body }: NewRoomEvent, at: string): WrittenEvent {
  return { event, rest: JSON.stringify({ ...body, event, at, traceId }).slice(1) };
}

/**
 * Numbers events of one room, stores them for replay and returns them as they travel; none when the allowance does not
 * hold them.
 */
export async function appendRoomEvents(
  redis: RedisClient,
  roomId: string,
  events: readonly NewRoomEvent[],
  at: Date,
  allowance?: LiveAllowance,
): Promise<NumberedEvent[]> {
  const time = at.toISOString();
  const written = events.map((event) => writeRoomEvent(event, time));
  return await appendWrittenEvents(redis, roomId, written, allowance);
}

/** The same for whoever writes events by himself. */
export async function appendWrittenEvents(
  redis: RedisClient,
  roomId: string,
  events: readonly WrittenEvent[],
  allowance: LiveAllowance = { perSecond: 0, leave: 0 },
): Promise<NumberedEvent[]> {
  if (events.length === 0) return [];
  const { era } = await getEra(redis);
  const first = Number(
    await appendScript.run(
      redis,
      [roomSeqKey(roomId), roomEventsKey(roomId), roomChatKey(roomId)],
      [
        ROOM_EVENTS_KEPT,
        ROOM_EVENTS_TTL_SECONDS,
        allowance.perSecond,
        allowance.leave,
        era * NUMBERS_OF_AN_ERA,
        ...toEntries(events),
      ],
    ),
  );
  if (first === 0) return [];
  return events.map((event, i) => numberEvent(event, first + i));
}

/** One event is stored as what it is, more as an array: each entry with how many it holds. */
function toEntries(events: readonly WrittenEvent[]): (string | number)[] {
  const entries: (string | number)[] = [];
  for (let i = 0; i < events.length; i += ENTRY_EVENTS_MAX) {
    const some = events.slice(i, i + ENTRY_EVENTS_MAX);
    entries.push(some.length, joinEvents(some));
  }
  return entries;
}

/** The events of an entry, whose id has the number of the last. */
function* listStored(id: string, text: string): Iterable<{ seq: number; stored: object }> {
  const value = JSON.parse(text) as object;
  const list = Array.isArray(value) ? (value as object[]) : [value];
  let seq = Number(id.split("-", 1)[0]) - list.length;
  for (const stored of list) {
    seq += 1;
    yield { seq, stored };
  }
}

/** The newest event number of a room; 0 when it has had none. */
export async function readLatestSeq(redis: RedisClient, roomId: string): Promise<number> {
  return Number((await redis.get(roomSeqKey(roomId))) ?? 0);
}

/** What a client missed after `seq`, without words that were taken away. */
export async function readRoomEventsAfter(
  redis: RedisClient,
  roomId: string,
  seq: number,
): Promise<RoomEventsAfter> {
  const [latest, entries] = await Promise.all([
    readLatestSeq(redis, roomId),
    redis.xrange(roomEventsKey(roomId), `${seq + 1}-0`, "+"),
  ]);
  const events: RoomEvent[] = [];
  for (const [id, fields] of entries) {
    for (const known of listStored(id, fields[1] ?? "{}")) {
      // The first entry may begin before what was asked for.
      if (known.seq <= seq) continue;
      const parsed = RoomEvent.safeParse({ ...known.stored, seq: known.seq });
      // An event written by an older version that no longer parses is passed over, not shown wrongly.
      if (parsed.success) events.push(parsed.data);
    }
  }
  const latestSeq = Math.max(latest, events.at(-1)?.seq ?? 0);
  const truncated = latestSeq > seq && events[0]?.seq !== seq + 1;
  return { events: takeOutRemoved(events), latestSeq, truncated: truncated || seq > latestSeq };
}

/** When a room was told of gift orders, by order; of those that it still keeps. */
export async function findGiftAnnouncements(
  redis: RedisClient,
  roomId: string,
  giftOrderIds: readonly string[],
): Promise<Map<string, { at: string; seq: number }>> {
  const found = new Map<string, { at: string; seq: number }>();
  for (const [id, fields] of await redis.xrange(roomEventsKey(roomId), "-", "+")) {
    for (const { seq, stored } of listStored(id, fields[1] ?? "{}")) {
      const event = stored as { giftOrderId?: string; mergedOrderIds?: string[]; at?: string };
      const named = [event.giftOrderId, ...(event.mergedOrderIds ?? [])];
      for (const orderId of giftOrderIds) {
        if (event.at && named.includes(orderId)) found.set(orderId, { at: event.at, seq });
      }
    }
  }
  return found;
}
