import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Redis } from "ioredis";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { ERRORS } from "@/domain/contracts/errors";
import type { RoomCard } from "@/domain/contracts/room";
import { parseAddress } from "@/platform/security/client-address";
import { newPusherClient, nextEvent } from "@/push/gateway/testing/pusher-client";
import { newServer, startTestGateway, type TestGateway } from "@/push/gateway/testing/test-gateway";
import { seedDemo } from "@/scripts/seed-demo";
import type { Me } from "@/server/services/session/get-me";
import { openWallet } from "@/server/testing/money-harness";
import { startWebHarness, type WebHarness } from "@/server/testing/web-harness";
import { type Nginx, type NginxOptions, startNginx } from "@/stack/services/nginx";
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
/** Where another nginx is, whose name the web process knows, too. */
let otherPort: number;
let viewer: ApiClient;
let roomId: string;

/** The status of an answer to somebody who comes from another address of this machine. */
const statusFrom = (localAddress: string, url: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    const request = get(url, { localAddress, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.on("error", reject);
  });
const bodyFrom = (localAddress: string, url: string) =>
  new Promise<string>((resolve, reject) => {
    get(url, { localAddress, agent: false }, (response) => void text(response).then(resolve, reject)).on(
      "error",
      reject,
    );
  });
const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const SOCKET_PATH = "/app/test-key?protocol=7&client=js&version=8";

const portOf = ({ url }: WebHarness) => Number(new URL(url).port);
const startOther = (options: Partial<NginxOptions>) =>
  startNginx({ port: otherPort, web: [portOf(web)], push: [gateway.port], ...options });
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
  otherPort = await findFreePort(0);
  web = await startWebHarness(
    { ...databases, redisUrl: redis.url },
    {
      TRUST_PROXY: "true",
      PUBLIC_URL: `http://127.0.0.1:${nginxPort}`,
      TRUSTED_ORIGINS: `http://127.0.0.1:${otherPort}`,
    },
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

  it("bounds what one address asks for, and leaves all others alone", async () => {
    const perAddress = { burst: 2, connections: 100 };
    const bounded = await startOther({ perAddress });
    const url = `http://127.0.0.1:${bounded.port}`;
    const calls = await Promise.all(Array.from({ length: 5 }, () => new ApiClient(url).query("gift.list")));
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(calls.filter(({ status }) => status === 429)).toHaveLength(2);
    const refused = calls.find(({ status }) => status === 429);
    expect(refused?.error).toMatchObject({ name: "RATE_LIMITED", message: ERRORS.RATE_LIMITED.message });
    expect(refused?.error?.code).toBe(ERRORS.RATE_LIMITED.code);
    expect(refused?.headers.get("retry-after")).not.toBeNull();
    expect(await statusFrom("127.0.0.2", `${url}/`)).toBe(200);
    await bounded.stop();
  });

  it("bounds the sockets of one address, and leaves all others alone", async () => {
    const perAddress = { burst: 100, connections: 1 };
    const bounded = await startOther({ perAddress });
    const pusher = newPusherClient(bounded.port, gateway.server);
    await nextEvent(pusher.connection, "connected");
    const address = `http://127.0.0.1:${bounded.port}${SOCKET_PATH}`;
    expect(await statusFrom("127.0.0.1", address, UPGRADE)).toBe(429);
    expect(await statusFrom("127.0.0.2", address, UPGRADE)).toBe(101);
    pusher.disconnect();
    await bounded.stop();
  });

  it("turns addresses of the list away from pages, calls and sockets", async () => {
    const blocked = ["127.0.0.8/30", "2001:db8::/32"];
    const closed = await startOther({ blocked });
    const url = `http://127.0.0.1:${closed.port}`;
    for (const path of ["/", "/api/trpc/gift.list", "/healthz"]) {
      expect(await statusFrom("127.0.0.9", url + path)).toBe(403);
      expect(await statusFrom("127.0.0.7", url + path)).toBe(200);
    }
    const refused = await bodyFrom("127.0.0.9", `${url}/api/trpc/gift.list`);
    const { code, message } = ERRORS.IP_BLOCKED;
    expect(JSON.parse(refused).error.data.biz).toMatchObject({ code, name: "IP_BLOCKED", message });
    expect(await statusFrom("127.0.0.9", url + SOCKET_PATH, UPGRADE)).toBe(403);
    expect(await statusFrom("127.0.0.7", url + SOCKET_PATH, UPGRADE)).toBe(101);
    await closed.stop();
  });

  it("counts an IPv6 network of /64 as one, as the processes do", () => {
    const map = /map \$remote_addr \$downpour_address \{([^}]+)\}/.exec(
      readFileSync("deploy/nginx/downpour/http.conf", "utf8"),
    )?.[1];
    const rules = [...(map ?? "").matchAll(/^ *~(\S+) +\$network;$/gm)].map(
      ([, rule = ""]) => new RegExp(rule),
    );
    expect(rules).toHaveLength(2);
    const keyOf = (address: string) =>
      rules.map((rule) => rule.exec(address)?.groups?.network).find((key) => key !== undefined) ?? address;
    const networks = ["2001:db8:1:2", "2001:db8:1", "2001:db8", "2001:db8:0:2", "2001:db8:1:0"];
    // As nginx writes them: the longest run of zeros, where it is one, as ::
    const hosts = ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::6", "2001:db8:1::6", "2001:db8:1:0:3:4:5:6"].concat(
      [
        "2001:db8::6",
        "2001:db8::3:4:5:6",
        "2001:db8:0:2::1",
        "2001:db8:0:2:3::",
        "203.0.113.7",
        "203.0.113.8",
      ],
    );
    expect(networks.map((network) => hosts.filter((host) => keyOf(host) === network).length)).toEqual([
      2, 1, 2, 2, 1,
    ]);
    for (const one of hosts)
      for (const other of hosts)
        if (keyOf(one) === keyOf(other))
          expect(parseAddress(one)?.counted).toBe(parseAddress(other)?.counted);
  });
});

