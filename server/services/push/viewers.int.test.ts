import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RoomDetail } from "@/domain/contracts/room";
import { RawClient } from "@/push/gateway/testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { demoId, demoUserId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let gateways: TestGateway[];
let web: WebHarness;
const sockets: RawClient[] = [];
const addresses = Array.from({ length: 200 }, (_, n) => `198.51.100.${n + 1}`);

const ANCHOR = "+8613900000001";
const OTHER_ANCHOR = "+8613900000002";
const OPERATOR = "+8613700000001";
const VIEWER = "+8613800000001";
const OTHER_VIEWER = "+8613800000002";
const roomId = demoId(`room:${ANCHOR}`);
const channel = `private-room-${roomId}`;
/** Leases have to run out, and other work may be in the way: nothing here is about how long it takes. */
const PATIENCE = { timeout: 90_000 };
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  const start = () => startTestGateway({ subscriptionCountMs: 50 }, [TEST_APP], redis.redisUrl);
  [gateways] = await Promise.all([Promise.all([start(), start()]), seedDemo(databases)]);
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      PUSHER_APP_ID: TEST_APP.id,
      PUSHER_KEY: TEST_APP.key,
      PUSHER_SECRET: TEST_APP.secret,
      PUSHER_PORT: String(gateways[0]?.port),
      TRUST_PROXY: "true",
      RATE_LIMIT_ANONYMOUS: "100000/10",
      RATE_LIMIT_USER: "100000/10",
    },
  );
});
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  await vi.waitUntil(async () => (await counted()) === 0, PATIENCE);
});
afterAll(async () => {
  await web?.close();
  await Promise.all((gateways ?? []).map((gateway) => gateway.close()));
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** A browser that nobody has used yet. */
const browser = () => new ApiClient(web.url, { "x-forwarded-for": addresses.pop() ?? "" });
async function personAt(phone: string): Promise<ApiClient> {
  const client = browser();
  await client.signInByPhone(phone);
  return client;
}
async function guest(client = browser()): Promise<ApiClient> {
  await client.signInAsGuest();
  return client;
}

/** A tab of this browser in the room. */
async function open(client: ApiClient, node = 0): Promise<RawClient> {
  const socket = await RawClient.connect(gateways[node]?.port ?? 0);
  sockets.push(socket);
  await enter(client, socket);
  return socket;
}
async function enter(client: ApiClient, socket: RawClient): Promise<void> {
  const response = await client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socket.socketId, channel_name: channel }).toString(),
  });
  expect(response.status).toBe(200);
  const signed = (await response.json()) as { auth: string; channel_data: string };
  socket.send({ event: "pusher:subscribe", data: { channel, ...signed } });
  await socket.nextOf("pusher_internal:subscription_succeeded");
}
function leave(socket: RawClient): Promise<void> {
  socket.send({ event: "pusher:unsubscribe", data: { channel } });
  return socket.settle();
}

/** What pages show. */
async function shownCount(): Promise<number> {
  return (await new ApiClient(web.url).query<RoomDetail>("room.get", { roomId })).data.viewerCount;
}
/** What the gateways say, of which the web process asks the other one. */
async function counted(): Promise<number> {
  const { request } = gateways[1] as TestGateway;
  const { text } = await request({ method: "GET", path: `/apps/${TEST_APP.id}/viewers` });
  const { channels } = JSON.parse(text) as { channels: Record<string, { viewer_count: number }> };
  return channels[channel]?.viewer_count ?? 0;
}

it("two tabs and two devices of a person are one viewer, on whatever node, wherever the number is shown", async () => {
  const [laptop, phone, other] = [
    await personAt(VIEWER),
    await personAt(VIEWER),
    await personAt(OTHER_VIEWER),
  ];
  const tabs = [await open(laptop, 0), await open(laptop, 1), await open(phone, 1)];
  await expect.poll(counted, PATIENCE).toBe(1);
  await open(other, 0);
  await expect.poll(counted, PATIENCE).toBe(2);
  await expect.poll(shownCount, PATIENCE).toBe(2);
  const { data } = await other.query<{ items: { roomId: string; viewerCount: number }[] }>("room.list", {});
  expect(data.items.find((card) => card.roomId === roomId)).toMatchObject({ viewerCount: 2 });
  await Promise.all(tabs.slice(1).map(leave));
  await expect.poll(counted, PATIENCE).toBe(2);
  await leave(tabs[0] as RawClient);
  await expect.poll(counted, PATIENCE).toBe(1);
});

