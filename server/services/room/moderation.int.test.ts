import { randomUUID } from "node:crypto";
import type Pusher from "pusher-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { RestrictedViewer, RoomDetail } from "@/domain/contracts/room";
import type { ViewerRestrictedBody } from "@/domain/contracts/room-event-bodies";
import { finishBackground } from "@/platform/runtime/background";
import { newPusherClient, nextEvent } from "@/push/gateway/testing/pusher-client";
import { startRelay } from "@/push/gateway/testing/relay";
import { startTestGateway, TEST_APP, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { demoUserId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let gateway: TestGateway;
let web: WebHarness;
let other: WebHarness;
let anchor: ApiClient;
let viewer: ApiClient;
let operator: ApiClient;
/** The anchor's room, and another one that is live too. */
let roomId: string;
let otherRoomId: string;
const viewerId = demoUserId("+8613800000001");
const anchorId = demoUserId("+8613900000001");
const otherAnchorId = demoUserId("+8613900000002");
const opened: Pusher[] = [];

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_CHAT_SEND: "1000/5",
  RATE_LIMIT_MODERATION: "1000/60",
  PUSHER_APP_ID: TEST_APP.id,
  PUSHER_KEY: TEST_APP.key,
  PUSHER_SECRET: TEST_APP.secret,
};

const signIn = async (phone: string) => {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
};
/** The same browser, sent by the balancer to the other process. */
const through = (harness: WebHarness, client: ApiClient) => {
  const twin = new ApiClient(harness.url);
  for (const [name, value] of client.cookies) twin.cookies.set(name, value);
  return twin;
};
const startWeb = (pushPort: number, settings: Record<string, string> = {}) =>
  startWebHarness({ ...databases, ...redis }, { ...SETTINGS, PUSHER_PORT: String(pushPort), ...settings });
const eventsAfter = (client: ApiClient, seq: number, room = roomId) =>
  client.query<RoomEventsAfter>("room.eventsAfter", { roomId: room, seq });
const latestSeq = async () => (await operator.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
const sendGift = (client: ApiClient, giftOrderId: string = randomUUID(), room = roomId) =>
  client.mutate<{ status: string }>("gift.send", { giftOrderId, roomId: room, giftId: "crown", count: 1 });
const say = (client: ApiClient, room = roomId) =>
  client.mutate("chat.send", { roomId: room, messageId: randomUUID(), text: "hello" });
const requestChannel = (client: ApiClient, channel: string, socketId = "1.1") =>
  client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socketId, channel_name: channel }).toString(),
  });

/** An unmodified client that asks this product for its channels, with the cookies of a browser. */
function listen(client: ApiClient): Pusher {
  const pusher = newPusherClient(
    gateway.port,
    gateway.server,
    {},
    {
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, callback) => {
          void requestChannel(client, channelName, socketId).then(async (response) =>
            response.ok
              ? callback(null, (await response.json()) as { auth: string })
              : callback(new Error(`${response.status}`), null),
          );
        },
      },
    },
  );
  opened.push(pusher);
  return pusher;
}

async function subscribed(pusher: Pusher, name: string) {
  const channel = pusher.subscribe(name);
  await nextEvent(channel, "pusher:subscription_succeeded");
  return channel;
}

beforeAll(async () => {
  [databases, redis, gateway] = await Promise.all([
    createTestDatabases(),
    createTestRedis(),
    startTestGateway(),
  ]);
  await seedDemo(databases);
  [web, other] = await Promise.all([startWeb(gateway.port), startWeb(gateway.port)]);
  [anchor, viewer, operator] = await Promise.all([
    signIn("+8613900000001"),
    signIn("+8613800000001"),
    signIn("+8613700000001"),
  ]);
  const { items } = (
    await viewer.query<{ items: { roomId: string; anchor: { userId: string } }[] }>("room.list", {})
  ).data;
  roomId = items.find((room) => room.anchor.userId === anchorId)?.roomId ?? "";
  otherRoomId = items.find((room) => room.anchor.userId === otherAnchorId)?.roomId ?? "";
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await gateway?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});
beforeEach(async () => {
  await anchor.mutate("room.restore", { roomId, userId: viewerId });
  await anchor.mutate("room.unmute", { roomId, userId: viewerId });
  // Kicks of the test before are still about to close the viewer's sockets.
  await finishBackground();
});
afterEach(() => {
  for (const pusher of opened.splice(0)) pusher.disconnect();
});

