import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { ChatMessage, RoomDetail, RoomSettings } from "@/domain/contracts/room";
import { droppedEvents } from "@/push/publisher/priority";
import { demoId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let processes: [WebHarness, WebHarness];
/** One anchor and a crowd, spread over both processes. */
let anchor: ApiClient;
let crowd: ApiClient[];
const roomId = demoId("room:+8613900000001");
const otherRoomId = demoId("room:+8613900000002");

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_CHAT_SEND: "1000/5",
  ROOM_CHAT_PER_SECOND: "8",
};

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const start = () => startWebHarness({ ...databases, ...redis }, SETTINGS);
  processes = await Promise.all([start(), start()]);
  const signIn = async (phone: string, harness: WebHarness) => {
    const client = new ApiClient(harness.url);
    await client.signInByPhone(phone);
    return client;
  };
  anchor = await signIn("+8613900000001", processes[0]);
  crowd = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) => signIn(`+861380000000${n}`, processes[n % 2 ? 0 : 1])),
  );
});
afterAll(async () => {
  await Promise.all(processes?.map((harness) => harness.close()) ?? []);
  await Promise.all([databases?.drop(), redis?.drop()]);
});
beforeEach(() => set({ chatPerSecond: null, slowModeSeconds: 0, guestsMayChat: true, topIsPublic: true }));

const set = async (changes: object) => {
  const answer = await anchor.mutate<RoomSettings>("room.updateSettings", { roomId, ...changes });
  expect(answer.error).toBeUndefined();
  // Every process has heard of it.
  for (const harness of processes) {
    const client = new ApiClient(harness.url);
    await expect
      .poll(async () => (await client.query<RoomDetail>("room.get", { roomId })).data.settings)
      .toMatchObject(answer.data);
  }
  return answer.data;
};
const say = (client: ApiClient, text = "hi", room = roomId) =>
  client.mutate<{ messageId: string }>("chat.send", { roomId: room, messageId: randomUUID(), text });
const eventsAfter = async (seq: number) =>
  (await anchor.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq })).data;
const latestSeq = async () => (await anchor.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
const sampled = async () => {
  const { values } = await droppedEvents.get();
  return values.find(({ labels }) => labels.priority === "chat" && labels.reason === "sampled")?.value ?? 0;
};
/** A second in Redis' clock: the allowance is full again. */
const refill = () => processes[0].resources.redis.del(`room-chat:{${roomId}}`);

describe("above what a person can read", () => {
  it("shows a sample live, the same for all processes together, and keeps all of it in the history", async () => {
    await set({ chatPerSecond: 8 });
    await refill();
    const [before, droppedBefore] = [await latestSeq(), await sampled()];
    const texts = Array.from({ length: 60 }, (_, i) => `words ${i}`);
    const answers = await Promise.all(
      texts.map((text, i) => say(crowd[i % crowd.length] as ApiClient, text)),
    );
    // Every author hears that theirs was taken.
    expect(answers.filter((answer) => answer.error)).toEqual([]);
    const { events, truncated } = await eventsAfter(before);
    expect(truncated).toBe(false);
    // Six at once, since a quarter is kept for moderators, and what came to it while they were sent.
    expect(events.length).toBeGreaterThanOrEqual(6);
    expect(events.length).toBeLessThan(60);
    // Whoever listens misses no number.
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => before + 1 + i));
    expect(await sampled()).toBe(droppedBefore + 60 - events.length);
    const history = (await anchor.query<ChatMessage[]>("chat.history", { roomId, limit: 100 })).data;
    expect(history.map((message) => message.text)).toEqual(expect.arrayContaining(texts));
  });

  it("lets the anchor through", async () => {
    await set({ chatPerSecond: 1 });
    const before = await latestSeq();
    await Promise.all(crowd.map((client) => say(client, "noise")));
    await say(anchor, "the anchor speaks");
    expect((await eventsAfter(before)).events).toContainEqual(
      expect.objectContaining({ event: "chat.message", text: "the anchor speaks" }),
    );
  });

  it("does not let a busy room silence another", async () => {
    await set({ chatPerSecond: 1 });
    await Promise.all(crowd.map((client) => say(client)));
    const [client] = crowd as [ApiClient];
    const { latestSeq: seq } = (await client.query<RoomDetail>("room.get", { roomId: otherRoomId })).data;
    await say(client, "calm here", otherRoomId);
    const { data } = await client.query<RoomEventsAfter>("room.eventsAfter", { roomId: otherRoomId, seq });
    expect(data.events).toMatchObject([{ text: "calm here" }]);
  });
});

describe("slow mode", () => {
  it("lets each viewer speak once in a while, and the anchor always", async () => {
    await set({ slowModeSeconds: 60 });
    const [first, second] = crowd as [ApiClient, ApiClient];
    expect((await say(first)).error).toBeUndefined();
    expect((await say(first)).error).toMatchObject({ name: "RATE_LIMITED" });
    expect((await say(first)).error?.details.retryAfterMs).toBeGreaterThan(30_000);
    expect((await say(second)).error).toBeUndefined();
    expect((await say(first, "hi", otherRoomId)).error).toBeUndefined();
    for (let i = 0; i < 3; i++) expect((await say(anchor)).error).toBeUndefined();
    await set({ slowModeSeconds: 0 });
    expect((await say(first)).error).toBeUndefined();
  });
});

describe("the settings of a room", () => {
  it("are its anchor's, and change only what is said", async () => {
    expect(await set({ chatPerSecond: 33, topIsPublic: false })).toEqual({
      chatPerSecond: 33,
      followersOnlyMinutes: null,
      linksAllowed: true,
      slowModeSeconds: 0,
      guestsMayChat: true,
      topIsPublic: false,
    });
    expect(await set({ chatPerSecond: null })).toMatchObject({ chatPerSecond: 8, topIsPublic: false });
    const [viewer] = crowd as [ApiClient];
    const change = async (client: ApiClient, input: object) =>
      (await client.mutate("room.updateSettings", { roomId, ...input })).error?.name;
    expect(await change(viewer, {})).toBe("FORBIDDEN");
    expect(await change(anchor, { roomId: otherRoomId })).toBe("NOT_FOUND");
    expect(await change(anchor, { chatPerSecond: 0 })).toBe("INVALID_INPUT");
    expect(await change(anchor, { slowModeSeconds: 301 })).toBe("INVALID_INPUT");
  });
});
