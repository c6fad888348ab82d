import { randomUUID } from "node:crypto";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import type Pusher from "pusher-js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { roomChannel, userChannel } from "@/domain/contracts/events";
import { parseEnv } from "@/platform/settings/env";
import { newPusherClient, nextEvent } from "../gateway/testing/pusher-client";
import { RawClient } from "../gateway/testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../gateway/testing/test-gateway";
import { createPublisher, type PushPublisher } from "./publisher";
import { numberedChat } from "./testing/numbered-chat";

let gateway: TestGateway;
let client: Pusher;
const roomIds = Array.from({ length: 25 }, () => randomUUID());

beforeEach(async () => {
  gateway = await startTestGateway();
  client = newPusherClient(gateway.port, gateway.server);
});
afterEach(async () => {
  client.disconnect();
  await gateway.close();
});

const publisher = (settings: Record<string, string> = {}): PushPublisher =>
  createPublisher(
    parseEnv({
      PUSHER_APP_ID: TEST_APP.id,
      PUSHER_KEY: TEST_APP.key,
      PUSHER_SECRET: TEST_APP.secret,
      PUSHER_PORT: String(gateway.port),
      ...settings,
    }),
  );
const chat = (seq: number) => numberedChat(seq, "礼".repeat(50));

/** What a client of each room hears: the number of messages, and the numbers of the events in them. */
async function listen() {
  const heard = new Map<string, { messages: number; seqs: number[] }>();
  for (const roomId of roomIds) {
    const log = { messages: 0, seqs: [] as number[] };
    heard.set(roomId, log);
    const channel = client.subscribe(roomChannel(roomId));
    channel.bind_global((name: string, data: { seq?: number; events?: { seq: number }[] }) => {
      if (name.startsWith("pusher:")) return;
      log.messages += 1;
      log.seqs.push(...(data.events ?? [{ seq: data.seq ?? 0 }]).map(({ seq }) => seq));
    });
    await nextEvent(channel, "pusher:subscription_succeeded");
  }
  return heard;
}

it("merges what comes within a tick into one message a room, where deliveries are billed", async () => {
  const heard = await listen();
  const push = publisher({ PUSH_MERGE_MS: "200" });
  // Each event by a call of its own, as a process that serves many viewers makes them.
  const sends: Promise<void>[] = [];
  for (let seq = 1; seq <= 8; seq++) {
    for (const roomId of roomIds) sends.push(push.sendRoomEvents([{ roomId, events: [chat(seq)] }]));
  }
  await Promise.all(sends);
  await expect.poll(() => [...heard.values()].every(({ seqs }) => seqs.length === 8)).toBe(true);
  for (const { messages, seqs } of heard.values()) {
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(messages).toBe(1);
  }
});

it("splits what does not fit one message, and keeps the order", async () => {
  const heard = await listen();
  const [roomId = ""] = roomIds;
  const events = Array.from({ length: 200 }, (_, i) => chat(i + 1));
  await publisher().sendRoomEvents([{ roomId, events }]);
  await expect.poll(() => heard.get(roomId)?.seqs.length).toBe(200);
  expect(heard.get(roomId)?.seqs).toEqual(events.map(({ seq }) => seq));
  expect(heard.get(roomId)?.messages).toBeGreaterThan(5);
});

