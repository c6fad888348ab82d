import { ROOM_BATCH_EVENT, roomChannel } from "@/domain/contracts/events";
import type { NumberedEvent } from "./numbered-event";

/** One message as the push service takes it. */
export interface Message {
  channel: string;
  name: string;
  data: string;
}

/** Pusher takes 10 KB of data a message; a little is left for the envelope. */
const DATA_BYTES_MAX = 9_500;

/** One event under its own name, more as `room.batch`, split wherever a message would grow too large. */
export function mergeRoomEvents(roomId: string, events: readonly NumberedEvent[]): Message[] {
  const channel = roomChannel(roomId);
  const messages: Message[] = [];
  let parts: NumberedEvent[] = [];
  let bytes = 0;
  const flush = () => {
    const [first] = parts;
    if (first && parts.length === 1) messages.push({ channel, name: first.event, data: first.json });
    else if (first)
      messages.push({
        channel,
        name: ROOM_BATCH_EVENT,
        data: `{"events":[${parts.map((part) => part.json).join(",")}]}`,
      });
    parts = [];
    bytes = 0;
  };
  for (const event of events) {
    const size = Buffer.byteLength(event.json) + 1;
    if (bytes + size > DATA_BYTES_MAX) flush();
    parts.push(event);
    bytes += size;
  }
  flush();
  return messages;
}
