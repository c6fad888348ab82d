import { describe, expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import {
  closeGap,
  ingestRoomEvents,
  LATE_AFTER_MS,
  startRoomEventLog,
  unpackRoomMessage,
} from "./room-event-log";

const NOW = Date.parse("2030-01-01T00:00:00.000Z");

function chat(seq: number, { messageId = `m${seq}`, ageMs = 0 } = {}): RoomEvent {
  return {
    event: "chat.message",
    seq,
    at: new Date(NOW - ageMs).toISOString(),
    traceId: "0".repeat(31) + (seq % 10),
    messageId,
    sender: { userId: "u", nickname: "Ann", role: "viewer" },
    text: String(seq),
  };
}
const seqs = (result: { delivered: { event: RoomEvent }[] }) => result.delivered.map((d) => d.event.seq);

describe("ingestRoomEvents", () => {
  it("delivers consecutive events and misses nothing", () => {
    const result = ingestRoomEvents(startRoomEventLog(4), [chat(5), chat(6)], "push", NOW);
    expect(seqs(result)).toEqual([5, 6]);
    expect(result.replayAfterSeq).toBeNull();
    expect(result.log.contiguousSeq).toBe(6);
  });

  it("sorts events that arrive out of order in one message", () => {
    const result = ingestRoomEvents(startRoomEventLog(0), [chat(3), chat(1), chat(2)], "push", NOW);
    expect(seqs(result)).toEqual([1, 2, 3]);
    expect(result.log.contiguousSeq).toBe(3);
  });

  it("delivers what is beyond a gap at once and asks for the missing ones", () => {
    const first = ingestRoomEvents(startRoomEventLog(1), [chat(4)], "push", NOW);
    expect(seqs(first)).toEqual([4]);
    expect(first.replayAfterSeq).toBe(1);
    const second = ingestRoomEvents(first.log, [chat(2), chat(3), chat(4)], "replay", NOW);
    expect(seqs(second)).toEqual([2, 3]);
    expect(second.replayAfterSeq).toBeNull();
    expect(second.log.contiguousSeq).toBe(4);
    expect(second.log.aheadSeqs.size).toBe(0);
  });

  it("keeps asking while a part of the gap is still open", () => {
    const first = ingestRoomEvents(startRoomEventLog(1), [chat(5)], "push", NOW);
    const second = ingestRoomEvents(first.log, [chat(2)], "push", NOW);
    expect(second.replayAfterSeq).toBe(2);
    expect(second.log.contiguousSeq).toBe(2);
  });

  it("sees that the server began to count anew, and takes no repeat for that", () => {
    const before = ingestRoomEvents(
      startRoomEventLog(0),
      [chat(1, { ageMs: 60_000 }), chat(2, { ageMs: 50_000 })],
      "push",
      NOW,
    );
    const repeat = ingestRoomEvents(before.log, [chat(2, { ageMs: 50_000 })], "push", NOW);
    expect(repeat.restarted).toBe(false);
    const renumbered = ingestRoomEvents(before.log, [chat(1, { messageId: "m2", ageMs: 10 })], "push", NOW);
    expect(renumbered.restarted).toBe(false);
    const anew = ingestRoomEvents(before.log, [chat(1, { messageId: "new", ageMs: 10 })], "push", NOW);
    expect(anew).toMatchObject({ restarted: true, delivered: [] });
  });

  it("drops repeats by number", () => {
    const first = ingestRoomEvents(startRoomEventLog(0), [chat(1), chat(1)], "push", NOW);
    expect(seqs(first)).toEqual([1]);
    expect(seqs(ingestRoomEvents(first.log, [chat(1)], "replay", NOW))).toEqual([]);
  });

  it("drops repeats by message id even under another number", () => {
    const first = ingestRoomEvents(startRoomEventLog(0), [chat(1, { messageId: "same" })], "push", NOW);
    const second = ingestRoomEvents(first.log, [chat(2, { messageId: "same" })], "push", NOW);
    expect(seqs(second)).toEqual([]);
    expect(second.log.contiguousSeq).toBe(2);
  });

  it("keeps seen ids when the log starts again after a truncated replay", () => {
    const first = ingestRoomEvents(startRoomEventLog(0), [chat(1, { messageId: "kept" })], "push", NOW);
    const again = startRoomEventLog(900, first.log);
    expect(seqs(ingestRoomEvents(again, [chat(901, { messageId: "kept" })], "push", NOW))).toEqual([]);
  });
});

describe("late events", () => {
  it("marks old replayed events and spares fresh ones", () => {
    const result = ingestRoomEvents(
      startRoomEventLog(0),
      [chat(1, { ageMs: LATE_AFTER_MS + 1 }), chat(2, { ageMs: 100 })],
      "replay",
      NOW,
    );
    expect(result.delivered.map((d) => d.late)).toEqual([true, false]);
  });

  it("does not take a wrong local clock for lateness", () => {
    const slowServerClockMs = 60_000;
    const first = ingestRoomEvents(
      startRoomEventLog(0),
      [chat(1, { ageMs: slowServerClockMs })],
      "push",
      NOW,
    );
    expect(first.delivered[0]?.late).toBe(false);
    const stalled = chat(2, { ageMs: slowServerClockMs + LATE_AFTER_MS + 1 });
    expect(ingestRoomEvents(first.log, [stalled], "push", NOW).delivered[0]?.late).toBe(true);
  });
});

describe("closeGap", () => {
  it("gives up numbers that a complete replay did not have", () => {
    const { log } = ingestRoomEvents(startRoomEventLog(1), [chat(4), chat(7)], "push", NOW);
    const closed = closeGap(log, 5);
    expect(closed.contiguousSeq).toBe(5);
    expect([...closed.aheadSeqs]).toEqual([7]);
    expect(closeGap(log, 6).contiguousSeq).toBe(7);
  });
});

describe("unpackRoomMessage", () => {
  it("takes single events and batches", () => {
    expect(unpackRoomMessage("chat.message", chat(1))).toHaveLength(1);
    expect(unpackRoomMessage("room.batch", { events: [chat(1), chat(2)] })).toHaveLength(2);
  });
  it("passes over what is not an event", () => {
    expect(unpackRoomMessage("room.batch", { events: [null, 1, { event: "x" }] })).toEqual([]);
    expect(unpackRoomMessage("pusher:subscription_succeeded", undefined)).toEqual([]);
  });
});