describe("a kick", () => {
  it("closes every socket of the viewer, tells them why, and leaves the others' open", async () => {
    const own = [listen(viewer), listen(through(other, viewer))];
    const stranger = listen(await signIn("+8613800000002"));
    const news: Promise<ViewerRestrictedBody>[] = [];
    for (const pusher of own) {
      await subscribed(pusher, `private-room-${roomId}`);
      news.push(nextEvent(await subscribed(pusher, `private-user-${viewerId}`), "viewer.kicked"));
    }
    news.push(nextEvent(await subscribed(stranger, `private-room-${roomId}`), "viewer.kicked"));
    const closed = own.map((pusher) => nextEvent(pusher.connection, "disconnected"));
    const { data } = await anchor.mutate<{ until: string }>("room.kick", {
      roomId,
      userId: viewerId,
      minutes: 10,
      reason: " spam ",
    });
    expect(Date.parse(data.until)).toBeGreaterThan(Date.now() + 9 * 60_000);
    for (const told of await Promise.all(news)) {
      expect(told).toMatchObject({
        roomId,
        userId: viewerId,
        nickname: "Mia 米娅",
        until: data.until,
        reason: "spam",
      });
    }
    await Promise.all(closed);
    expect(stranger.connection.state).toBe("connected");

    // Back on the line, other rooms and the own channel open and this room does not.
    const [again] = own as [Pusher];
    again.unsubscribe(`private-room-${roomId}`);
    again.connect();
    await nextEvent(again.connection, "connected");
    const refused = nextEvent(again.subscribe(`private-room-${roomId}`), "pusher:subscription_error");
    await subscribed(again, `private-room-${otherRoomId}`);
    await refused;
  });

  it("shuts the room in every process, and no other room", async () => {
    const seq = await latestSeq();
    await anchor.mutate("room.kick", { roomId, userId: viewerId, minutes: 5, reason: "spam" });
    const twin = through(other, viewer);
    // The other process hears of it by a notice, the database knows at once.
    await expect.poll(async () => (await sendGift(twin)).error?.name).toBe("KICKED");
    for (const client of [viewer, twin]) {
      for (const answer of [
        await sendGift(client),
        await say(client),
        await eventsAfter(client, seq),
        await client.query("chat.history", { roomId }),
      ]) {
        expect(answer.error).toMatchObject({ name: "KICKED", details: { reason: "spam" } });
      }
      const refused = await requestChannel(client, `private-room-${roomId}`);
      expect(refused.status).toBe(403);
      const detail = (await client.query<RoomDetail>("room.get", { roomId })).data;
      expect(detail.streamUrl).toBeNull();
      expect(detail.restrictions).toMatchObject({ kickReason: "spam", mutedUntil: null });
      expect(Date.parse(detail.restrictions.kickedUntil ?? "")).toBeGreaterThan(Date.now());
      expect((await sendGift(client, undefined, otherRoomId)).data).toMatchObject({ status: "pending" });
      expect((await say(client, otherRoomId)).error).toBeUndefined();
      expect((await requestChannel(client, `private-room-${otherRoomId}`)).status).toBe(200);
    }
  });

  it("does not hide what became of a gift that was accepted before", async () => {
    const giftOrderId = randomUUID();
    expect((await sendGift(viewer, giftOrderId)).data.status).toBe("pending");
    await anchor.mutate("room.kick", { roomId, userId: viewerId });
    expect((await sendGift(viewer, giftOrderId)).data).toMatchObject({ giftOrderId, status: "pending" });
    expect((await sendGift(viewer)).error?.name).toBe("KICKED");
  });

  it("is one kick however often it is asked for, and is replaced by another length or reason", async () => {
    const seq = await latestSeq();
    const kick = (extra: object) => anchor.mutate("room.kick", { roomId, userId: viewerId, ...extra });
    const answers = await Promise.all(Array.from({ length: 20 }, () => kick({ minutes: 5 })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.data))).size).toBe(1);
    await kick({ minutes: 60 });
    await kick({ minutes: 60, reason: "again" });
    await kick({ reason: "for good" });
    await kick({ reason: "for good" });
    await expect
      .poll(async () => (await eventsAfter(operator, seq)).data.events)
      .toMatchObject([
        { event: "viewer.kicked", reason: null },
        { event: "viewer.kicked", reason: null },
        { event: "viewer.kicked", reason: "again" },
        { event: "viewer.kicked", reason: "for good", until: "9999-12-31T23:59:59.000Z" },
      ]);
    const listed = (await anchor.query<RestrictedViewer[]>("room.restricted", { roomId })).data;
    expect(listed.filter((row) => row.userId === viewerId)).toMatchObject([
      { kind: "kick", nickname: "Mia 米娅", reason: "for good" },
    ]);
  });

  it("is undone at once, in every process", async () => {
    const user = await subscribed(listen(viewer), `private-user-${viewerId}`);
    await anchor.mutate("room.mute", { roomId, userId: viewerId });
    const unmuted = nextEvent(user, "viewer.unmuted");
    await anchor.mutate("room.unmute", { roomId, userId: viewerId });
    expect(await unmuted).toMatchObject({ roomId, userId: viewerId });

    await anchor.mutate("room.kick", { roomId, userId: viewerId, minutes: 5 });
    await expect.poll(async () => (await sendGift(through(other, viewer))).error?.name).toBe("KICKED");
    const seq = await latestSeq();
    for (let i = 0; i < 3; i++) {
      const { data } = await anchor.mutate("room.restore", { roomId, userId: viewerId });
      expect(data).toEqual({ userId: viewerId });
    }
    expect((await sendGift(viewer)).error).toBeUndefined();
    expect((await requestChannel(through(other, viewer), `private-room-${roomId}`)).status).toBe(200);
    await expect.poll(async () => (await sendGift(through(other, viewer))).error).toBeUndefined();
    await expect
      .poll(async () => (await eventsAfter(viewer, seq)).data?.events)
      .toMatchObject([{ event: "viewer.restored", userId: viewerId }]);
  });

  it("still reaches the sockets when the push service was away", async () => {
    const relay = await startRelay(9);
    const cutOff = await startWeb(relay.port);
    const pusher = listen(viewer);
    await subscribed(pusher, `private-room-${roomId}`);
    const closed = nextEvent(pusher.connection, "disconnected");
    const answer = await through(cutOff, anchor).mutate("room.kick", {
      roomId,
      userId: viewerId,
      minutes: 5,
    });
    expect(answer.error).toBeUndefined();
    relay.targetPort = gateway.port;
    await closed;
    await cutOff.close();
    await relay.close();
  });

  it("goes with a guest who signs in, except into a room of their own", async () => {
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    const { userId } = (await guest.query<{ userId: string }>("session.me")).data;
    await anchor.mutate("room.kick", { roomId, userId, minutes: 5 });
    await operator.mutate("room.kick", { roomId: otherRoomId, userId, minutes: 5 });
    expect((await requestChannel(guest, `private-room-${roomId}`)).status).toBe(403);
    await guest.signInByPhone("+8613900000002");
    expect((await guest.query("session.me")).data).toMatchObject({ userId: otherAnchorId });
    expect((await requestChannel(guest, `private-room-${roomId}`)).status).toBe(403);
    expect((await requestChannel(guest, `private-room-${otherRoomId}`)).status).toBe(200);
  });
});

