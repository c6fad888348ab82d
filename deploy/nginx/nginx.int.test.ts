import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { ERRORS } from "@/domain/contracts/errors";
import type { RoomCard } from "@/domain/contracts/room";
import { newPusherClient, nextEvent } from "@/push/gateway/testing/pusher-client";
import { startTestGateway, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { seedDemo } from "@/scripts/seed-demo";
import type { Me } from "@/server/services/session/get-me";
import { openWallet } from "@/server/testing/money-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { type Nginx, startNginx } from "@/stack/services/nginx";
import { findFreePort } from "@/stack/services/ports";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { ApiClient } from "@/testkit/api-client";

/** nginx itself, with the files that operators copy; in front of a web process and a gateway. */
const SLOTS = 2;
let folder: string;
let databases: TestDatabases;
let redis: RedisServer;
let web: WebHarness;
let gateway: TestGateway;
let nginx: Nginx;
let viewer: ApiClient;
let roomId: string;

const portOf = ({ url }: WebHarness) => Number(new URL(url).port);
const throughNginx = (headers: Record<string, string> = {}) =>
  new ApiClient(`http://127.0.0.1:${nginx.port}`, headers);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-nginx-test-"));
  [databases, redis, gateway] = await Promise.all([
    createTestDatabases(),
    startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" }),
    startTestGateway(),
  ]);
  await seedDemo(databases);
  const nginxPort = await findFreePort(0);
  web = await startWebHarness(
    { ...databases, redisUrl: redis.url },
    { TRUST_PROXY: "true", PUBLIC_URL: `http://127.0.0.1:${nginxPort}` },
  );
  nginx = await startNginx({ port: nginxPort, web: [portOf(web)], push: [gateway.port], giftSlots: SLOTS });
  viewer = throughNginx();
  await viewer.signInByPhone("+8613800000001");
  const { userId } = (await viewer.query<Me>("session.me")).data;
  await openWallet(web.resources, userId, 10_000);
  roomId = (await viewer.query<{ items: RoomCard[] }>("room.list", {})).data.items[0]?.roomId ?? "";
});
afterAll(async () => {
  await nginx?.stop();
  await web?.close();
  await gateway?.close();
  await Promise.all([databases?.drop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("nginx in front", () => {
  it("says at once that gifts are too many, while those under way and everything else go on", async () => {
    const gifts = Array.from({ length: 10 }, () => ({
      giftOrderId: uuidv7(),
      roomId,
      giftId: "hearts",
      count: 1,
    }));
    const pauser = new Redis(redis.url);
    await pauser.client("PAUSE", 60_000, "WRITE");
    let heard = 0;
    const answers = gifts.map(async (gift) => {
      const answer = await viewer.mutate("gift.send", gift);
      heard += 1;
      return answer;
    });
    await expect.poll(() => heard).toBe(gifts.length - SLOTS);
    expect((await throughNginx().fetch("/")).status).toBe(200);
    await pauser.client("UNPAUSE");
    pauser.disconnect();

    const refused = (await Promise.all(answers)).filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(gifts.length - SLOTS);
    for (const { status, error, headers } of refused) {
      expect(status).toBe(503);
      const { code, message } = ERRORS.UNAVAILABLE;
      expect(error).toMatchObject({ code, message, name: "UNAVAILABLE" });
      expect(error?.details.retryAfterMs).toBeGreaterThanOrEqual(1_000);
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(headers.get("cache-control")).toBe("no-store");
    }
    for (const gift of gifts) expect((await viewer.mutate("gift.send", gift)).status).toBe(200);
  });

  it("answers like the web process itself where there is none", async () => {
    const alone = await startNginx({ web: [gateway.port - 1], push: [gateway.port] });
    const url = `http://127.0.0.1:${alone.port}`;
    const call = await new ApiClient(url).query("gift.list");
    expect([call.status, call.error?.name]).toEqual([503, "UNAVAILABLE"]);
    const page = await new ApiClient(url).fetch("/");
    expect(page.status).toBe(503);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("retry-after")).not.toBeNull();
    await alone.stop();
  });

  it("passes WebSockets on, and requests of the HTTP API", async () => {
    const pusher = newPusherClient(nginx.port, gateway.server);
    const connected = nextEvent<{ socket_id: string }>(pusher.connection, "connected");
    expect((await connected).socket_id).toMatch(/^\d+\.\d+$/);
    const channel = pusher.subscribe("a-room");
    await nextEvent(channel, "pusher:subscription_succeeded");
    const event = nextEvent<{ n: number }>(channel, "wave");
    await gateway.server.trigger("a-room", "wave", { n: 1 });
    expect(await event).toEqual({ n: 1 });
    pusher.disconnect();
    expect((await throughNginx().fetch("/apps/7/channels")).status).toBe(401);
  });

  it("lets nobody choose the address they are counted by", async () => {
    const nginxPort = await findFreePort(0);
    const limited = await startWebHarness(
      { ...databases, redisUrl: redis.url },
      { RATE_LIMIT_ANONYMOUS: "3/60", TRUST_PROXY: "true", PUBLIC_URL: `http://127.0.0.1:${nginxPort}` },
    );
    const before = await startNginx({ port: nginxPort, web: [portOf(limited)], push: [gateway.port] });
    const url = `http://127.0.0.1:${before.port}`;
    const statuses: number[] = [];
    for (let n = 1; n <= 4; n += 1) {
      const liar = new ApiClient(url, { "x-forwarded-for": `203.0.113.${n}` });
      statuses.push((await liar.query("gift.list")).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    await before.stop();
    await limited.close();
  });
});
