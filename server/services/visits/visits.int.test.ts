import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { PastSession } from "@/domain/contracts/room";
import { RawClient } from "@/push/gateway/testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { demoId, demoUserId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { readViewerName } from "../room/name-viewer";
import { countVisits } from "./count-visits";

let databases: TestDatabases;
let redis: TestRedis;
/** The gateway's, so that it alone forgets. */
let gatewayRedis: TestRedis;
let gateway: TestGateway;
let web: WebHarness;
let anchor: ApiClient;
let otherAnchor: ApiClient;
const sockets: RawClient[] = [];

const ANCHOR = "+8613900000001";
const OTHER_ANCHOR = "+8613900000002";
const VIEWERS = ["+8613800000001", "+8613800000002", "+8613800000003"] as const;
const roomId = demoId(`room:${ANCHOR}`);
/** Other work may be in the way: nothing here is about how long it takes. */
const PATIENCE = { timeout: 90_000 };
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

beforeAll(async () => {
  [databases, redis, gatewayRedis] = await Promise.all([
    createTestDatabases(),
    createTestRedis(),
    createTestRedis(),
  ]);
  [gateway] = await Promise.all([
    startTestGateway({ heartbeatMs: 200, viewerLingerMs: 0 }, [TEST_APP], gatewayRedis.redisUrl),
    seedDemo(databases),
  ]);
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      PUSHER_APP_ID: TEST_APP.id,
      PUSHER_KEY: TEST_APP.key,
      PUSHER_SECRET: TEST_APP.secret,
      PUSHER_PORT: String(gateway.port),
      RATE_LIMIT_ANONYMOUS: "100000/10",
      RATE_LIMIT_USER: "100000/10",
      RATE_LIMIT_ROOM_OPEN: "100000/10",
    },
  );
  [anchor, otherAnchor] = await Promise.all([personAt(ANCHOR), personAt(OTHER_ANCHOR)]);
});
afterEach(() => Promise.all(sockets.splice(0).map((socket) => socket.close())));
afterAll(async () => {
  await web?.close();
  await gateway?.close();
  await Promise.all([databases?.drop(), redis?.drop(), gatewayRedis?.drop()]);
});

async function personAt(phone: string): Promise<ApiClient> {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
}
async function guest(): Promise<ApiClient> {
  const client = new ApiClient(web.url);
  await client.signInAsGuest();
  return client;
}
const enter = (client: ApiClient) => subscribe(client, `private-room-${roomId}`);
async function subscribe(client: ApiClient, channel: string): Promise<RawClient> {
  const socket = await RawClient.connect(gateway.port);
  sockets.push(socket);
  const response = await client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socket.socketId, channel_name: channel }).toString(),
  });
  const signed = (await response.json()) as { auth: string; channel_data: string };
  socket.send({ event: "pusher:subscribe", data: { channel, ...signed } });
  await socket.nextOf("pusher_internal:subscription_succeeded");
  return socket;
}

const take = () => countVisits(web.resources, new AbortController().signal);
const sessionsOf = async (client: ApiClient) =>
  (await client.query<{ items: PastSession[]; nextCursor: string | null }>("room.sessions", {})).data;
const open = () => anchor.mutate("room.open", { title: "Again", category: "music", tags: [] });
const close = () => anchor.mutate("room.close", { roomId });
/** Takes visits until the session that was closed last is counted. */
async function lastCounted(): Promise<PastSession> {
  let session: PastSession | undefined;
  await vi.waitUntil(async () => {
    await take();
    session = (await sessionsOf(anchor)).items[0];
    return session !== undefined && session.viewers !== null;
  }, PATIENCE);
  return session as PastSession;
}
const present = () => web.resources.live.sql<{ visitor_id: string; is_guest: boolean }[]>`
  SELECT visitor_id, is_guest FROM room_presence WHERE room_id = ${roomId} ORDER BY visitor_id`;
const visitsOf = (sessionId: string) =>
  web.resources.live.sql<
    { visitor_id: string; is_guest: boolean; watched: number }[]
  >`SELECT visitor_id, is_guest, watched_ms::int AS watched FROM visits WHERE session_id = ${sessionId}`;
/** Waits until so many are known to be in the room. */
async function waitForPresent(count: number): Promise<void> {
  await vi.waitUntil(async () => {
    await take();
    return (await present()).length === count;
  }, PATIENCE);
}

it("who follows an anchor is told when they go live, on their own channel, and nobody else, and not again and again", async () => {
  await close();
  const people = await Promise.all(VIEWERS.slice(0, 2).map(personAt));
  const [follower, stranger] = await Promise.all(
    people.map((person, n) => subscribe(person, `private-user-${demoUserId(VIEWERS[n] ?? "")}`)),
  );
  await people[0]?.mutate("follow.set", { anchorId: demoUserId(ANCHOR), following: true });
  const nickname = (await anchor.query<{ nickname: string }>("session.me")).data.nickname;
  await open();
  const told = await follower?.nextOf("anchor.live");
  const news = { anchorId: demoUserId(ANCHOR), nickname, roomId, title: "Again" };
  expect(JSON.parse(told?.data as string)).toEqual(news);
  await close();
  await open();
  // Whatever was sent before this has come before it.
  await web.resources.push.sendToUsers(VIEWERS.slice(0, 2).map(demoUserId), "rain.ready", { rainId: "end" });
  await Promise.all([follower?.nextOf("rain.ready"), stranger?.nextOf("rain.ready")]);
  const heard = (socket?: RawClient) =>
    socket?.received.filter(({ event }) => event === "anchor.live").length;
  expect([heard(follower), heard(stranger)]).toEqual([1, 0]);
});