describe("nginx in front of two of each", () => {
  it("passes over the one that is away, and comes back to it", async () => {
    const [nginxPort, secondPort] = [await findFreePort(0), await findFreePort(0)];
    const settings = { TRUST_PROXY: "true", PUBLIC_URL: `http://127.0.0.1:${nginxPort}` };
    const start = (WEB_PORT: number) =>
      startWebHarness({ ...databases, redisUrl: redis.url }, { ...settings, WEB_PORT: String(WEB_PORT) });
    let one = await start(await findFreePort(0));
    const other = await start(secondPort);
    const ports = [portOf(one), secondPort];
    const both = await startNginx({ port: nginxPort, web: ports, push: [gateway.port] });
    const ask = async (times: number) => {
      const client = new ApiClient(`http://127.0.0.1:${nginxPort}`);
      const statuses = new Set<number>();
      for (let n = 0; n < times; n += 1) {
        statuses.add((await client.query("gift.list")).status);
        statuses.add((await client.postJson("/api/callbacks/nobody", {})).status);
      }
      return statuses;
    };
    expect(await ask(4)).toEqual(new Set([200, 404]));
    await one.close();
    expect(await ask(10)).toEqual(new Set([200, 404]));
    one = await start(ports[0] ?? 0);
    await other.close();
    // It is tried again when its time is over.
    await expect.poll(() => ask(1)).toEqual(new Set([200, 404]));
    expect(await ask(10)).toEqual(new Set([200, 404]));
    await both.stop();
    await one.close();
  });

  it("has a place to publish at, where any gateway that is there takes it", async () => {
    const spare = await startTestGateway();
    const both = await startNginx({ web: [portOf(web)], push: [spare.port, gateway.port] });
    await spare.close();
    const pusher = newPusherClient(both.port, gateway.server);
    const channel = pusher.subscribe("a-room");
    await nextEvent(channel, "pusher:subscription_succeeded");
    const publisher = newServer(both.publishPort);
    const heard: number[] = [];
    channel.bind("wave", ({ n }: { n: number }) => heard.push(n));
    for (let n = 0; n < 10; n += 1) await publisher.trigger("a-room", "wave", { n });
    await expect.poll(() => heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await fetch(`http://127.0.0.1:${both.publishPort}/`)).status).toBe(404);
    pusher.disconnect();
    await both.stop();
  });
});
