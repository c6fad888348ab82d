import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { BlockedRanges } from "@/platform/security/blocked-ranges";
import type { App } from "../apps";
import { startPushGateway } from "../gateway";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { RawClient } from "../testing/raw-client";
import { newServer, startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";
import type { GatewayLimits } from "./limits";

let gateway: TestGateway;
const clients: RawClient[] = [];
const PATH = `/app/${TEST_APP.key}?protocol=7&client=js&version=8.6.0`;

async function start(limits: Partial<GatewayLimits>, app: App = TEST_APP): Promise<void> {
  gateway = await startTestGateway(limits, [app]);
}

function open(headers: Record<string, string> = {}): RawClient {
  const client = RawClient.open(gateway.port, PATH, headers);
  clients.push(client);
  return client;
}

const from = (address: string) => open({ "x-forwarded-for": address });

async function isLetIn(client: RawClient): Promise<boolean> {
  return client.next().then(
    ({ event }) => event === "pusher:connection_established",
    () => false,
  );
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await gateway.close();
});

describe("when many come at once", () => {
  it("those beyond the rate are told to come again", async () => {
    await start({ connectsPerSecondMax: 0.001 });
    expect(await isLetIn(open())).toBe(true);
    const second = open();
    expect(await second.next()).toMatchObject({ event: "pusher:error", data: { code: 4100 } });
    expect(await second.closed).toMatchObject({ code: 4100 });
  });

  it("they are kept waiting first, not too many of them, and not beyond a drain", async () => {
    await start({ connectionsMax: 0, refusalHoldMs: 3_600_000, refusalsHeldMax: 1 });
    const held = open();
    await once(held.ws, "open");
    const tooMany = open();
    expect(await tooMany.closed).toMatchObject({ code: 1006 });
    expect(held.received).toEqual([]);
    const closing = gateway.close();
    expect(await held.closed).toMatchObject({ code: 4100 });
    await closing;
    await start({});
  });

  it("unmodified pusher-js comes back by itself", async () => {
    await start({ connectionsMax: 1, refusalHoldMs: 50 });
    const first = open();
    expect(await isLetIn(first)).toBe(true);
    const client = newPusherClient(gateway.port, gateway.server);
    try {
      expect(await nextEvent(client.connection, "error")).toMatchObject({
        error: { data: { code: 4100 } },
      });
      await first.close();
      await nextEvent(client.connection, "connected");
    } finally {
      client.disconnect();
    }
  });
});

describe("many from one address", () => {
  it("are limited to a number, and others are let in", async () => {
    await start({ connectionsPerAddressMax: 2 });
    const first = from("203.0.113.5");
    expect(await isLetIn(first)).toBe(true);
    expect(await isLetIn(from("203.0.113.5"))).toBe(true);
    expect(await isLetIn(from("203.0.113.5"))).toBe(false);
    expect(await isLetIn(from("203.0.113.6"))).toBe(true);
    // What stands before the last address may have been made up.
    expect(await isLetIn(from("203.0.113.77, 203.0.113.5"))).toBe(false);
    await first.close();
    await expect.poll(() => isLetIn(from("203.0.113.5")), { timeout: 30_000 }).toBe(true);
  });

  it("count as one when they share an IPv6 network", async () => {
    await start({ connectionsPerAddressMax: 1 });
    expect(await isLetIn(from("2001:db8:1:2::1"))).toBe(true);
    expect(await isLetIn(from("2001:db8:1:2:ffff::1"))).toBe(false);
    expect(await isLetIn(from("2001:db8:1:3::1"))).toBe(true);
  });

  it("are limited in their attempts", async () => {
    await start({ connectsPerAddressPerSecond: 0.001 });
    expect(await isLetIn(from("203.0.113.5"))).toBe(true);
    expect(await isLetIn(from("203.0.113.5"))).toBe(false);
    expect(await isLetIn(from("203.0.113.6"))).toBe(true);
  });

  it("do not keep their connection by not hanging up", async () => {
    await start({ connectionsPerAddressMax: 1 });
    expect(await isLetIn(from("203.0.113.5"))).toBe(true);
    const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.write(
      `GET ${PATH} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "x-forwarded-for: 203.0.113.5\r\n\r\n",
    );
    socket.resume();
    await once(socket, "end");
    // What is sent to a connection that nobody has any more is answered by a reset, which the next write meets.
    const knocking = setInterval(() => socket.write("x"), 10);
    await new Promise((resolve) => socket.on("close", resolve));
    clearInterval(knocking);
  });

  it("are limited without WebSockets too", async () => {
    await start({ connectionsPerAddressMax: 1 });
    const post = (session: string, address: string) =>
      fetch(`http://127.0.0.1:${gateway.port}/pusher/app/test-key/1/${session}/xhr?protocol=7`, {
        method: "POST",
        headers: { "x-forwarded-for": address },
      });
    const first = await post("one", "203.0.113.5");
    expect(first.status).toBe(200);
    expect((await post("two", "203.0.113.5")).status).toBe(429);
    expect((await post("three", "203.0.113.6")).status).toBe(200);
    expect(await isLetIn(from("203.0.113.5"))).toBe(false);
  });

  it("are told apart by a header only behind a proxy that is trusted", async () => {
    const untrusting = await startPushGateway({
      host: "127.0.0.1",
      port: 0,
      apps: [TEST_APP],
      limits: { connectionsPerAddressMax: 1, drainMs: 0 },
      log: pino({ level: "silent" }),
    });
    await start({});
    try {
      const isEachLetIn: boolean[] = [];
      for (let n = 0; n < 3; n += 1) {
        const client = RawClient.open(untrusting.port, PATH, { "x-forwarded-for": `203.0.113.${n}` });
        clients.push(client);
        isEachLetIn.push(await isLetIn(client));
      }
      expect(isEachLetIn).toEqual([true, false, false]);
    } finally {
      await untrusting.close();
    }
  });
});

