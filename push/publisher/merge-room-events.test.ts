import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import { mergeRoomEvents } from "./merge-room-events";
import type { NumberedEvent } from "./numbered-event";

const ROOM = "00000000-0000-4000-8000-00000000000a";
const chat = (seq: number, text = "hi"): RoomEvent => ({
  event: "chat.message",
  seq,
  at: "2026-03-01T00:00:00.000Z",
  traceId: "0".repeat(32),
  messageId: `m${seq}`,
  sender: { userId: "u", nickname: "n", role: "viewer" },
  text,
});

const write = (event: RoomEvent): NumberedEvent => ({ ...event, json: JSON.stringify(event) });

describe("mergeRoomEvents", () => {
  it("sends nothing for nothing, and one event under its own name", () => {
    expect(mergeRoomEvents(ROOM, [])).toEqual([]);
    const [only, ...rest] = mergeRoomEvents(ROOM, [write(chat(1))]);
    expect(rest).toEqual([]);
    expect(only?.name).toBe("chat.message");
    expect(only?.channel).toBe(`private-room-${ROOM}`);
    expect(JSON.parse(only?.data ?? "")).toEqual(chat(1));
  });

  it("keeps every event, in order, in messages that Pusher takes", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 2_000, unit: "grapheme" }),
      fc.constant("礼".repeat(1_500)),
      fc.constant('"\\\u0000'.repeat(300)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), (texts) => {
        const events = texts.map((t, i) => chat(i + 1, t));
        const messages = mergeRoomEvents(ROOM, events.map(write));
        const received = messages.flatMap((message) => {
          // 10 KB is Pusher's limit for the data of one event.
          expect(Buffer.byteLength(message.data)).toBeLessThanOrEqual(10_240);
          const data = JSON.parse(message.data) as RoomEvent & { events?: RoomEvent[] };
          if (message.name !== "room.batch") return [data];
          expect(data.events?.length).toBeGreaterThan(1);
          return data.events ?? [];
        });
        expect(received).toEqual(events);
      }),
    );
  });

  it("merges as many as fit", () => {
    const messages = mergeRoomEvents(
      ROOM,
      Array.from({ length: 100 }, (_, i) => write(chat(i + 1))),
    );
    const bytes = Buffer.byteLength(JSON.stringify(chat(100))) * 100;
    expect(messages.length).toBeLessThanOrEqual(Math.ceil(bytes / 9_000));
  });
});