it("says much of many rooms in few requests, each room in order, also to a service that takes ten at once", async () => {
  const heard = await listen();
  const asked: string[] = [];
  // As hosted Pusher does: it knows nothing but the protocol. What it knows reaches the gateway.
  const plain = createServer((request, response) => {
    asked.push(new URL(request.url ?? "", "http://plain").pathname.split("/").at(-1) ?? "");
    if (asked.at(-1) === "many_events") {
      response.writeHead(404).end();
      request.resume();
      return;
    }
    const target = { port: gateway.port, host: "127.0.0.1", path: request.url, method: "POST" };
    const passed = forward({ ...target, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const PUSHER_PORT = String((plain.address() as AddressInfo).port);
  const sendAll = (push: PushPublisher, first: number) => {
    const events = Array.from({ length: 80 }, (_, i) => chat(first + i));
    return push.sendRoomEvents(roomIds.map((roomId) => ({ roomId, events })));
  };
  const [own, protocolOnly] = [publisher(), publisher({ PUSHER_PORT })];
  await sendAll(own, 1);
  await sendAll(protocolOnly, 81);
  expect(asked.filter((path) => path === "many_events").length).toBeGreaterThan(0);
  expect(asked.filter((path) => path === "batch_events").length).toBeGreaterThan(4);
  // Nobody asks again soon what it does not know.
  asked.length = 0;
  await sendAll(protocolOnly, 161);
  expect(new Set(asked)).toEqual(new Set(["batch_events"]));
  await expect.poll(() => [...heard.values()].every(({ seqs }) => seqs.length === 240)).toBe(true);
  for (const { seqs } of heard.values()) expect(seqs).toEqual(Array.from({ length: 240 }, (_, i) => i + 1));
  plain.closeAllConnections();
  plain.close();
});

it("sends each user their own, and counts and ends connections", async () => {
  const [mine, other] = [randomUUID(), randomUUID()];
  const push = publisher();
  const signed = newPusherClient(gateway.port, gateway.server, { user: { id: mine } });
  signed.signin();
  const own = signed.subscribe(userChannel(mine));
  await nextEvent(own, "pusher:subscription_succeeded");
  await signed.user.signinDonePromise;
  const news = nextEvent(own, "earnings.updated");
  await push.sendUserEvents([
    { userId: other, event: "earnings.updated", data: { earnedFen: 1, gifts: 1 } },
    { userId: mine, event: "earnings.updated", data: { earnedFen: 2, gifts: 2 } },
  ]);
  expect(await news).toEqual({ earnedFen: 2, gifts: 2 });
  expect(await push.countViewers("private-user-")).toEqual(new Map());
  const closed = nextEvent(signed.connection, "disconnected");
  await push.disconnectUser(other);
  await push.disconnectUser(mine);
  await closed;
});

it("counts the viewers of channels, each once, and sockets where the service knows no viewers", async () => {
  const watching = roomChannel("watched");
  const tabs = await Promise.all([1, 2, 3].map(() => RawClient.connect(gateway.port)));
  for (const [n, tab] of tabs.entries())
    await tab.subscribe(watching, { push_viewer: n < 2 ? "ada" : "bob" });
  await tabs[0]?.subscribe(roomChannel("looked-at"), { push_viewer: null });
  expect(await publisher().countViewers(roomChannel(""))).toEqual(new Map([[watching, 2]]));
  // As hosted Pusher does: an unknown path, and the sockets of each channel.
  const hosted = createServer((request, response) => {
    const isKnown = request.url?.startsWith(`/apps/${TEST_APP.id}/channels?`);
    response.writeHead(isKnown ? 200 : 404);
    response.end(isKnown ? JSON.stringify({ channels: { [watching]: { subscription_count: 3 } } }) : "");
  });
  await new Promise<void>((resolve) => hosted.listen(0, "127.0.0.1", resolve));
  const PUSHER_PORT = String((hosted.address() as AddressInfo).port);
  expect(await publisher({ PUSHER_PORT }).countViewers(roomChannel(""))).toEqual(new Map([[watching, 3]]));
  hosted.closeAllConnections();
  hosted.close();
  await expect(publisher({ PUSHER_PORT: "9" }).countViewers(roomChannel(""))).rejects.toThrow();
  await Promise.all(tabs.map((tab) => tab.close()));
});

it("says so when nobody takes what it sends", async () => {
  const push = publisher({ PUSHER_PORT: "9" });
  await expect(push.sendRoomEvents([{ roomId: roomIds[0] ?? "", events: [chat(1)] }])).rejects.toThrow();
});
