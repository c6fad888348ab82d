import type { RoomEventName } from "@/domain/contracts/room-events";

/** An event of a room that has its number, written once: what the log keeps is this text, and what every message carries. */
export interface NumberedEvent {
  event: RoomEventName;
  seq: number;
  /** As it travels: a RoomEvent as JSON. */
  json: string;
}

/** `json`: the event without its number, an object that is not empty. */
export function numberEvent(event: RoomEventName, json: string, seq: number): NumberedEvent {
  return { event, seq, json: `{"seq":${seq},${json.slice(1)}` };
}
