import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { tamper } from "@/db/testing/tamper";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { ChatMessage, RoomCard, RoomDetail } from "@/domain/contracts/room";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { findRoomState } from "./room-state";
import { raisePeaks } from "./session-peak";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let other: WebHarness;
let viewer: ApiClient;
let anchor: ApiClient;
let operator: ApiClient;

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_ROOM_OPEN: "1000/10",
  RATE_LIMIT_CHAT_SEND: "1000/5",
};

type Page = { items: RoomCard[]; nextCursor: string | null };
const signIn = async (phone: string, harness = web) => {
  const client = new ApiClient(harness.url);
  await client.signInByPhone(phone);
  return client;
};
const open = (client: ApiClient, title = "A room") =>
  client.mutate<{ roomId: string; sessionId: string }>("room.open", {
    title,
    category: "talk",
    tags: ["evening"],
  });
const close = (client: ApiClient, roomId: string) =>
  client.mutate<{ roomId: string; sessionId: string | null }>("room.close", { roomId });
const eventsAfter = async (roomId: string, seq: number) =>
  (await viewer.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq })).data;
const say = (client: ApiClient, roomId: string, text: string, messageId: string = randomUUID()) =>
  client.mutate<{ messageId: string }>("chat.send", { roomId, messageId, text });

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const services = { ...databases, ...redis };
  [web, other] = await Promise.all([
    startWebHarness(services, SETTINGS),
    startWebHarness(services, SETTINGS),
  ]);
  [viewer, anchor, operator] = await Promise.all([
    signIn("+8613800000001"),
    signIn("+8613900000004"),
    signIn("+8613700000001"),
  ]);
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** The anchor's room, live anew for each test. */
let roomId: string;
beforeEach(async () => {
  roomId = (await open(anchor)).data.roomId;
});

describe("the picture", () => {
  it("comes from where the anchor says, over https, and is the placeholder without", async () => {
    const streamOf = async () => (await viewer.query<RoomDetail>("room.get", { roomId })).data.streamUrl;
    const set = (streamUrl: unknown) => anchor.mutate("room.updateSettings", { roomId, streamUrl });
    const streamUrl = "https://cdn.example/live/room.m3u8";
    expect((await set(streamUrl)).error).toBeUndefined();
    expect(await streamOf()).toBe(streamUrl);
    // What is left out stays.
    await anchor.mutate("room.updateSettings", { roomId, slowModeSeconds: 0 });
    expect(await streamOf()).toBe(streamUrl);
    for (const wrong of ["http://cdn.example/a.m3u8", "javascript:alert(1)", "no address", "https://"]) {
      expect((await set(wrong)).error).toMatchObject({
        name: "INVALID_INPUT",
        details: { field: "streamUrl" },
      });
    }
    await set(null);
    expect(await streamOf()).toBeNull();
  });
});

