import type { RoomEventName } from "@/domain/contracts/events";
import { counter } from "@/platform/observability/metrics";

/**
 * Classes of what is published, the most important first. Results about money go to their owner on a lane of their own;
 * the rest is what rooms hear.
 */
const PRIORITIES = ["result", "control", "gift", "board", "chat"] as const;
export type Priority = (typeof PRIORITIES)[number];

const ROOM_PRIORITIES: Record<RoomEventName, Priority> = {
  "gift.settled": "gift",
  "chat.message": "chat",
  "chat.removed": "control",
  "chat.hidden": "control",
  "room.opened": "control",
  "room.closed": "control",
  "room.banned": "control",
  "room.top": "board",
  "viewer.kicked": "control",
  "viewer.muted": "control",
  "viewer.restored": "control",
  "viewer.unmuted": "control",
  "rain.committed": "control",
  "rain.scheduled": "control",
  "rain.cancelled": "control",
  "rain.started": "control",
  "rain.progress": "board",
  "rain.ended": "control",
};

export const priorityOf = (event: RoomEventName): Priority => ROOM_PRIORITIES[event];
/** 0 is the most important. */
export const rankOf = (event: RoomEventName): number => PRIORITIES.indexOf(priorityOf(event));

/**
 * What was not sent as an event of its own, and why. `sampled`: chat above what the room shows live. `backlog`: chat that
 * would wait too long for the push service. `merged`: told within a later event. `failed`: the push service did not take
 * it; clients find it by replay.
 */
export const droppedEvents = counter(
  "downpour_push_events_dropped_total",
  "Events that were not sent live, by priority and reason",
  ["priority", "reason"],
);
