import { EVENT_PRIORITIES, ROOM_EVENTS, type RoomEventName } from "@/domain/contracts/room-events";
import { counter } from "@/platform/observability/metrics";

export const priorityOf = (event: RoomEventName) => ROOM_EVENTS[event].priority;
/** 0 is the most important. */
export const rankOf = (event: RoomEventName): number => EVENT_PRIORITIES.indexOf(priorityOf(event));

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
