import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomEvent, RoomEventsAfter } from "@/domain/contracts/events";
import { RoomFeed } from "./room-feed";

const chat = (seq: number, at = Date.now(), messageId = `m${seq}`): RoomEvent => ({
  event: "chat.message",
  seq,
  at: new Date(at).toISOString(),
  traceId: "0".repeat(32),
  messageId,
  sender: { userId: "u", nickname: "n", role: "viewer" },
  text: "hi",
});
const chats = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => chat(first + i));

/** A room as the server has it: its events, of which it keeps some. */
function startRoom() {
  const room = {
    events: [] as RoomEvent[],
    keptFrom: 1,
    asked: [] as number[],
    reloads: 0,
    /** What the next question throws instead. */
    errors: [] as unknown[],
    shown: [] as { seq: number; late: boolean }[],
    caughtUp: [] as number[],
    refused: [] as unknown[],
    latestSeq: () => room.events.at(-1)?.seq ?? 0,
    open: (latestSeq: number, kept?: RoomFeed) =>
      new RoomFeed(
        {
          readAfter: async (seq): Promise<RoomEventsAfter> => {
            room.asked.push(seq);
            if (room.errors.length > 0) throw room.errors.shift();
            const kept = room.events.filter((event) => event.seq > seq && event.seq >= room.keptFrom);
            const truncated = room.latestSeq() !== seq && kept[0]?.seq !== seq + 1;
            return { events: kept, latestSeq: room.latestSeq(), truncated };
          },
          reload: async () => {
            room.reloads += 1;
            return room.latestSeq();
          },
          onEvents: (delivered) =>
            room.shown.push(...delivered.map(({ event, late }) => ({ seq: event.seq, late }))),
          onCaughtUp: (count) => room.caughtUp.push(count),
          isFinal: (error) => error === "KICKED",
          onRefused: (error) => room.refused.push(error),
        },
        latestSeq,
        kept?.log,
      ),
  };
  return room;
}
const seqs = (shown: { seq: number }[]) => shown.map(({ seq }) => seq);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("RoomFeed", () => {
  it("fills the feed with what was before the snapshot, playing none of it", async () => {
    const room = startRoom();
    room.events = chats(1, 103);
    const feed = room.open(100);
    await feed.replay();
    expect(seqs(room.shown)).toEqual(seqs(chats(41, 103)));
    expect(room.shown.filter(({ late }) => !late).map(({ seq }) => seq)).toEqual([101, 102, 103]);
  });

  it("does without the oldest of those when the server keeps fewer", async () => {
    const room = startRoom();
    room.events = chats(1, 100);
    room.keptFrom = 90;
    await room.open(100).replay();
    expect(seqs(room.shown)).toEqual(seqs(chats(90, 100)));
    expect(room.reloads).toBe(0);
  });

  it("asks for a gap that stays, once, and not for one that closes by itself", async () => {
    const room = startRoom();
    const feed = room.open(0);
    feed.push([chat(2)]);
    feed.push([chat(1)]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(room.asked).toEqual([]);
    room.events = chats(1, 6);
    feed.push([chat(5)]);
    feed.push([chat(6)]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(room.asked).toEqual([2]);
    expect(seqs(room.shown)).toEqual([2, 1, 5, 6, 3, 4]);
  });

  it("reads the room anew when the server keeps the missed no more, and goes on from there", async () => {
    const room = startRoom();
    room.events = chats(1, 5);
    const feed = room.open(5);
    await feed.replay();
    room.events = chats(1, 900);
    room.keptFrom = 400;
    await feed.replay();
    expect(room.reloads).toBe(1);
    feed.push([chat(901)]);
    expect(room.shown.at(-1)).toEqual({ seq: 901, late: false });
  });

  it("reads the room anew when the server began to count anew", async () => {
    const room = startRoom();
    room.events = chats(1, 50);
    const feed = room.open(50);
    await feed.replay();
    vi.setSystemTime(Date.now() + 60_000);
    room.events = [chat(1, Date.now(), "new")];
    feed.push(room.events);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(room.reloads).toBe(1);
    feed.push([chat(2, Date.now(), "newer")]);
    expect(room.shown.at(-1)?.seq).toBe(2);
  });

  it("says how many came back after the connection was lost", async () => {
    const room = startRoom();
    room.events = chats(1, 3);
    const feed = room.open(3);
    await feed.replay();
    feed.lost();
    room.events = chats(1, 10);
    room.errors = ["away"];
    await feed.replay();
    await feed.replay();
    await feed.replay();
    expect(room.caughtUp).toEqual([7]);
  });

  it("asks again after a failure, and a second time for what came while it asked", async () => {
    const room = startRoom();
    room.events = chats(1, 3);
    room.errors = ["away"];
    const feed = room.open(3);
    await feed.replay();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(seqs(room.shown)).toEqual([1, 2, 3]);
    room.asked = [];
    await Promise.all([feed.replay(), feed.replay(), feed.replay()]);
    expect(room.asked).toEqual([3, 3]);
  });

  it("asks no more once it is refused for good, or stopped", async () => {
    const room = startRoom();
    const feed = room.open(0);
    room.errors = ["KICKED"];
    await feed.replay();
    expect(room.refused).toEqual(["KICKED"]);
    await feed.replay();
    feed.notice(50);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.asked).toHaveLength(1);
    const stopped = room.open(0);
    stopped.push([chat(5)]);
    stopped.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.asked).toHaveLength(1);
  });

  it("goes on where an earlier feed of the room ended", async () => {
    const room = startRoom();
    room.events = chats(1, 10);
    const first = room.open(8);
    await first.replay();
    first.stop();
    room.events = chats(1, 12);
    room.shown = [];
    await room.open(12, first).replay();
    expect(seqs(room.shown)).toEqual([11, 12]);
  });
});