describe("clients that connect and do nothing", () => {
  it("make room where it gets full, those of the address with the most of them first", async () => {
    await start({ connectionsMax: 10, uselessAfterMs: 0, keepaliveSweepMs: 20 });
    const letIn = async (address: string) => {
      const client = from(address);
      expect(await isLetIn(client)).toBe(true);
      return client;
    };
    const listening = [];
    for (let n = 0; n < 4; n += 1) {
      const client = await letIn("203.0.113.5");
      client.send({ event: "pusher:subscribe", data: { channel: "news" } });
      await client.nextOf("pusher_internal:subscription_succeeded");
      listening.push(client);
    }
    const single = await letIn("203.0.113.7");
    const crowd = [];
    for (let n = 0; n < 5; n += 1) crowd.push(await letIn("203.0.113.6"));
    expect(await Promise.race(crowd.map(({ closed }) => closed))).toMatchObject({ code: 4100 });
    for (const client of [...listening, single]) await client.settle();
  });

  it("make room within an app's own limit, too", async () => {
    await start({ uselessAfterMs: 0, keepaliveSweepMs: 20 }, { ...TEST_APP, maxConnections: 2 });
    const client = open();
    const other = open();
    expect(await Promise.race([client.closed, other.closed])).toMatchObject({ code: 4100 });
  });
});

describe("wrong requests from one address", () => {
  const ask = (address: string, path = "/apps/7/channels") =>
    fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers: { "x-forwarded-for": address } });

  it("are refused without a look beyond a number, while signed ones are served", async () => {
    await start({ mistakesPerAddressPerSecond: 0.4 });
    const statuses = [];
    for (const path of ["/apps/7/channels", "/nowhere", "/apps/7/events"]) {
      statuses.push((await ask("203.0.113.5", path)).status);
    }
    expect(statuses).toEqual([401, 404, 429]);
    expect((await ask("203.0.113.5")).headers.get("connection")).toBe("close");
    expect((await ask("203.0.113.6")).status).toBe(401);
    const query = gateway.server.createSignedQueryString({
      method: "GET",
      path: "/apps/7/channels",
      params: {},
    });
    expect((await ask("203.0.113.5", `/apps/7/channels?${query}`)).status).toBe(200);
  });
});

