import type { z } from "zod";
import type { ROOM_EVENT_BODIES } from "./room-event-bodies";

/**
 * Classes of what is published, the most important first. Results about money go to their owner on a lane of their own;
 * the rest is what rooms hear.
 */
export const EVENT_PRIORITIES = ["result", "control", "gift", "board", "chat"] as const;
export type EventPriority = (typeof EVENT_PRIORITIES)[number];

type BodyName = keyof typeof ROOM_EVENT_BODIES;
type BodyNamed<B extends BodyName> = z.infer<(typeof ROOM_EVENT_BODIES)[B]>;

interface RoomEventRow<B extends BodyName> {
  /** The schema in `room-event-bodies.ts`: named, so that a browser reads this table without a validator. */
  body: B;
  priority: EventPriority;
  /** The event code of the public contract. */
  code?: number;
  /** What the event tells of: under another number it is still a repeat. */
  identityOf?: (body: BodyNamed<B>) => string;
  /** Identities of earlier things that were merged into this event. */
  mergedIdentitiesOf?: (body: BodyNamed<B>) => readonly string[];
}

const row = <B extends BodyName>(body: B, facts: Omit<RoomEventRow<B>, "body">): RoomEventRow<B> => ({
  body,
  ...facts,
});

/** Every event of a room, one row each: whoever publishes, validates, replays or shows events reads it here. */
export const ROOM_EVENTS = {
  "gift.settled": row("GiftSettled", {
    priority: "gift",
    code: 5556,
    identityOf: (gift) => gift.giftOrderId,
    mergedIdentitiesOf: (gift) => gift.mergedOrderIds ?? [],
  }),
  "chat.message": row("ChatMessage", {
    priority: "chat",
    identityOf: (chat) => `${chat.sender.userId}/${chat.messageId}`,
  }),
  "chat.removed": row("ChatRemoved", { priority: "control" }),
  "chat.hidden": row("ChatHidden", { priority: "control" }),
  "room.opened": row("RoomOpened", { priority: "control" }),
  "room.closed": row("RoomClosed", { priority: "control" }),
  "room.banned": row("RoomBanned", { priority: "control" }),
  "room.top": row("RoomTop", { priority: "board" }),
  "viewer.kicked": row("ViewerRestricted", { priority: "control" }),
  "viewer.muted": row("ViewerRestricted", { priority: "control" }),
  "viewer.restored": row("ViewerFreed", { priority: "control" }),
  "viewer.unmuted": row("ViewerFreed", { priority: "control" }),
  "rain.committed": row("RainCommitted", { priority: "control" }),
  "rain.scheduled": row("RainScheduled", { priority: "control" }),
  "rain.cancelled": row("RainCancelled", { priority: "control" }),
  "rain.started": row("RainStarted", { priority: "control", code: 5560 }),
  "rain.progress": row("RainProgress", { priority: "board" }),
  "rain.ended": row("RainEnded", { priority: "control" }),
} as const;
export type RoomEventName = keyof typeof ROOM_EVENTS;
export type RoomEventBody<N extends RoomEventName> = BodyNamed<(typeof ROOM_EVENTS)[N]["body"]>;

export interface RoomEventFacts {
  seq: number;
  at: string;
  traceId: string;
}
type Flat<T> = { [K in keyof T]: T[K] };
export type RoomEventOf<N extends RoomEventName> = Flat<{ event: N } & RoomEventFacts & RoomEventBody<N>>;

/** An event of a newer server is numbered like all others but means nothing here. */
export const isKnownRoomEvent = (event: string): event is RoomEventName => Object.hasOwn(ROOM_EVENTS, event);

/** What an event tells of, and then what was merged into it; nothing for what may be told twice. */
export function identitiesOf(event: { [N in RoomEventName]: RoomEventOf<N> }[RoomEventName]): string[] {
  if (!isKnownRoomEvent(event.event)) return [];
  // The row and the event have the same name, which the compiler cannot follow.
  const { identityOf, mergedIdentitiesOf } = ROOM_EVENTS[event.event] as RoomEventRow<never>;
  const body = event as never;
  return identityOf ? [identityOf(body), ...(mergedIdentitiesOf?.(body) ?? [])] : [];
}
