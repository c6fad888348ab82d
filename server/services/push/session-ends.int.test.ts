import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { parseEnv } from "@/platform/settings/env";
import { RawClient } from "@/push/gateway/testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { createPublisher } from "@/push/publisher/publisher";
import { demoUserId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let gateway: TestGateway;
let web: WebHarness;
const sockets: RawClient[] = [];

const VIEWER = "+8613800000001";
const OPERATOR = "+8613700000001";
const settingsFor = (pushPort: number) => ({
  PUSHER_APP_ID: TEST_APP.id,
  PUSHER_KEY: TEST_APP.key,
  PUSHER_SECRET: TEST_APP.secret,
  PUSHER_PORT: String(pushPort),
});

beforeAll(async () => {
  [databases, redis, gateway] = await Promise.all([
    createTestDatabases(),
    createTestRedis(),
    startTestGateway(),
  ]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis }, settingsFor(gateway.port));
});
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});
afterAll(async () => {
  await web?.close();
  await gateway?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

async function signIn(phone: string): Promise<ApiClient> {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
}

async function askFor(client: ApiClient, socketId: string, channel: string) {
  const response = await client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socketId, channel_name: channel }).toString(),
  });
  return {
    status: response.status,
    signed: (await response.json()) as { auth: string; channel_data: string },
  };
}

/** A socket of this browser in a channel. */
async function listen(client: ApiClient, channel: string): Promise<RawClient> {
  const socket = await RawClient.connect(gateway.port);
  sockets.push(socket);
  const { signed } = await askFor(client, socket.socketId, channel);
  socket.send({ event: "pusher:subscribe", data: { channel, ...signed } });
  await socket.nextOf("pusher_internal:subscription_succeeded");
  return socket;
}

const ownChannel = (phone: string) => `private-user-${demoUserId(phone)}`;
const waiting = async () => {
  const [row] = await web.resources.live.sql<{ count: number }[]>`SELECT count(*)::int FROM session_ends`;
  return row?.count;
};

it("signing out ends the sockets of that session and no others, and what was signed for it", async () => {
  const [phone, laptop] = [await signIn(VIEWER), await signIn(VIEWER)];
  const onPhone = await listen(phone, ownChannel(VIEWER));
  const onLaptop = await listen(laptop, ownChannel(VIEWER));
  const later = await RawClient.connect(gateway.port);
  sockets.push(later);
  const { signed } = await askFor(phone, later.socketId, ownChannel(VIEWER));
  expect((await phone.postJson("/api/auth/sign-out", {})).status).toBe(200);
  expect(await onPhone.closed).toMatchObject({ code: 4200 });
  later.send({ event: "pusher:subscribe", data: { channel: ownChannel(VIEWER), ...signed } });
  const refusal = await later.nextOf("pusher:subscription_error");
  expect(JSON.parse(refusal.data as string)).toMatchObject({ status: 401 });
  await onLaptop.settle();
  await expect.poll(waiting).toBe(0);
});

it("a session that vanishes from the database without a word to anybody ends its sockets", async () => {
  const socket = await listen(await signIn(VIEWER), ownChannel(VIEWER));
  await web.resources.live.sql`DELETE FROM auth_sessions WHERE user_id = ${demoUserId(VIEWER)}`;
  expect(await socket.closed).toMatchObject({ code: 4200 });
});

it("so does one that is cut short, and a ban", async () => {
  const { sql } = web.resources.live;
  const userId = demoUserId(VIEWER);
  const first = await listen(await signIn(VIEWER), ownChannel(VIEWER));
  await sql`UPDATE auth_sessions SET expires_at = now() WHERE user_id = ${userId}`;
  expect(await first.closed).toMatchObject({ code: 4200 });
  const second = await listen(await signIn(VIEWER), ownChannel(VIEWER));
  await sql`UPDATE users SET banned = true WHERE id = ${userId}`;
  expect(await second.closed).toMatchObject({ code: 4200 });
  await sql`UPDATE users SET banned = false WHERE id = ${userId}`;
});

it("who is made something else loses all sockets, and comes back with what they may now", async () => {
  const { sql } = web.resources.live;
  const client = await signIn(OPERATOR);
  const socket = await listen(client, "private-admin");
  await sql`UPDATE users SET role = 'viewer' WHERE id = ${demoUserId(OPERATOR)}`;
  // Even before anybody told this process, which believes the session.
  expect((await askFor(client, "1.1", "private-admin")).status).toBe(403);
  expect(await socket.closed).toMatchObject({ code: 4200 });
  await listen(client, ownChannel(OPERATOR));
  await sql`UPDATE users SET role = 'operator' WHERE id = ${demoUserId(OPERATOR)}`;
});

it("what changes of a person otherwise ends nothing", async () => {
  const { sql } = web.resources.live;
  const socket = await listen(await signIn(VIEWER), ownChannel(VIEWER));
  await expect.poll(waiting).toBe(0);
  await sql`UPDATE users SET name = 'Ada', banned = false WHERE id = ${demoUserId(VIEWER)}`;
  await sql`UPDATE auth_sessions SET expires_at = expires_at + interval '1 day'`;
  expect(await waiting()).toBe(0);
  await socket.settle();
});

it("an end waits for a push service that is away, in the database", async () => {
  const client = await signIn(VIEWER);
  const { port } = gateway;
  const socket = await listen(client, ownChannel(VIEWER));
  // A web process whose gateway cannot be reached takes the end first, and then ends itself.
  const cutOff = await startWebHarness({ ...databases, ...redis }, settingsFor(9));
  await web.close();
  await cutOff.resources.live.sql`DELETE FROM auth_sessions WHERE user_id = ${demoUserId(VIEWER)}`;
  const isTaken = async () => {
    const rows = await cutOff.resources.live.sql`SELECT 1 FROM session_ends WHERE taken_until IS NOT NULL`;
    return rows.length;
  };
  await expect.poll(isTaken).toBeGreaterThan(0);
  await cutOff.close();
  await socket.settle();
  web = await startWebHarness({ ...databases, ...redis }, settingsFor(port));
  expect(await socket.closed).toMatchObject({ code: 4200 });
  await expect.poll(waiting).toBe(0);
});

it("a service that knows no sessions is told to close all that those people have", async () => {
  const calls: string[] = [];
  const service = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    calls.push(path);
    response.writeHead(path.includes("/users/") ? 200 : 404).end("{}");
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address() as AddressInfo;
  const push = createPublisher(parseEnv(settingsFor(port)));
  await push.endSessions([
    { userId: "ada", sessionId: "phone" },
    { userId: "ada", sessionId: "laptop" },
    { userId: "bob", sessionId: null },
  ]);
  expect(calls.slice(1).toSorted()).toEqual([
    "/apps/7/users/ada/terminate_connections",
    "/apps/7/users/bob/terminate_connections",
  ]);
  service.closeAllConnections();
  service.close();
});