describe("requests under way from one address", () => {
  it("are limited to a number, and others are served", async () => {
    await start({ requestsPerAddressMax: 1 });
    const poll = (session: string, address: string, signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${gateway.port}/pusher/app/test-key/1/${session}/xhr_streaming?protocol=7`, {
        method: "POST",
        headers: { "x-forwarded-for": address },
        ...(signal ? { signal } : {}),
      });
    const leaving = new AbortController();
    expect((await poll("one", "203.0.113.5", leaving.signal)).status).toBe(200);
    expect((await poll("two", "203.0.113.5")).status).toBe(429);
    expect((await poll("three", "203.0.113.6")).status).toBe(200);
    leaving.abort();
    await expect.poll(async () => (await poll("four", "203.0.113.5")).status).toBe(200);
  });
});

describe("a port for publishers", () => {
  it("takes what they send, which the port of the clients does not", async () => {
    const apart = await startPushGateway({
      host: "127.0.0.1",
      port: 0,
      api: { host: "127.0.0.1", port: 0 },
      apps: [TEST_APP],
      limits: { drainMs: 0 },
      log: pino({ level: "silent" }),
    });
    await start({});
    try {
      const client = await RawClient.connect(apart.port);
      clients.push(client);
      await client.subscribe("news");
      await newServer(apart.apiPort).trigger("news", "headline", 1);
      await client.nextOf("headline");
      await expect(newServer(apart.port).trigger("news", "e", 1)).rejects.toMatchObject({ status: 404 });
      const stranger = RawClient.open(apart.apiPort);
      expect(await stranger.closed).toMatchObject({ code: 1006 });
    } finally {
      await apart.close();
    }
  });

  it("is not opened when that of the clients is taken, and the other way round", async () => {
    await start({});
    const settings = { host: "127.0.0.1", apps: [TEST_APP], log: pino({ level: "silent" }) };
    const taken = { host: "127.0.0.1", port: gateway.port };
    const startWith = (port: number, api: { host: string; port: number }) =>
      startPushGateway({ ...settings, port, api });
    await expect(startWith(gateway.port, { host: "127.0.0.1", port: 0 })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    await expect(startWith(0, taken)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("an app's list of origins", () => {
  const app = { ...TEST_APP, origins: ["https://example.org"] };

  it("keeps other pages out", async () => {
    await start({}, app);
    const stranger = open({ origin: "https://evil.example" });
    expect(await stranger.next()).toMatchObject({ event: "pusher:error", data: { code: 4009 } });
    expect(await stranger.closed).toMatchObject({ code: 4009 });
    expect(await isLetIn(open({ origin: "https://example.org.evil.example" }))).toBe(false);
    expect(await isLetIn(open({ origin: "null" }))).toBe(false);
  });

  it("lets its pages in, and clients that are no browser", async () => {
    await start({}, app);
    expect(await isLetIn(open({ origin: "https://example.org" }))).toBe(true);
    expect(await isLetIn(open())).toBe(true);
  });
});

describe("an app's rate of events", () => {
  it("refuses what is beyond it", async () => {
    await start({}, { ...TEST_APP, maxEventsPerSecond: 3 });
    const publish = (channels: string[]) =>
      gateway.request({
        path: "/apps/7/events",
        body: JSON.stringify({ name: "e", data: "", channels }),
      });
    expect((await publish(["a", "b", "c", "d"])).status).toBe(429);
    expect((await publish(["a", "b", "c"])).status).toBe(200);
  });
});

describe("connections that do not become clients", () => {
  /** What came until the gateway closed the connection. */
  async function readUntilClosed(socket: Socket): Promise<string> {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(socket, "close");
    return text;
  }

  it.each([
    ["say nothing", ""],
    ["never finish their headers", `GET ${PATH} HTTP/1.1\r\nhost: localhost\r\nupgrade: web`],
    ["never finish their body", "POST /apps/7/events HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{"],
  ])("are closed when they %s", async (_what, text) => {
    await start({ httpRequestMs: 300 });
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write(text);
    expect(await readUntilClosed(socket)).toMatch(/^HTTP\/1\.1 4|^$/);
  });

  it("are closed when they stop half-way through a message and answer no ping", async () => {
    await start({ activityTimeoutMs: 100, pongTimeoutMs: 100, keepaliveSweepMs: 20 });
    const socket = connect(gateway.port, "127.0.0.1");
    const reading = readUntilClosed(socket);
    socket.write(
      `GET ${PATH} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(socket, "data");
    // A frame of 100 bytes, of which one comes.
    socket.write(Buffer.from([0x81, 0xe4, 0, 0, 0, 0, 0x7b]));
    expect(await reading).toContain("Pong reply not received");
  });
});

describe("whoever comes from a blocked address", () => {
  it("gets no socket by any transport, loses the one it has, and is let in when the block has ended", async () => {
    const blocked = new BlockedRanges();
    gateway = await startTestGateway({}, [TEST_APP], undefined, blocked);
    const [here, there] = [from("203.0.113.9"), from("198.51.100.1")];
    expect(await isLetIn(here)).toBe(true);
    expect(await isLetIn(there)).toBe(true);

    blocked.hold([{ range: "203.0.113.0/24", leftMs: null }]);
    gateway.closeBlocked();
    expect(await here.closed).toMatchObject({ code: 4009 });
    expect(await from("203.0.113.200").closed).toMatchObject({ code: 1006 });
    const poll = `http://127.0.0.1:${gateway.port}/pusher/app/${TEST_APP.key}/1/abc/xhr_streaming?protocol=7`;
    const byPolling = await fetch(poll, { method: "POST", headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(byPolling.status).toBe(403);
    expect(await isLetIn(from("203.0.112.255"))).toBe(true);
    expect(there.ws.readyState).toBe(there.ws.OPEN);
    // Who publishes is known by a signature.
    const published = await gateway.request({ method: "GET", path: "/apps/7/channels" });
    expect(published.status).toBe(200);

    blocked.hold([]);
    expect(await isLetIn(from("203.0.113.9"))).toBe(true);
  });
});
