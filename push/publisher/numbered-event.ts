import type { RoomEventName } from "@/domain/contracts/room-events";

/** An event of a room, written once: what the log keeps is this text, and what every message carries. */
export interface WrittenEvent {
  event: RoomEventName;
  /** JSON behind the opening brace, without a number: what is put in front of a text costs nothing, cutting it apart does. */
  rest: string;
}

/** The same with its number. */
export interface NumberedEvent {
  event: RoomEventName;
  seq: number;
  /** As it travels: a RoomEvent as JSON. */
  json: string;
}

export const numberEvent = ({ event, rest }: WrittenEvent, seq: number): NumberedEvent => ({
  event,
  seq,
  json: `{"seq":${seq},${rest}`,
});

/** As the log keeps it: without numbers, which its entries have. */
export function joinEvents(events: readonly WrittenEvent[]): string {
  const [first] = events;
  if (first && events.length === 1) return `{${first.rest}`;
  return `[{${events.map(({ rest }) => rest).join(",{")}]`;
}
