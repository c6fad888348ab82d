import { createRequire } from "node:module";
import type Pusher from "pusher-js";
import type { Members } from "pusher-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { startRelay } from "../testing/relay";
import { startTestGateway, type TestGateway } from "../testing/test-gateway";

const nacl = createRequire(import.meta.url)("tweetnacl");

let gateway: TestGateway;
let clients: Pusher[];

beforeEach(async () => {
  gateway = await startTestGateway();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await gateway.close();
});

function connect(
  ...args: Parameters<typeof newPusherClient> extends [unknown, unknown, ...infer R] ? R : never
) {
  const client = newPusherClient(gateway.port, gateway.server, ...args);
  clients.push(client);
  return client;
}

async function subscribed(client: Pusher, name: string) {
  const channel = client.subscribe(name);
  await nextEvent(channel, "pusher:subscription_succeeded");
  return channel;
}

/** The next message of this kind on the connection, also the internal ones that channels do not show. */
function messageOf(client: Pusher, event: string): Promise<void> {
  return new Promise((resolve) => {
    const callback = (message: { event: string }) => {
      if (message.event !== event) return;
      client.connection.unbind("message", callback);
      resolve();
    };
    client.connection.bind("message", callback);
  });
}

describe("unmodified pusher-js", () => {
  it("connects and gets events of public and private channels as they were sent", async () => {
    const client = connect();
    const open = await subscribed(client, "news");
    const secret = await subscribed(client, "private-room-1");
    const received = [nextEvent(open, "headline"), nextEvent(secret, "gift")];
    await gateway.server.trigger("news", "headline", { text: "你好 🎁" });
    await gateway.server.trigger("private-room-1", "gift", { coins: 5 });
    expect(await Promise.all(received)).toEqual([{ text: "你好 🎁" }, { coins: 5 }]);
  });

  it("gets a batch in order", async () => {
    const channel = await subscribed(connect(), "private-room");
    const seen: number[] = [];
    channel.bind("n", (data: { n: number }) => seen.push(data.n));
    const last = nextEvent(channel, "last");
    for (let start = 0; start < 90; start += 9) {
      await gateway.server.triggerBatch(
        Array.from({ length: 9 }, (_, i) => ({ channel: "private-room", name: "n", data: { n: start + i } })),
      );
    }
    await gateway.server.trigger("private-room", "last", {});
    await last;
    expect(seen).toEqual(Array.from({ length: 90 }, (_, n) => n));
  });

  it("is told when its auth is wrong", async () => {
    const client = connect(
      {},
      {
        channelAuthorization: {
          customHandler: (_params, callback) => callback(null, { auth: "test-key:00" }),
        },
      },
    );
    const channel = client.subscribe("private-room");
    expect(await nextEvent(channel, "pusher:subscription_error")).toMatchObject({
      type: "AuthError",
      status: 401,
    });
  });

  it("gets nothing after it unsubscribed", async () => {
    const client = connect();
    const left = await subscribed(client, "private-left");
    const stayed = await subscribed(client, "private-stayed");
    const seen: unknown[] = [];
    client.bind("e", (data: unknown) => seen.push(data));
    client.unsubscribe(left.name);
    await subscribed(client, "private-later");
    const arrived = nextEvent(stayed, "e");
    await gateway.server.trigger([left.name, stayed.name], "e", { n: 1 });
    await arrived;
    expect(seen).toEqual([{ n: 1 }]);
  });

  it("does not get back what it caused itself", async () => {
    const [author, other] = [connect(), connect()];
    const own = await subscribed(author, "private-room");
    const others = await subscribed(other, "private-room");
    const seen: unknown[] = [];
    own.bind("e", (data: unknown) => seen.push(data));
    const [authorSecond, otherFirst] = [nextEvent(own, "second"), nextEvent(others, "e")];
    await gateway.server.trigger("private-room", "e", 1, { socket_id: author.connection.socket_id });
    await gateway.server.trigger("private-room", "second", 2);
    expect(await otherFirst).toBe(1);
    await authorSecond;
    expect(seen).toEqual([]);
  });

  it("sends client events to the others", async () => {
    const [sender, receiver] = [
      connect({ presence: { user_id: "ada" } }),
      connect({ presence: { user_id: "bob" } }),
    ];
    const from = await subscribed(sender, "presence-room");
    const to = await subscribed(receiver, "presence-room");
    const received = new Promise((resolve) => {
      to.bind("client-typing", (data: unknown, metadata: unknown) => resolve([data, metadata]));
    });
    from.trigger("client-typing", { on: true });
    expect(await received).toEqual([{ on: true }, { user_id: "ada" }]);
  });

  it("sees members come and go, each user once", async () => {
    const bob = connect({ presence: { user_id: "bob", user_info: { name: "Bob" } } });
    const room = await subscribed(bob, "presence-room");
    const added = nextEvent(room, "pusher:member_added");
    const ada = connect({ presence: { user_id: "ada", user_info: { name: "Ada" } } });
    const adasChannel = ada.subscribe("presence-room");
    const members = await nextEvent<Members>(adasChannel, "pusher:subscription_succeeded");
    expect(members.count).toBe(2);
    expect(members.me).toEqual({ id: "ada", info: { name: "Ada" } });
    expect(members.get("bob")).toEqual({ id: "bob", info: { name: "Bob" } });
    expect(await added).toEqual({ id: "ada", info: { name: "Ada" } });

    const adaAgain = connect({ presence: { user_id: "ada" } });
    await subscribed(adaAgain, "presence-room");
    const removed = nextEvent(room, "pusher:member_removed");
    ada.disconnect();
    const carol = connect({ presence: { user_id: "carol" } });
    const carolAdded = nextEvent(room, "pusher:member_added");
    await subscribed(carol, "presence-room");
    expect(await carolAdded).toMatchObject({ id: "carol" });
    adaAgain.disconnect();
    expect(await removed).toMatchObject({ id: "ada" });
  });

  it("gets the last event of a cache channel, or a cache miss", async () => {
    const missed = connect().subscribe("private-cache-scores");
    await nextEvent(missed, "pusher:cache_miss");
    const arrived = nextEvent(missed, "score");
    await gateway.server.trigger("private-cache-scores", "score", { home: 1 });
    await arrived;
    const late = connect().subscribe("private-cache-scores");
    expect(await nextEvent(late, "score")).toEqual({ home: 1 });
  });

  it("reads encrypted channels that the gateway cannot", async () => {
    const client = connect({}, { nacl });
    const channel = await subscribed(client, "private-encrypted-room");
    const received = nextEvent(channel, "secret");
    await gateway.server.trigger("private-encrypted-room", "secret", { hidden: true });
    expect(await received).toEqual({ hidden: true });
  });

  it("signs in and is reached as a user on every socket", async () => {
    const sockets = [connect({ user: { id: "ada" } }), connect({ user: { id: "ada" } })];
    const received = sockets.map((client) => nextEvent(client.user, "gift.settled"));
    const reachable = sockets.map((client) => messageOf(client, "pusher_internal:subscription_succeeded"));
    for (const client of sockets) client.signin();
    await Promise.all(reachable);
    await gateway.server.sendToUser("ada", "gift.settled", { coins: 9 });
    expect(await Promise.all(received)).toEqual([{ coins: 9 }, { coins: 9 }]);
  });

  it("joins a presence channel as the user who signed in", async () => {
    const client = connect({ user: { id: "ada" } });
    client.signin();
    await messageOf(client, "pusher:signin_success");
    const channel = client.subscribe("presence-room");
    const members = await nextEvent<Members>(channel, "pusher:subscription_succeeded");
    expect(members.me).toEqual({ id: "ada", info: {} });
  });

  it("does not come back after its user was cut off", async () => {
    const client = connect({ user: { id: "张三" } });
    client.signin();
    await messageOf(client, "pusher:signin_success");
    const codes: unknown[] = [];
    client.connection.bind("error", (error: { data?: { code: number } }) => codes.push(error.data?.code));
    const disconnected = nextEvent(client.connection, "disconnected");
    await gateway.server.terminateUserConnections("张三");
    await disconnected;
    expect(codes).toContain(4009);
  });

  it("answers the server's pings and is kept", async () => {
    await gateway.close();
    gateway = await startTestGateway({ bytesPerProbe: 0, keepaliveSweepMs: 10 });
    const client = connect();
    for (let round = 0; round < 10; round += 1) await messageOf(client, "pusher:ping");
    expect(client.connection.state).toBe("connected");
  });

  it("pings by itself and gets a pong", async () => {
    const client = connect({}, { activityTimeout: 30 });
    expect(await nextEvent(client.connection, "message")).toMatchObject({ event: "pusher:pong" });
  });

  it("reconnects at once when its node drains, and finds its channels again", async () => {
    const relay = await startRelay(gateway.port);
    const client = newPusherClient(relay.port, gateway.server);
    clients.push(client);
    const channel = await subscribed(client, "private-room");
    const codes: unknown[] = [];
    client.connection.bind("error", (error: { data?: { code: number } }) => codes.push(error.data?.code));

    const next = await startTestGateway();
    relay.targetPort = next.port;
    const again = nextEvent(channel, "pusher:subscription_succeeded");
    await gateway.close();
    gateway = next;
    await again;
    expect(codes).toContain(4200);
    const received = nextEvent(channel, "gift");
    await next.server.trigger("private-room", "gift", 1);
    expect(await received).toBe(1);
    client.disconnect();
    await relay.close();
  });
});