describe("opening and closing", () => {
  it("opens one session however often it is asked", async () => {
    await close(anchor, roomId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(anchor)));
    expect(new Set(answers.map((answer) => answer.data.sessionId)).size).toBe(1);
    const sessions = await web.resources.live.sql`
      SELECT 1 FROM room_sessions WHERE room_id = ${roomId} AND ended_at IS NULL`;
    expect(sessions).toHaveLength(1);
    const again = await open(anchor, "Another title");
    expect(again.data).toEqual(answers[0]?.data);
  });

  it("closes once, and closing again changes nothing", async () => {
    const first = await close(anchor, roomId);
    expect(first.data.sessionId).toMatch(/^[\da-f-]{36}$/);
    expect((await close(anchor, roomId)).data).toEqual({ roomId, sessionId: null });
    expect((await viewer.query<RoomDetail>("room.get", { roomId })).data).toMatchObject({
      isLive: false,
      sessionId: null,
    });
  });

  it("is found by its anchor, live and closed", async () => {
    expect((await anchor.query("room.mine")).data).toEqual({ roomId, isLive: true });
    await close(anchor, roomId);
    expect((await anchor.query("room.mine")).data).toEqual({ roomId, isLive: false });
    expect((await viewer.query("room.mine")).error?.name).toBe("FORBIDDEN");
  });

  it("tells the room", async () => {
    const before = (await viewer.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
    await close(anchor, roomId);
    await open(anchor, "Again 再来");
    await expect
      .poll(async () => (await eventsAfter(roomId, before)).events)
      .toMatchObject([
        { event: "room.closed", seq: before + 1 },
        { event: "room.opened", seq: before + 2, title: "Again 再来" },
      ]);
  });

  it("is for the anchor of the room only", async () => {
    expect((await open(viewer)).error?.name).toBe("FORBIDDEN");
    expect((await open(operator)).error?.name).toBe("FORBIDDEN");
    expect((await open(new ApiClient(web.url))).error?.name).toBe("UNAUTHENTICATED");
    const rival = await signIn("+8613900000005");
    expect((await close(rival, roomId)).error?.name).toBe("NOT_FOUND");
    expect((await rival.query("room.stats", { roomId })).error?.name).toBe("NOT_FOUND");
  });

  it("refuses a banned room and titles that nobody can read", async () => {
    const { sql } = web.resources.live;
    await close(anchor, roomId);
    await sql`UPDATE rooms SET banned = true WHERE id = ${roomId}`;
    expect((await open(anchor)).error?.name).toBe("ROOM_BANNED");
    await sql`UPDATE rooms SET banned = false WHERE id = ${roomId}`;
    expect((await open(anchor, "\u200b\u202e")).error).toMatchObject({
      name: "INVALID_INPUT",
      details: { field: "title" },
    });
  });

  it("is limited across processes", async () => {
    const strict = await startWebHarness(
      { ...databases, ...redis },
      { ...SETTINGS, RATE_LIMIT_ROOM_OPEN: "1/10" },
    );
    const rival = await signIn("+8613900000003", strict);
    const opened = await open(rival);
    expect(opened.error).toBeUndefined();
    expect((await open(rival)).error).toMatchObject({ name: "RATE_LIMITED" });
    // Closing is counted by itself.
    expect((await close(rival, opened.data.roomId)).error).toBeUndefined();
    expect((await close(rival, opened.data.roomId)).error?.details.retryAfterMs).toBeGreaterThan(0);
    await strict.close();
  });
});

describe("how a room stands", () => {
  it("is known at once in every process when it changes", async () => {
    expect((await findRoomState(other.resources, roomId))?.isLive).toBe(true);
    await close(anchor, roomId);
    await expect.poll(async () => (await findRoomState(other.resources, roomId))?.isLive).toBe(false);
    await open(anchor);
    await expect.poll(async () => (await findRoomState(other.resources, roomId))?.isLive).toBe(true);
  });

  it("costs no query while it is cached, also for rooms that do not exist", async () => {
    const { sql } = web.resources.live;
    const nowhere = randomUUID();
    // A room of its own: Redis passes notices on to all its databases, and the demo's rooms have the same ids in each.
    const own = randomUUID();
    await sql`
      INSERT INTO rooms (id, anchor_id, title, category)
      SELECT ${own}, id, 'room', 'music' FROM users WHERE role = 'operator' LIMIT 1`;
    const state = await findRoomState(web.resources, own);
    expect(state).toMatchObject({ roomId: own });
    expect(await findRoomState(web.resources, nowhere)).toBeNull();
    await tamper(databases.liveOwnerUrl, "ALTER TABLE rooms RENAME TO rooms_away");
    try {
      expect(await findRoomState(web.resources, own)).toEqual(state);
      expect(await findRoomState(web.resources, nowhere)).toBeNull();
      await expect(findRoomState(web.resources, randomUUID())).rejects.toThrow();
    } finally {
      await tamper(databases.liveOwnerUrl, "ALTER TABLE rooms_away RENAME TO rooms");
    }
  });

  it("asks once for many at the same time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => findRoomState(other.resources, roomId)),
    );
    expect(new Set(answers).size).toBe(1);
  });
});