it("the studio, the anchor's look at the own room and operators are none, and the anchor is one in another room", async () => {
  const [studio, ownRoom, operator] = [
    await personAt(ANCHOR),
    await personAt(ANCHOR),
    await personAt(OPERATOR),
  ];
  const looks = [await open(studio, 0), await open(ownRoom, 1), await open(operator, 1)];
  await expect.poll(counted, PATIENCE).toBe(0);
  await open(await personAt(OTHER_ANCHOR));
  await open(await personAt(VIEWER));
  await expect.poll(counted, PATIENCE).toBe(2);
  // Those who look on are told the number all the same, and their sockets beside it.
  for (const look of looks) {
    let told = "";
    while (told !== '{"subscription_count":5,"viewer_count":2}') {
      told = (await look.nextOf("pusher_internal:subscription_count")).data as string;
    }
  }
  await expect.poll(shownCount, PATIENCE).toBe(2);
});

it("a guest is one viewer a browser, also under another guest's name, and nobody is many by made-up browsers", async () => {
  const first = await guest();
  await open(first);
  await open(first, 1);
  await expect.poll(counted, PATIENCE).toBe(1);
  const anew = browser();
  for (const [name, value] of first.cookies) if (name.endsWith("browser")) anew.cookies.set(name, value);
  await open(await guest(anew));
  await expect.poll(counted, PATIENCE).toBe(1);
  await open(await guest());
  await expect.poll(counted, PATIENCE).toBe(2);
  const name = [...first.cookies.keys()].find((cookie) => cookie.endsWith("browser")) ?? "";
  for (const letter of ["a", "b", "c"]) {
    first.cookies.set(name, letter.repeat(43));
    await open(first);
  }
  // The guest without a browser that we know is one more at most.
  await expect.poll(counted, PATIENCE).toBe(3);
});

it("a guest who signs in goes on as one viewer, and so does somebody who signs out", async () => {
  const client = await guest();
  const tab = await open(client);
  await expect.poll(counted, PATIENCE).toBe(1);
  await client.signInByPhone(VIEWER);
  // The guest's session is over, and its socket with it; the page comes back as who is signed in now.
  expect(await tab.closed).toMatchObject({ code: 4200 });
  const again = await open(client);
  await open(client, 1);
  await expect.poll(counted, PATIENCE).toBe(1);
  await client.postJson("/api/auth/sign-out", {});
  expect(await again.closed).toMatchObject({ code: 4200 });
  await open(await guest(client));
  await expect.poll(counted, PATIENCE).toBe(1);
});

it("who is kicked is no viewer any more", async () => {
  const [anchor, viewer] = [await personAt(ANCHOR), await personAt(VIEWER)];
  const tab = await open(viewer);
  await open(await personAt(OTHER_VIEWER));
  await expect.poll(counted, PATIENCE).toBe(2);
  const kicked = await anchor.mutate("room.kick", { roomId, userId: demoUserId(VIEWER), minutes: 5 });
  expect(kicked.error).toBeUndefined();
  await tab.closed;
  await expect.poll(counted, PATIENCE).toBe(1);
  await anchor.mutate("room.restore", { roomId, userId: demoUserId(VIEWER) });
});

it("a number that a viewer has names nobody, and another one in each room", async () => {
  const viewer = await personAt(VIEWER);
  const namesIn = async (room: string) => {
    const response = await viewer.fetch("/api/push/auth", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ socket_id: "1.1", channel_name: `private-room-${room}` }).toString(),
    });
    const { channel_data } = (await response.json()) as { channel_data: string };
    return (JSON.parse(channel_data) as { push_viewer: string }).push_viewer;
  };
  const name = await namesIn(roomId);
  expect(name).toMatch(/^[\w-]{22}$/);
  expect(await namesIn(roomId)).toBe(name);
  expect(await namesIn(demoId(`room:${OTHER_ANCHOR}`))).not.toBe(name);
});

it("a gateway that is away for a moment is not seen in the numbers", async () => {
  await open(await personAt(VIEWER));
  await expect.poll(shownCount, PATIENCE).toBe(1);
  const [first] = gateways;
  await first?.close();
  const closedAtMs = performance.now();
  // Longer than a count is taken to be fresh, and not as long as the last one is kept.
  const shown = new Set<number>();
  while (performance.now() - closedAtMs < 8_000) {
    const count = await shownCount();
    if (performance.now() - closedAtMs < 20_000) shown.add(count);
  }
  expect(shown).toEqual(new Set([1]));
});
