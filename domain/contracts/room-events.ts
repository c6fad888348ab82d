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

const pkChange = ({ pkId, pkSeq }: BodyNamed<"PkBattle">) => `${pkId}/${pkSeq}`;

/**
 * Every event of a room, one row each: whoever publishes, validates, replays or shows events reads it here. The comment of a
 * row says when a room hears it, and is what the reference says.
 */
export const ROOM_EVENTS = {
  /** A gift was paid. Gifts of one combo may be told in one event while the room is very busy. */
  "gift.settled": row("GiftSettled", {
    priority: "gift",
    code: 5556,
    identityOf: (gift) => gift.giftOrderId,
    mergedIdentitiesOf: (gift) => gift.mergedOrderIds ?? [],
  }),
  /** Somebody said something. Above what a room shows live in a second only some are sent; the history has all. */
  "chat.message": row("ChatMessage", {
    priority: "chat",
    identityOf: (chat) => `${chat.sender.userId}/${chat.messageId}`,
  }),
  /** A message was taken away by its author, the anchor or an operator. */
  "chat.removed": row("ChatRemoved", { priority: "control" }),
  /** All words of somebody up to a time were taken away. */
  "chat.hidden": row("ChatHidden", { priority: "control" }),
  /** A message that was taken away is back: whoever took it away undid it at once. */
  "chat.restored": row("ChatRestored", { priority: "control" }),
  /** Somebody moderates the room from now on, or no more. */
  "room.moderator": row("RoomModerator", { priority: "control" }),
  /** The anchor went live. */
  "room.opened": row("RoomOpened", { priority: "control" }),
  /** The session ended. */
  "room.closed": row("RoomClosed", { priority: "control" }),
  /** The platform closed the room. */
  "room.banned": row("RoomBanned", { priority: "control" }),
  /** The TOP10 of the running session changed. */
  "room.top": row("RoomTop", { priority: "board" }),
  /** A viewer was removed from the room. */
  "viewer.kicked": row("ViewerRestricted", { priority: "control" }),
  /** A viewer may not chat for a time. */
  "viewer.muted": row("ViewerRestricted", { priority: "control" }),
  /** A kick was undone. */
  "viewer.restored": row("ViewerFreed", { priority: "control" }),
  /** A mute was undone. */
  "viewer.unmuted": row("ViewerFreed", { priority: "control" }),
  /** A rain is being prepared; the hash of its seed is fixed from here on. */
  "rain.committed": row("RainCommitted", { priority: "control" }),
  /** A rain will start at a time: a countdown begins. */
  "rain.scheduled": row("RainScheduled", { priority: "control" }),
  /** A planned rain will not come. */
  "rain.cancelled": row("RainCancelled", { priority: "control" }),
  /** A rain falls; with the code to claim with. */
  "rain.started": row("RainStarted", { priority: "control", code: 5560 }),
  /** About once a second while a rain falls and packets are credited. */
  "rain.progress": row("RainProgress", { priority: "board" }),
  /** A rain is over and settled; its seed is published. */
  "rain.ended": row("RainEnded", { priority: "control" }),
  /** A battle of this room with others begins: a countdown. */
  "pk.started": row("PkBattle", { priority: "control", identityOf: pkChange }),
  /** Its score or its state changed; scores about twice a second. */
  "pk.updated": row("PkBattle", { priority: "board", identityOf: pkChange }),
  /** It is settled, or was ended without a result. */
  "pk.ended": row("PkBattle", { priority: "control", identityOf: pkChange }),
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