describe("a mute", () => {
  it("keeps from chatting, and from nothing else", async () => {
    const seq = await latestSeq();
    await anchor.mutate("room.mute", { roomId, userId: viewerId, minutes: 5, reason: "shouting" });
    expect((await say(viewer)).error).toMatchObject({ name: "MUTED", details: { reason: "shouting" } });
    expect((await say(viewer, otherRoomId)).error).toBeUndefined();
    expect((await sendGift(viewer)).error).toBeUndefined();
    expect((await requestChannel(viewer, `private-room-${roomId}`)).status).toBe(200);
    await expect
      .poll(async () => (await eventsAfter(viewer, seq)).data.events)
      .toMatchObject([{ event: "viewer.muted", userId: viewerId, reason: "shouting" }]);
    const detail = (await viewer.query<RoomDetail>("room.get", { roomId })).data;
    expect(detail.restrictions).toMatchObject({ kickedUntil: null, muteReason: "shouting" });
  });

  it("ends by itself", async () => {
    await anchor.mutate("room.mute", { roomId, userId: viewerId, minutes: 5 });
    expect((await say(viewer)).error?.name).toBe("MUTED");
    // Five minutes later.
    await web.resources.live.sql`
      UPDATE room_restrictions SET until = now() - interval '1 ms' WHERE user_id = ${viewerId} AND lifted_at IS NULL`;
    expect((await say(viewer)).error).toBeUndefined();
    expect((await anchor.query("room.restricted", { roomId })).data).not.toContainEqual(
      expect.objectContaining({ userId: viewerId }),
    );
  });
});

