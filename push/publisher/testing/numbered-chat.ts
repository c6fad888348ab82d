import type { RoomEvent } from "@/domain/contracts/events";
import type { NumberedEvent } from "../numbered-event";

/** A message under this number, as a room stores and sends it. */
export function numberedChat(seq: number, text = "hello"): NumberedEvent {
  const event: RoomEvent = {
    event: "chat.message",
    seq,
    at: "2026-03-01T00:00:00.000Z",
    traceId: "0".repeat(32),
    messageId: `m${seq}`,
    sender: { userId: "u", nickname: "n", role: "viewer" },
    text,
  };
  return { ...event, json: JSON.stringify(event) };
}