it("a session keeps how many watched, guests too and tabs once, and for how long, and nobody else reads it", async () => {
  await open();
  const [ada, bob] = [await personAt(VIEWERS[0]), await personAt(VIEWERS[1])];
  const beganMs = performance.now();
  const tabs = [await enter(ada), await enter(ada), await enter(await personAt(VIEWERS[0]))];
  await enter(anchor);
  await enter(await guest());
  await enter(bob);
  await waitForPresent(3);
  const insideMs = performance.now();
  // Ada leaves by all tabs but one, and that is no leaving.
  await Promise.all(tabs.slice(1).map((tab) => tab.close()));
  await Promise.all([take(), take(), take()]);
  expect(await present()).toHaveLength(3);
  const stayedMs = performance.now() - insideMs;
  await tabs[0]?.close();
  await waitForPresent(2);
  const outsideMs = performance.now() - beganMs;
  await close();
  // Two writers at once, and one whose process ended after it had read: each visit is counted once.
  await web.resources.push.takeVisits(0, "0");
  await Promise.all([take(), take(), take(), take()]);
  const session = await lastCounted();
  expect(session).toMatchObject({ viewers: 3, title: expect.any(String) });
  const rows = await visitsOf(session.sessionId);
  const adas = rows.find((row) => row.visitor_id === demoUserId(VIEWERS[0]));
  expect(adas?.is_guest).toBe(false);
  // The clocks of Redis and of this process tell milliseconds apart.
  expect(adas?.watched).toBeGreaterThanOrEqual(Math.floor(stayedMs) - 50);
  expect(adas?.watched).toBeLessThanOrEqual(Math.ceil(outsideMs) + 50);
  expect(rows.filter((row) => row.is_guest)).toHaveLength(1);
  expect(rows.map((row) => row.visitor_id)).not.toContain(demoUserId(ANCHOR));
  const watchedMs = rows.reduce((sum, row) => sum + row.watched, 0);
  expect(session.watchedSeconds).toBe(Math.round(watchedMs / 1_000));
  await take();
  expect(await visitsOf(session.sessionId)).toEqual(rows);
  // Of one's own room, and of nobody else's.
  expect((await sessionsOf(otherAnchor)).items).toEqual([]);
  expect((await ada.query("room.sessions", {})).error?.name).toBe("FORBIDDEN");
  expect((await new ApiClient(web.url).query("room.sessions", {})).error?.name).toBe("UNAUTHENTICATED");
});

it("who stays from one session to the next, and who waits for it, is counted in each by its own time", async () => {
  await enter(await personAt(VIEWERS[2]));
  await waitForPresent(1);
  await open();
  await close();
  const first = await lastCounted();
  expect(first.viewers).toBe(1);
  const [visit] = await visitsOf(first.sessionId);
  expect(visit?.watched).toBe(Date.parse(first.endedAt) - Date.parse(first.startedAt));
  await open();
  await close();
  const second = await lastCounted();
  expect(second.sessionId).not.toBe(first.sessionId);
  expect((await visitsOf(second.sessionId))[0]?.watched).toBe(
    Date.parse(second.endedAt) - Date.parse(second.startedAt),
  );
});

it("visits that were cut off are mended by name, though as many are there as before", async () => {
  await open();
  const [ada, bob] = [await enter(await personAt(VIEWERS[0])), await enter(await personAt(VIEWERS[1]))];
  await waitForPresent(2);
  await take();
  const client = new Redis(gatewayRedis.redisUrl);
  const counted = async () =>
    (await web.resources.push.countViewers("private-room-")).get(`private-room-${roomId}`);
  await bob.close();
  await vi.waitUntil(async () => (await counted()) === 1, PATIENCE);
  await enter(await personAt(VIEWERS[2]));
  await vi.waitUntil(async () => (await counted()) === 2, PATIENCE);
  await client.del(...(await client.keys("push:*:visits:*")));
  client.disconnect();
  await take();
  const wanted = [VIEWERS[0], VIEWERS[2]].map(demoUserId).sort();
  expect((await present()).map((row) => row.visitor_id)).toEqual(wanted);
  await ada.close();
  await waitForPresent(1);
  await close();
  expect((await lastCounted()).viewers).toBe(3);
});

it("a viewer's name says who it is to us only, and whatever else stands there is a guest", () => {
  const { env } = web;
  const names = ["", "n7Qk0c1VxZr2yWmB", "x".repeat(64), "ü"];
  const read = names.map((name) => readViewerName(env, roomId, name));
  expect(read.every(({ isGuest }) => isGuest)).toBe(true);
  expect(new Set(read.map(({ visitorId }) => visitorId)).size).toBe(names.length);
  const forged = readViewerName(env, roomId, "A".repeat(22));
  expect(forged.visitorId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
});
