import { expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import type { Message } from "./merge-room-events";
import type { NumberedEvent } from "./numbered-event";
import { RoomOutbox } from "./room-outbox";

const facts = (seq: number) => ({ seq, at: "2026-03-01T00:00:00.000Z", traceId: "0".repeat(32) });
const write = (event: RoomEvent): NumberedEvent => ({ ...event, json: JSON.stringify(event) });
const chat = (seq: number) =>
  write({
    event: "chat.message",
    ...facts(seq),
    messageId: `m${seq}`,
    sender: { userId: "u", nickname: "n", role: "viewer" },
    text: "hi",
  });
const closed = (seq: number) => write({ event: "room.closed", ...facts(seq), sessionId: "s" });
const seqsOf = (messages: readonly Message[]) =>
  messages.map(({ channel, data }) => {
    const event = JSON.parse(data) as { seq: number; events?: { seq: number }[] };
    return [channel.at(-1), ...(event.events ?? [event]).map(({ seq }) => seq)];
  });

/** A push service that takes one round at a time, when the test lets it. */
function startService() {
  const rounds: (readonly Message[])[] = [];
  let finish = (_error?: Error) => {};
  const send = (messages: readonly Message[]) =>
    new Promise<void>((resolve, reject) => {
      rounds.push(messages);
      finish = (error) => (error ? reject(error) : resolve());
    });
  return { rounds, send, finish: (error?: Error) => finish(error) };
}

it("sends at once, and merges by room what comes meanwhile", async () => {
  const service = startService();
  const outbox = new RoomOutbox(service.send, 0);
  const first = outbox.add([{ roomId: "a", events: [chat(1)] }]);
  const later = [
    outbox.add([{ roomId: "a", events: [chat(2)] }]),
    outbox.add([{ roomId: "b", events: [chat(1)] }]),
    outbox.add([{ roomId: "a", events: [chat(3), chat(4)] }]),
  ];
  expect(service.rounds.map(seqsOf)).toEqual([[["a", 1]]]);
  service.finish();
  await first;
  await expect.poll(() => service.rounds.length).toBe(2);
  expect(seqsOf(service.rounds[1] ?? [])).toEqual([
    ["a", 2, 3, 4],
    ["b", 1],
  ]);
  service.finish();
  await Promise.all(later);
  expect(await outbox.add([])).toBeUndefined();
});

it("sends rooms first in which something important happened, each room in order", async () => {
  const service = startService();
  const outbox = new RoomOutbox(service.send, 20);
  const added = outbox.add([
    { roomId: "a", events: [chat(1), chat(2)] },
    { roomId: "b", events: [chat(1), closed(2)] },
  ]);
  await expect.poll(() => service.rounds.length).toBe(1);
  expect(seqsOf(service.rounds[0] ?? [])).toEqual([
    ["b", 1, 2],
    ["a", 1, 2],
  ]);
  service.finish();
  await added;
});

it("says when a round was not taken, and goes on with the next", async () => {
  const service = startService();
  const outbox = new RoomOutbox(service.send, 0);
  const lost = outbox.add([{ roomId: "a", events: [chat(1)] }]);
  const next = outbox.add([{ roomId: "a", events: [chat(2)] }]);
  service.finish(new Error("away"));
  await expect(lost).rejects.toThrow("away");
  await expect.poll(() => service.rounds.length).toBe(2);
  service.finish();
  await next;
});

it("lets only so much chat wait, and everything else", async () => {
  const service = startService();
  const outbox = new RoomOutbox(service.send, 0);
  const first = outbox.add([{ roomId: "a", events: [chat(1)] }]);
  const rest = outbox.add([{ roomId: "a", events: Array.from({ length: 5_000 }, (_, i) => chat(i + 2)) }]);
  const control = outbox.add([{ roomId: "a", events: [closed(5_002)] }]);
  service.finish();
  await first;
  await expect.poll(() => service.rounds.length).toBe(2);
  const [, ...seqs] = seqsOf(service.rounds[1] ?? []).flat();
  const sent = seqs.filter((seq) => typeof seq === "number");
  expect(sent).toHaveLength(2_001);
  expect(sent.at(-1)).toBe(5_002);
  service.finish();
  await Promise.all([rest, control]);
});
