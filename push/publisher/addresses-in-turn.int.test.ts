import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type Pusher from "pusher-js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { roomChannel } from "@/domain/contracts/events";
import { parseEnv } from "@/platform/settings/env";
import { newPusherClient, nextEvent } from "../gateway/testing/pusher-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../gateway/testing/test-gateway";
import { createPublisher } from "./publisher";
import { numberedChat } from "./testing/numbered-chat";

const roomId = randomUUID();
let gateway: TestGateway;
let client: Pusher;
let heard: number[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  gateway = await startTestGateway();
  client = newPusherClient(gateway.port, gateway.server);
  heard = [];
  const channel = client.subscribe(roomChannel(roomId));
  channel.bind("chat.message", ({ seq }: { seq: number }) => heard.push(seq));
  await nextEvent(channel, "pusher:subscription_succeeded");
});
afterEach(async () => {
  client.disconnect();
  await gateway.close();
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function listen(server: Server | HttpServer, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

/** As a process that stands still: the system takes its connections, and nothing more happens. */
async function silentPort(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  const port = await listen(server);
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return port;
}

function publisherTo(...ports: number[]) {
  const push = createPublisher(
    parseEnv({
      PUSHER_APP_ID: TEST_APP.id,
      PUSHER_KEY: TEST_APP.key,
      PUSHER_SECRET: TEST_APP.secret,
      PUSH_API_ADDRESSES: ports.map((port) => `127.0.0.1:${port}`).join(","),
    }),
  );
  return {
    push,
    say(seq: number) {
      return push.sendRoomEvents([{ roomId, events: [numberedChat(seq)] }]);
    },
  };
}

it("publishes to the next gateway where one takes no connections: nothing is lost", async () => {
  const { push, say } = publisherTo(await closedPort(), gateway.port);
  await say(1);
  await say(2);
  expect(await push.countViewers(roomChannel(roomId))).toBeInstanceOf(Map);
  await expect.poll(() => heard).toEqual([1, 2]);
});

it("leaves a gateway that takes calls and answers none after the first that failed", async () => {
  const { say } = publisherTo(await silentPort(), gateway.port);
  await expect(say(1)).rejects.toThrow();
  await say(2);
  await say(3);
  await expect.poll(() => heard).toEqual([2, 3]);
});

it("leaves a gateway that says that it cannot, with the connections that it kept open", async () => {
  let asked = 0;
  const unwell = createHttpServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(503).end();
  });
  const port = await listen(unwell);
  closing.push(() => {
    unwell.closeAllConnections();
    unwell.close();
    return once(unwell, "close");
  });
  const { say } = publisherTo(port, gateway.port);
  await expect(say(1)).rejects.toThrow();
  await say(2);
  await expect.poll(() => heard).toEqual([2]);
  expect(asked).toBe(1);
});

it("stays with the one that answers, and comes back when that one goes", async () => {
  const first = await closedPort();
  const { say } = publisherTo(first, gateway.port);
  await say(1);
  await expect.poll(() => heard).toEqual([1]);
  const other = createHttpServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  let taken = 0;
  other.on("request", () => {
    taken += 1;
  });
  await listen(other, first);
  closing.push(() => {
    other.closeAllConnections();
    other.close();
    return once(other, "close");
  });
  await say(2);
  await expect.poll(() => heard).toEqual([1, 2]);
  expect(taken).toBe(0);
  client.disconnect();
  await gateway.close();
  gateway = await startTestGateway();
  // A call on a connection that ends meanwhile may fail; the next one finds who is there.
  await say(3).catch(() => {});
  await say(4);
  expect(taken).toBeGreaterThan(0);
});

it("says why where nobody is there", async () => {
  const { say } = publisherTo(await closedPort(), await closedPort());
  await expect(say(1)).rejects.toThrow(/error|ECONNREFUSED/i);
});
