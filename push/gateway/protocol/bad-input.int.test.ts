import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { RawClient } from "../testing/raw-client";
import { clientFrame, OPCODE, RawSocket } from "../testing/raw-socket";
import { newServer, startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

/** Bytes that no client library sends. After each case nothing of it may be left, and others are served as before. */
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    httpRequestMs: 500,
    activityTimeoutMs: 1_000,
    pongTimeoutMs: 1_000,
    keepaliveSweepMs: 10,
  });
});
afterAll(() => gateway.close());

/** The sum of a gauge over its labels. */
async function gaugeOf(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, "gm"))].map((match) =>
    Number(match[1]),
  );
  return values.reduce((sum, value) => sum + value, 0);
}

afterEach(async () => {
  for (const gauge of ["push_connections", "push_channels", "push_subscriptions"]) {
    await vi.waitFor(
      async () => {
        const value = await gaugeOf(gauge);
        if (value !== 0) throw new Error(`${gauge} is ${value}`);
      },
      { timeout: 20_000 },
    );
  }
  const client = await RawClient.connect(gateway.port);
  await client.subscribe("private-after");
  await gateway.server.trigger("private-after", "e", 1);
  await client.nextOf("e");
  await client.close();
});

const PING = '{"event":"pusher:ping"}';
const SUBSCRIBE = '{"event":"pusher:subscribe","data":{"channel":"news"}}';

describe("frames that break the WebSocket protocol close the socket", () => {
  it.each([
    ["without a mask", { opcode: OPCODE.text, payload: PING, masked: false }, 1002],
    ["of an unknown kind", { opcode: 3, payload: PING }, 1002],
    ["of an unknown control kind", { opcode: 11 }, 1002],
    ["with a reserved bit", { opcode: OPCODE.text, payload: PING, reserved: 0x40 }, 1002],
    ["that go on with nothing", { opcode: OPCODE.continuation, payload: PING }, 1002],
    ["that are a ping in parts", { opcode: OPCODE.ping, fin: false }, 1002],
    ["that are too long a ping", { opcode: OPCODE.ping, payload: "x".repeat(126) }, 1002],
    ["that are a close with half a code", { opcode: OPCODE.close, payload: "x" }, 1002],
    ["that are a close with a code nobody may send", { opcode: OPCODE.close, payload: "\u0003\u00ed" }, 1002],
    ["that are not UTF-8", { opcode: OPCODE.text, payload: Buffer.from([0xc3, 0x28]) }, 1007],
    ["of a megabyte", { opcode: OPCODE.text, payload: "x".repeat(1_048_576) }, 1009],
    ["that claim more bytes than there are", { opcode: OPCODE.text, claimedLength: 2n ** 62n }, 1009],
  ])("%s", async (_what, frame, code) => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.write(clientFrame({ opcode: OPCODE.text, payload: SUBSCRIBE }));
    socket.write(clientFrame(frame));
    expect(await socket.closeCode()).toBe(code);
  });

  it("when the parts of a message are too long together", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    const payload = "x".repeat(40_000);
    socket.write(clientFrame({ opcode: OPCODE.text, payload, fin: false }));
    socket.write(clientFrame({ opcode: OPCODE.continuation, payload }));
    expect(await socket.closeCode()).toBe(1009);
  });
});

describe("what the WebSocket protocol allows", () => {
  it("a message in parts, even with a ping between them, is understood", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.write(clientFrame({ opcode: OPCODE.text, payload: PING.slice(0, 5), fin: false }));
    socket.write(clientFrame({ opcode: OPCODE.ping, payload: "are you there" }));
    socket.write(clientFrame({ opcode: OPCODE.continuation, payload: PING.slice(5, 9), fin: false }));
    socket.write(clientFrame({ opcode: OPCODE.continuation, payload: PING.slice(9) }));
    const answers = [await socket.nextFrame(), await socket.nextFrame()];
    expect(answers[0]).toEqual({ opcode: OPCODE.pong, payload: Buffer.from("are you there") });
    expect(answers[1]?.payload.toString()).toBe('{"event":"pusher:pong","data":"{}"}');
    socket.write(clientFrame({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) }));
    expect(await socket.closeCode()).toBe(1000);
  });

  it("frames that come byte by byte are understood", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.tcp.setNoDelay(true);
    for (const byte of clientFrame({ opcode: OPCODE.text, payload: PING })) {
      await new Promise<void>((resolve) => socket.tcp.write(Buffer.from([byte]), () => resolve()));
    }
    expect((await socket.nextFrame())?.payload.toString()).toContain("pusher:pong");
    socket.tcp.destroy();
  });
});

