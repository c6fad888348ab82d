import type { UserEventName } from "@/domain/contracts/events";
import type { RoomEventName } from "@/domain/contracts/room-events";

/** When a room hears an event. The compiler names one that is missing. */
export const ROOM_EVENT_TEXTS: Record<RoomEventName, string> = {
  "gift.settled": "A gift was paid. Gifts of one combo may be told in one event while the room is very busy.",
  "chat.message":
    "Somebody said something. Above what a room shows live in a second only some are sent; the history has all.",
  "chat.removed": "A message was taken away by its author, the anchor or an operator.",
  "chat.hidden": "All words of somebody up to a time were taken away.",
  "room.opened": "The anchor went live.",
  "room.closed": "The session ended.",
  "room.banned": "The platform closed the room.",
  "room.top": "The TOP10 of the running session changed.",
  "viewer.kicked": "A viewer was removed from the room.",
  "viewer.muted": "A viewer may not chat for a time.",
  "viewer.restored": "A kick was undone.",
  "viewer.unmuted": "A mute was undone.",
  "rain.committed": "A rain is being prepared; the hash of its seed is fixed from here on.",
  "rain.scheduled": "A rain will start at a time: a countdown begins.",
  "rain.cancelled": "A planned rain will not come.",
  "rain.started": "A rain falls; with the code to claim with.",
  "rain.progress": "About once a second while a rain falls and packets are credited.",
  "rain.ended": "A rain is over and settled; its seed is published.",
};

/** When a user hears an event on their own channel. */
export const USER_EVENT_TEXTS: Record<UserEventName, string> = {
  "gift.failed": "A gift that was accepted could not be paid; nothing was charged.",
  "wallet.updated": "The balance changed, or reservations became final.",
  "earnings.updated": "Gifts were settled to this anchor.",
  "withdrawal.updated": "A withdrawal of this anchor changed its state.",
  "rain.ready": "All packets of this anchor's rain are loaded: it can be started.",
  "rain.updated": "This anchor's rain moved on.",
  "viewer.kicked": "This user was removed from a room.",
  "viewer.muted": "This user may not chat in a room for a time.",
  "viewer.restored": "A kick of this user was undone.",
  "viewer.unmuted": "A mute of this user was undone.",
};