describe("moderating", () => {
  it.each(["room.kick", "room.mute"])(
    "%s is not for everybody, and not against everybody",
    async (procedure) => {
      const act = async (client: ApiClient, input: object) =>
        (await client.mutate(procedure, { roomId, userId: viewerId, ...input })).error?.name;
      expect(await act(new ApiClient(web.url), {})).toBe("UNAUTHENTICATED");
      expect(await act(viewer, {})).toBe("FORBIDDEN");
      expect(await act(anchor, { roomId: otherRoomId })).toBe("FORBIDDEN");
      expect(await act(anchor, { roomId: randomUUID() })).toBe("NOT_FOUND");
      expect(await act(anchor, { userId: randomUUID() })).toBe("NOT_FOUND");
      expect(await act(anchor, { userId: anchorId })).toBe("FORBIDDEN");
      expect(await act(operator, { userId: anchorId })).toBe("FORBIDDEN");
      expect(await act(anchor, { userId: demoUserId("+8613700000001") })).toBe("FORBIDDEN");
      expect(await act(operator, { userId: demoUserId("+8613700000001") })).toBe("FORBIDDEN");
      expect(await act(anchor, { minutes: 0 })).toBe("INVALID_INPUT");
      const listed = (await anchor.query<RestrictedViewer[]>("room.restricted", { roomId })).data;
      expect(listed.filter((row) => row.userId !== viewerId && row.kind === "mute")).toEqual([]);
    },
  );

  it("may be done by an operator in any room, which is written down, and undone by its anchor", async () => {
    const kicked = await operator.mutate("room.kick", { roomId, userId: viewerId, reason: "spam" });
    expect(kicked.error).toBeUndefined();
    const actions = await web.resources.live.sql`
      SELECT actor_id, action, reason, after->>'roomId' AS room FROM operator_actions WHERE subject = ${`user:${viewerId}`}
      ORDER BY id DESC LIMIT 1`;
    expect(actions).toEqual([
      { actor_id: demoUserId("+8613700000001"), action: "room.kick", reason: "spam", room: roomId },
    ]);
    expect((await anchor.mutate("room.restore", { roomId, userId: viewerId })).error).toBeUndefined();
    expect((await viewer.mutate("room.restore", { roomId, userId: viewerId })).error?.name).toBe("FORBIDDEN");
    expect((await viewer.query("room.restricted", { roomId })).error?.name).toBe("FORBIDDEN");
  });

  it("is limited", async () => {
    const strict = await startWeb(gateway.port, { RATE_LIMIT_MODERATION: "2/60" });
    const busy = through(strict, await signIn("+8613900000002"));
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => busy.mutate("room.mute", { roomId: otherRoomId, userId: viewerId })),
    );
    expect(answers.filter((answer) => answer.error?.name === "RATE_LIMITED")).toHaveLength(1);
    await strict.close();
  });
});
