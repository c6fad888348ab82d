import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import type { RedisClient } from "@/platform/redis/client";
import { setEraSource } from "@/platform/redis/era";
import { roomEventsKey, roomSeqKey } from "@/platform/redis/keys";
import { type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import {
  appendRoomEvents,
  type NewRoomEvent,
  ROOM_EVENTS_KEPT,
  readLatestSeq,
  readRoomEventsAfter,
} from "./room-log";

let harness: MoneyHarness;
let clients: RedisClient[];
beforeAll(async () => {
  harness = await startMoneyHarness(1);
  clients = await Promise.all([1, 2, 3].map(() => harness.openRedis()));
});
afterAll(() => harness?.close());

const redis = () => harness.resources.redis;
const ONLY = { era: 0, isSettled: true };
const ERA = { era: 3, isSettled: true };
const AT = new Date("2026-03-01T00:00:00.000Z");
const chat = (text: string): NewRoomEvent => ({
  event: "chat.message",
  traceId: "a".repeat(32),
  body: { messageId: text, sender: { userId: "u", nickname: 'n"\u0000\\名', role: "viewer" }, text },
});
const chats = (count: number, name = "m") => Array.from({ length: count }, (_, i) => chat(`${name}${i}`));
const append = async (roomId: string, events: NewRoomEvent[], client = redis()) =>
  (await appendRoomEvents(client, roomId, events, AT)).map(({ json }) => JSON.parse(json) as RoomEvent);
const after = (roomId: string, seq: number) => readRoomEventsAfter(redis(), roomId, seq);
const numbers = (events: readonly { seq: number }[]) => events.map((e) => e.seq);
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it("numbers events from one and replays them as they were sent", async () => {
  const roomId = randomUUID();
  expect(await append(roomId, [])).toEqual([]);
  const sent = [...(await append(roomId, chats(2))), ...(await append(roomId, chats(1, "next")))];
  expect(numbers(sent)).toEqual([1, 2, 3]);
  expect(sent[0]).toMatchObject({ event: "chat.message", at: AT.toISOString(), traceId: "a".repeat(32) });
  expect(await after(roomId, 0)).toEqual({ events: sent, latestSeq: 3, truncated: false });
  expect(await after(roomId, 2)).toEqual({ events: sent.slice(2), latestSeq: 3, truncated: false });
  expect(await after(roomId, 3)).toEqual({ events: [], latestSeq: 3, truncated: false });
});

it("knows a room that had no event yet", async () => {
  const roomId = randomUUID();
  expect(await readLatestSeq(redis(), roomId)).toBe(0);
  expect(await after(roomId, 0)).toEqual({ events: [], latestSeq: 0, truncated: false });
});

it("gives numbers without gap or double to many publishers at once, each batch together", async () => {
  const roomId = randomUUID();
  const batches = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      append(roomId, chats(1 + (i % 5), `b${i}-`), clients[i % clients.length]),
    ),
  );
  const all = batches.flatMap(numbers).sort((a, b) => a - b);
  expect(all).toEqual(upTo(1, 180));
  for (const batch of batches) {
    const [first = 0] = numbers(batch);
    expect(numbers(batch)).toEqual(upTo(first, first + batch.length - 1));
  }
  const replay = await after(roomId, 0);
  const sent = batches.flat().sort((a, b) => a.seq - b.seq);
  expect(replay.events).toEqual(sent);
});

it("keeps the latest events, and says when more was missed than it keeps", async () => {
  const roomId = randomUUID();
  for (let i = 0; i < 4; i++) await append(roomId, chats(300, `r${i}-`));
  const replay = await after(roomId, 0);
  expect(replay).toMatchObject({ latestSeq: 1_200, truncated: true });
  expect(replay.events.length).toBeGreaterThanOrEqual(ROOM_EVENTS_KEPT);
  expect(replay.events.length).toBeLessThan(2 * ROOM_EVENTS_KEPT);
  expect(numbers(replay.events)).toEqual(upTo(1_200 - replay.events.length + 1, 1_200));
  expect(await after(roomId, 1_200 - ROOM_EVENTS_KEPT)).toMatchObject({ truncated: false });
});