describe("clients that go silent", () => {
  /** Of somebody who has the secret: bodies of others are not waited for. */
  const SIGNED = `/apps/7/events?${newServer(0).createSignedQueryString({
    method: "POST",
    path: "/apps/7/events",
    body: "{}",
    params: {},
  })}`;

  it("in the middle of a frame are closed with 4201", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.write(clientFrame({ opcode: OPCODE.text, payload: SUBSCRIBE }));
    socket.write(clientFrame({ opcode: OPCODE.text, payload: "x", claimedLength: 60_000n }));
    expect(await socket.closeCode()).toBe(4201);
  });

  it("and hung up one way are gone", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.write(clientFrame({ opcode: OPCODE.text, payload: SUBSCRIBE }));
    await socket.nextFrame();
    socket.tcp.end();
    expect(await socket.closeCode()).toBeUndefined();
  });

  it("and were reset are gone", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    socket.write(clientFrame({ opcode: OPCODE.text, payload: SUBSCRIBE }));
    await socket.nextFrame();
    socket.tcp.resetAndDestroy();
    expect(await socket.closeCode()).toBeUndefined();
  });

  it.each([
    ["before a request", ""],
    ["in the headers", "POST /apps/7/events HTTP/1.1\r\nhost: x\r\nx-slow: "],
    ["in the body", `POST ${SIGNED} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`],
    ["in a body of parts", `POST ${SIGNED} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{`],
    ["in an upgrade", "GET /app/test-key?protocol=7 HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n"],
  ])("%s are hung up on", async (_where, text) => {
    const socket = RawSocket.open(gateway.port);
    await once(socket.tcp, "connect");
    socket.write(text);
    expect(await socket.readToEnd()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("in the body of a fall-back transport are hung up on", async () => {
    const app = `/pusher/app/${TEST_APP.key}`;
    const opened = await fetch(`http://127.0.0.1:${gateway.port}${app}/1/abcdefgh/xhr?protocol=7`, {
      method: "POST",
    });
    const [line = ""] = (await opened.text()).split("\n");
    const { hostname } = JSON.parse(line.slice(1)) as { hostname: string };
    const { pathname } = new URL(`http://${hostname}${app}/1/abcdefgh/xhr_send`);
    const socket = RawSocket.open(gateway.port);
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n[`);
    expect(await socket.readToEnd()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it.each([
    ["that nobody signed", "/apps/7/events", 401],
    ["for a session that nobody has", `/pusher/app/${TEST_APP.key}/1/nobodys/xhr_send`, 404],
  ])("in a body %s do not get that far", async (_what, path, status) => {
    const socket = RawSocket.open(gateway.port);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{`);
    expect(await socket.readToEnd()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe("a client that floods and goes on when it is told to go", () => {
  it("is not listened to any more", async () => {
    const socket = await RawSocket.upgrade(gateway.port);
    const wasReset = new Promise((resolve) => socket.tcp.once("close", resolve));
    const flood = Buffer.concat(Array(1_000).fill(clientFrame({ opcode: OPCODE.text, payload: PING })));
    for (let sent = 0; sent < 100; sent += 1) socket.write(flood);
    // Had all been read up to here, this would be answered and the connection closed in peace.
    socket.write(clientFrame({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) }));
    expect(await wasReset).toBe(true);
  });
});

describe("requests that are not HTTP as it should be", () => {
  const handshake = (headers: string) =>
    `GET /app/${TEST_APP.key}?protocol=7 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\n${headers}\r\n\r\n`;

  it.each([
    ["a line that is no request", 400, "hello\r\n\r\n"],
    ["a header that is none", 400, "GET / HTTP/1.1\r\nhost x\r\n\r\n"],
    ["endless headers", 431, `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`],
    ["two lengths", 400, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"],
    [
      "a length and parts",
      400,
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    ],
    ["an upgrade without a key", 400, handshake("upgrade: websocket\r\nsec-websocket-version: 13")],
    [
      "an upgrade to an old version",
      400,
      handshake(
        "upgrade: websocket\r\nsec-websocket-version: 7\r\nsec-websocket-key: eHh4eHh4eHh4eHh4eHh4eA==",
      ),
    ],
    ["an upgrade to something else", 400, handshake("upgrade: h2c")],
    [
      "an upgrade by POST",
      405,
      `POST /app/x HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\ncontent-length: 0\r\n\r\n`,
    ],
  ])("%s gets %i", async (_what, status, text) => {
    const socket = RawSocket.open(gateway.port);
    socket.write(text);
    expect(await socket.readUntil("\r\n")).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.tcp.destroy();
  });
});