describe("listing", () => {
  it("shows live rooms, by page, the newest first", async () => {
    const all = (await viewer.query<Page>("room.list", { sort: "newest" })).data.items;
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all[0]?.roomId).toBe(roomId);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Page = (await viewer.query<Page>("room.list", { sort: "newest", limit: 2, cursor })).data;
      seen.push(...page.items.map((item) => item.roomId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(all.map((item) => item.roomId));
  });

  it("pages by viewers too", async () => {
    const all = (await viewer.query<Page>("room.list", {})).data.items.map((item) => item.roomId);
    const first = (await viewer.query<Page>("room.list", { limit: 1 })).data;
    const rest = (await viewer.query<Page>("room.list", { cursor: first.nextCursor })).data;
    expect([...first.items, ...rest.items].map((item) => item.roomId)).toEqual(all);
  });

  it("finds by tag, title and anchor, and takes wildcards as letters", async () => {
    const titles = async (input: object) =>
      (await viewer.query<Page>("room.list", input)).data.items.map((item) => item.title);
    expect(await titles({ tag: "piano" })).toEqual(["Late-night piano 深夜钢琴"]);
    expect(await titles({ search: "钢琴" })).toEqual(["Late-night piano 深夜钢琴"]);
    expect(await titles({ search: "aria" })).toEqual(["Late-night piano 深夜钢琴"]);
    expect(await titles({ search: "%" })).toEqual([]);
    expect(await titles({ search: "_" })).toEqual([]);
    expect(await titles({ search: "\\" })).toEqual([]);
    expect(await titles({ tag: "no such tag" })).toEqual([]);
  });

  it("keeps the most viewers of a session, though its anchor does not look", async () => {
    let viewers = 41;
    const service = createServer((_request, response) =>
      response.end(
        JSON.stringify({
          channels: {
            [`private-room-${roomId}`]: { subscription_count: viewers },
            "private-room-nowhere": { subscription_count: 3 },
          },
        }),
      ),
    );
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const pushPort = String((service.address() as AddressInfo).port);
    const services = { ...databases, ...redis };
    // Each process remembers counts for seconds; another one looks when fewer are left.
    for (const seen of [41, 7]) {
      viewers = seen;
      const scheduler = await startWebHarness(services, { ...SETTINGS, PUSHER_PORT: pushPort });
      await raisePeaks(scheduler.resources);
      await scheduler.close();
    }
    expect((await anchor.query("room.stats", { roomId })).data).toMatchObject({ peakViewers: 41 });
    // The next session starts anew.
    await close(anchor, roomId);
    await open(anchor);
    expect((await anchor.query("room.stats", { roomId })).data).toMatchObject({ peakViewers: 0 });
    service.closeAllConnections();
    service.close();
  });

  it("counts viewers as the push gateway does, and 0 while it is away", async () => {
    const rooms = (await viewer.query<Page>("room.list", {})).data.items;
    expect(rooms.every((room) => room.viewerCount === 0)).toBe(true);
    // A hosted service in the protocol's own words stands where ours would.
    const busiest = rooms.at(-1)?.roomId ?? "";
    const service = createServer((_request, response) =>
      response.end(JSON.stringify({ channels: { [`private-room-${busiest}`]: { subscription_count: 41 } } })),
    );
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const port = String((service.address() as AddressInfo).port);
    const connected = await startWebHarness({ ...databases, ...redis }, { ...SETTINGS, PUSHER_PORT: port });
    const sorted = (await new ApiClient(connected.url).query<Page>("room.list", {})).data.items;
    expect(sorted[0]).toMatchObject({ roomId: busiest, viewerCount: 41 });
    await connected.close();
    service.closeAllConnections();
    service.close();
  });

  it.each(["nonsense", "e30", Buffer.from('{"liveSince":"x","roomId":"y"}').toString("base64url")])(
    "refuses the cursor %s by name",
    async (cursor) => {
      expect((await viewer.query("room.list", { cursor })).error).toMatchObject({
        name: "INVALID_INPUT",
        details: { field: "cursor" },
      });
    },
  );
});

describe("chat", () => {
  it("is stored, numbered and replayed though push is away", async () => {
    const before = (await viewer.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
    const messageId = randomUUID();
    expect((await say(viewer, roomId, "hello 你好 🎁", messageId)).data).toEqual({ messageId });
    const { events } = await eventsAfter(roomId, before);
    expect(events).toMatchObject([
      {
        event: "chat.message",
        seq: before + 1,
        messageId,
        text: "hello 你好 🎁",
        sender: { role: "viewer", nickname: "Mia 米娅" },
      },
    ]);
    const history = (await viewer.query<ChatMessage[]>("chat.history", { roomId })).data;
    expect(history.at(-1)).toMatchObject({ messageId, text: "hello 你好 🎁" });
  });

  it("says a message once, however often and from wherever it is sent", async () => {
    const before = (await viewer.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
    const messageId = randomUUID();
    const twin = new ApiClient(other.url);
    for (const [name, value] of viewer.cookies) twin.cookies.set(name, value);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => say(i % 2 ? viewer : twin, roomId, `words ${i}`, messageId)),
    );
    expect(answers.every((answer) => answer.data.messageId === messageId)).toBe(true);
    expect((await eventsAfter(roomId, before)).events).toHaveLength(1);
    // The id is the sender's own: another person's same id is another message.
    expect((await say(operator, roomId, "mine", messageId)).error).toBeUndefined();
    expect((await eventsAfter(roomId, before)).events).toHaveLength(2);
  });

  it("announces a message whose first call failed after storing it", async () => {
    const before = (await viewer.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
    const messageId = randomUUID();
    await say(viewer, roomId, "half done", messageId);
    // As if the process had died between storing and announcing.
    await web.resources.redis.del(...(await web.resources.redis.keys(`chat-announced:*${messageId}`)));
    await say(viewer, roomId, "half done", messageId);
    expect((await eventsAfter(roomId, before)).events.map((event) => event.event)).toEqual([
      "chat.message",
      "chat.message",
    ]);
  });

  it("is for live rooms, and for those who may", async () => {
    expect((await say(viewer, randomUUID(), "hi")).error?.name).toBe("NOT_FOUND");
    expect((await say(new ApiClient(web.url), roomId, "hi")).error?.name).toBe("UNAUTHENTICATED");
    expect((await say(viewer, roomId, "\u200b\u0000")).error?.name).toBe("CHAT_REJECTED");
    const { sql } = web.resources.live;
    const userId = (await viewer.query<{ userId: string }>("session.me")).data.userId;
    await sql`
      INSERT INTO room_restrictions (id, room_id, user_id, kind, until, created_by)
      VALUES (gen_random_uuid(), ${roomId}, ${userId}, 'mute', now() + interval '1 hour', ${userId})`;
    expect((await say(viewer, roomId, "hi")).error).toMatchObject({ name: "MUTED" });
    const detail = (await viewer.query<RoomDetail>("room.get", { roomId })).data;
    expect(detail.restrictions.mutedUntil).not.toBeNull();
    await sql`
      UPDATE room_restrictions SET lifted_at = now() WHERE user_id = ${userId} AND room_id = ${roomId}`;
    expect((await say(viewer, roomId, "hi")).error).toBeUndefined();
    await close(anchor, roomId);
    expect((await say(viewer, roomId, "hi")).error?.name).toBe("ROOM_NOT_LIVE");
  });

  it("is limited by person, and for guests by address too", async () => {
    const strict = await startWebHarness(
      { ...databases, ...redis },
      { ...SETTINGS, RATE_LIMIT_CHAT_SEND: "5/5", TRUST_PROXY: "true" },
    );
    const talker = await signIn("+8613800000009", strict);
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => say(talker, roomId, `hi ${i}`)));
    expect(results.filter((answer) => answer.error?.name === "RATE_LIMITED")).toHaveLength(3);
    const guests = await Promise.all(
      ["203.0.113.5", "203.0.113.5", "203.0.113.6"].map(async (ip) => {
        const guest = new ApiClient(strict.url, { "x-forwarded-for": ip });
        await guest.signInAsGuest();
        return guest;
      }),
    );
    const [first, second, third] = guests as [ApiClient, ApiClient, ApiClient];
    expect((await say(first, roomId, "hi")).error).toBeUndefined();
    expect((await say(second, roomId, "hi")).error?.name).toBe("RATE_LIMITED");
    expect((await say(third, roomId, "hi")).error).toBeUndefined();
    await strict.close();
  });

  it("is closed to guests where the room says so", async () => {
    const { sql } = web.resources.live;
    await sql`UPDATE rooms SET guests_may_chat = false WHERE id = ${roomId}`;
    await close(anchor, roomId);
    await open(anchor);
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    expect((await say(guest, roomId, "hi")).error?.name).toBe("FORBIDDEN");
    await sql`UPDATE rooms SET guests_may_chat = true WHERE id = ${roomId}`;
  });
});

describe("figures", () => {
  it("count the session's chat and start at nothing", async () => {
    await close(anchor, roomId);
    expect((await anchor.query("room.stats", { roomId })).data).toMatchObject({ coins: 0, chatMessages: 0 });
    await open(anchor);
    await expect.poll(async () => (await say(viewer, roomId, "hi")).error).toBeUndefined();
    expect((await anchor.query("room.stats", { roomId })).data).toEqual({
      viewers: 0,
      peakViewers: 0,
      coins: 0,
      grossFen: 0,
      gifts: 0,
      chatMessages: 1,
      series: [],
    });
  });
});