it("replays from any number, whatever was stored together with it", async () => {
  const roomId = randomUUID();
  const sent = [
    ...(await append(roomId, chats(1))),
    ...(await append(roomId, chats(120, "many"))),
    ...(await append(roomId, chats(2, "few"))),
  ];
  for (let seq = 0; seq <= sent.length; seq++) {
    expect(await after(roomId, seq)).toEqual({ events: sent.slice(seq), latestSeq: 123, truncated: false });
  }
});

it("keeps no fewer events of a room that hears of many at once than of one that hears of each by itself", async () => {
  const roomId = randomUUID();
  let last = 0;
  for (const count of [1, 49, 50, 51, 400, 7, 130, 500, 3, 1]) {
    await append(roomId, chats(count, `c${count}-`));
    last += count;
    const first = Math.max(1, last - ROOM_EVENTS_KEPT + 1);
    const replay = await after(roomId, first - 1);
    expect(replay).toMatchObject({ latestSeq: last, truncated: false });
    expect(numbers(replay.events)).toEqual(upTo(first, last));
  }
});

it("keeps what was stored before numbers were passed over until as many follow", async () => {
  const roomId = randomUUID();
  const before = await append(roomId, chats(400, "old"));
  setEraSource(redis(), { peek: () => ERA, get: async () => ERA });
  try {
    const first = ERA.era * 2 ** 32 + 1;
    expect(numbers(await append(roomId, chats(3, "new")))).toEqual(upTo(first, first + 2));
    expect((await after(roomId, 0)).events).toEqual([...before, ...(await after(roomId, first - 1)).events]);
    await append(roomId, chats(ROOM_EVENTS_KEPT, "more"));
    expect(await after(roomId, 0)).toMatchObject({
      truncated: true,
      latestSeq: first + 2 + ROOM_EVENTS_KEPT,
    });
    expect(numbers((await after(roomId, first + 2)).events)).toEqual(
      upTo(first + 3, first + 2 + ROOM_EVENTS_KEPT),
    );
  } finally {
    setEraSource(redis(), { peek: () => ONLY, get: async () => ONLY });
  }
});

it("goes on above the events when the counter was lost", async () => {
  const roomId = randomUUID();
  await append(roomId, chats(5));
  await redis().del(roomSeqKey(roomId));
  expect((await after(roomId, 3)).latestSeq).toBe(5);
  expect(numbers(await append(roomId, chats(2)))).toEqual([6, 7]);
  expect(numbers(await append(roomId, chats(1)))).toEqual([8]);
  expect(numbers((await after(roomId, 0)).events)).toEqual(upTo(1, 8));
});

it("goes on with the counter when the events were lost, and says that they are", async () => {
  const roomId = randomUUID();
  await append(roomId, chats(5));
  await redis().del(roomEventsKey(roomId));
  expect(await after(roomId, 3)).toEqual({ events: [], latestSeq: 5, truncated: true });
  expect(numbers(await append(roomId, chats(2)))).toEqual([6, 7]);
  expect(await after(roomId, 3)).toMatchObject({ truncated: true });
  expect(await after(roomId, 5)).toMatchObject({ truncated: false, latestSeq: 7 });
});

it("sends a client that is ahead of a log that was lost back to the start", async () => {
  const roomId = randomUUID();
  await append(roomId, chats(5));
  await redis().del(roomSeqKey(roomId), roomEventsKey(roomId));
  expect(await after(roomId, 5)).toEqual({ events: [], latestSeq: 0, truncated: true });
  await append(roomId, chats(1));
  expect(await after(roomId, 5)).toMatchObject({ latestSeq: 1, truncated: true });
});

it("passes over an event it cannot read any more", async () => {
  const roomId = randomUUID();
  await append(roomId, chats(1));
  await redis().xadd(roomEventsKey(roomId), "2-0", "e", JSON.stringify({ event: "of.old", at: AT }));
  expect(numbers(await append(roomId, chats(1)))).toEqual([3]);
  expect(numbers((await after(roomId, 0)).events)).toEqual([1, 3]);
});

it("keeps rooms apart and forgets an idle one some day", async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  await append(one, chats(3));
  expect(numbers(await append(other, chats(1)))).toEqual([1]);
  expect(await redis().ttl(roomSeqKey(one))).toBeGreaterThan(0);
  expect(await redis().ttl(roomEventsKey(one))).toBeGreaterThan(0);
});
