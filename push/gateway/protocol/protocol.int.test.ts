import { afterEach, describe, expect, it } from "vitest";
import type { App } from "../apps";
import type { GatewayLimits } from "../limits/limits";
import { RawClient } from "../testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

let gateway: TestGateway;
const clients: RawClient[] = [];

async function start(limits: Partial<GatewayLimits> = {}, apps?: App[]): Promise<void> {
  gateway = await startTestGateway({ subscriptionCountMs: 60_000, ...limits }, apps);
}

async function connect(): Promise<RawClient> {
  const client = await RawClient.connect(gateway.port);
  clients.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await gateway.close();
});

function refusalOf(message: { data: unknown }): unknown {
  return JSON.parse(message.data as string);
}

describe("connecting", () => {
  it("greets first, with a socket id and the activity timeout as a JSON string", async () => {
    await start({ activityTimeoutMs: 90_000 });
    const client = await connect();
    const greeting = client.received[0];
    expect(greeting?.event).toBe("pusher:connection_established");
    expect(JSON.parse(greeting?.data as string)).toEqual({
      socket_id: client.socketId,
      activity_timeout: 90,
    });
    expect(client.socketId).toMatch(/^\d+\.\d+$/);
  });

  it.each([
    ["/app/unknown?protocol=7", 4001],
    ["/app/off?protocol=7", 4003],
    ["/app/full?protocol=7", 4004],
    ["/elsewhere?protocol=7", 4005],
    ["/app/test-key?protocol=x", 4006],
    ["/app/test-key?protocol=3", 4007],
    ["/app/test-key", 4008],
  ])("refuses %s with pusher:error and close code %i", async (path, code) => {
    await start({}, [
      TEST_APP,
      { ...TEST_APP, id: "8", key: "off", enabled: false },
      { ...TEST_APP, id: "9", key: "full", maxConnections: 0 },
    ]);
    const client = RawClient.open(gateway.port, path);
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code } });
    expect(await client.closed).toMatchObject({ code });
  });

  it("is over capacity beyond the node's limit, until a place is free", async () => {
    await start({ connectionsMax: 1 });
    const first = await connect();
    const second = RawClient.open(gateway.port);
    expect(await second.closed).toMatchObject({ code: 4100 });
    await first.close();
    await expect
      .poll(async () => (await RawClient.open(gateway.port).next()).event)
      .toBe("pusher:connection_established");
  });

  it("keeps apps apart", async () => {
    const other = { ...TEST_APP, id: "8", key: "other-key", secret: "other-secret" };
    await start({}, [TEST_APP, other]);
    const mine = await connect();
    const theirs = await RawClient.connect(gateway.port, other);
    clients.push(theirs);
    await mine.subscribe("news");
    await theirs.subscribe("news");
    await gateway.server.trigger("news", "mine", 1);
    await mine.nextOf("mine");
    await theirs.settle();
    expect(theirs.received.map(({ event }) => event)).not.toContain("mine");
  });
});

describe("messages from clients", () => {
  it.each([
    ["text that is not JSON", "hello"],
    ["JSON that is not an object", "[1,2]"],
    ["null", "null"],
    ["no event name", '{"data":{}}'],
    ["an event name that is not text", '{"event":5}'],
    ["an unknown event", '{"event":"pusher:dance"}'],
    ["a name every object has", '{"event":"constructor"}'],
    ["a subscription without data", '{"event":"pusher:subscribe"}'],
    ["a subscription whose channel is not text", '{"event":"pusher:subscribe","data":{"channel":{}}}'],
    ["an unsubscription without a channel", '{"event":"pusher:unsubscribe","data":{}}'],
  ])("answers %s with pusher:error and lives on", async (_what, text) => {
    await start();
    const client = await connect();
    client.send(text);
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code: null } });
    await client.settle();
  });

  it("survives deep nesting", async () => {
    await start();
    const client = await connect();
    await client.subscribe("private-a");
    const nested = "[".repeat(30_000) + "]".repeat(30_000);
    client.send(`{"event":"client-x","channel":"private-a","data":${nested}}`);
    client.send(`{"event":"pusher:subscribe","data":{"channel":${nested}}}`);
    expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: null } });
    expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: null } });
    await client.settle();
  });

  it("answers a binary message with pusher:error", async () => {
    await start();
    const client = await connect();
    client.ws.send(Buffer.from([1, 2, 3]));
    expect(await client.next()).toMatchObject({ event: "pusher:error" });
    await client.settle();
  });

  it("closes on a message that is too large", async () => {
    await start({ clientMessageBytesMax: 1_000 });
    const client = await connect();
    client.send("x".repeat(1_001));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it("backs off a client that floods", async () => {
    await start({ clientMessageBurst: 5, clientMessagesPerSecond: 0 });
    const client = await connect();
    for (let sent = 0; sent < 6; sent += 1) client.send({ event: "pusher:ping", data: {} });
    expect(await client.closed).toMatchObject({ code: 4100 });
    expect(client.received.filter(({ event }) => event === "pusher:pong")).toHaveLength(5);
  });

  it.each([
    ["binary messages", (client: RawClient) => client.ws.send(Buffer.from([1]))],
    ["control pings", (client: RawClient) => client.ws.ping()],
    ["control pongs", (client: RawClient) => client.ws.pong()],
  ])("backs off a client that floods with %s", async (_what, send) => {
    await start({ clientMessageBurst: 5, clientMessagesPerSecond: 0 });
    const client = await connect();
    for (let sent = 0; sent < 6; sent += 1) send(client);
    expect(await client.closed).toMatchObject({ code: 4100 });
  });

  it("answers a ping", async () => {
    await start();
    const client = await connect();
    client.send({ event: "pusher:ping" });
    expect(await client.next()).toEqual({ event: "pusher:pong", data: "{}" });
  });
});

describe("subscribing", () => {
  it("succeeds with empty data on a private channel", async () => {
    await start();
    const client = await connect();
    expect(await client.subscribe("private-a")).toEqual({
      event: "pusher_internal:subscription_succeeded",
      channel: "private-a",
      data: "{}",
    });
  });

  it.each([
    ["private-a", undefined],
    ["private-a", "test-key:00"],
    ["presence-a", "nonsense"],
    ["private-encrypted-a", ""],
    ["#server-to-user-ada", ""],
  ])("refuses %s with auth %j", async (channel, auth) => {
    await start();
    const client = await connect();
    client.send({ event: "pusher:subscribe", data: { channel, auth } });
    const message = await client.next();
    expect(message).toMatchObject({ event: "pusher:subscription_error", channel });
    expect(refusalOf(message)).toMatchObject({ type: "AuthError", status: 401 });
  });

  it("refuses an auth that was signed for another socket", async () => {
    await start();
    const [ada, bob] = [await connect(), await connect()];
    bob.send({ event: "pusher:subscribe", data: { channel: "private-a", auth: ada.signature("private-a") } });
    expect(refusalOf(await bob.next())).toMatchObject({ type: "AuthError" });
  });

  it("refuses a channel name that is not one", async () => {
    await start();
    const client = await connect();
    client.requestChannel("has space");
    expect(refusalOf(await client.next())).toMatchObject({ type: "InvalidChannel", status: 400 });
  });

  it("refuses a second subscription without harm to the first", async () => {
    await start();
    const client = await connect();
    await client.subscribe("private-a");
    client.requestChannel("private-a");
    expect(await client.nextOf("pusher:error")).toMatchObject({
      data: { message: "Existing subscription to channel private-a" },
    });
    await gateway.server.trigger("private-a", "e", 1);
    expect(await client.nextOf("e")).toMatchObject({ data: "1" });
  });

  it("limits the channels of one connection", async () => {
    await start({ channelsPerConnectionMax: 2 });
    const client = await connect();
    await client.subscribe("a");
    await client.subscribe("b");
    client.requestChannel("c");
    expect(refusalOf(await client.nextOf("pusher:subscription_error"))).toMatchObject({
      type: "LimitReached",
    });
    client.send({ event: "pusher:unsubscribe", data: { channel: "a" } });
    await client.subscribe("c");
  });

  it("says at once and then at most once an interval how many are subscribed", async () => {
    await start({ subscriptionCountMs: 100 });
    const [first, second, third] = [await connect(), await connect(), await connect()];
    const nextCount = async () => {
      const { data } = await first.nextOf("pusher_internal:subscription_count");
      return (JSON.parse(data as string) as { subscription_count: number }).subscription_count;
    };
    const startedMs = performance.now();
    await first.subscribe("news");
    const counts = [await nextCount()];
    await second.subscribe("news");
    await third.subscribe("news");
    while (counts.at(-1) !== 3) counts.push(await nextCount());
    expect(counts[0]).toBe(1);
    // However slow the machine is: all but the first had to wait for an interval, on timers that are true to some ms.
    expect((counts.length - 1) * 100).toBeLessThanOrEqual(performance.now() - startedMs + 10);
  });
});

describe("presence channels", () => {
  it("tells a newcomer who is there and the others who came and left", async () => {
    await start();
    const [ada, five] = [await connect(), await connect()];
    await ada.subscribe("presence-room", { user_id: "ada", user_info: { name: "Ada" } });
    const there = await five.subscribe("presence-room", { user_id: 5 });
    expect(JSON.parse(there.data as string)).toEqual({
      presence: { count: 2, ids: ["ada", 5], hash: { ada: { name: "Ada" }, "5": {} } },
    });
    expect(await ada.next()).toEqual({
      event: "pusher_internal:member_added",
      channel: "presence-room",
      data: '{"user_id":5}',
    });
    five.send({ event: "pusher:unsubscribe", data: { channel: "presence-room" } });
    expect(await ada.next()).toEqual({
      event: "pusher_internal:member_removed",
      channel: "presence-room",
      data: '{"user_id":5}',
    });
    expect(five.received.map(({ event }) => event)).not.toContain("pusher_internal:member_added");
  });

  it("removes a member whose socket is gone", async () => {
    await start();
    const [ada, bob] = [await connect(), await connect()];
    await ada.subscribe("presence-room", { user_id: "ada" });
    await bob.subscribe("presence-room", { user_id: "bob" });
    bob.ws.terminate();
    expect(await ada.nextOf("pusher_internal:member_removed")).toMatchObject({ data: '{"user_id":"bob"}' });
  });

  it.each([
    ["no channel_data", undefined, "AuthError"],
    ["channel_data without user_id", { name: "x" }, "AuthError"],
    ["a user_id that is too long", { user_id: "x".repeat(129) }, "LimitReached"],
    ["user_info that is too large", { user_id: "x", user_info: "x".repeat(1_024) }, "LimitReached"],
  ])("refuses %s", async (_what, channelData, type) => {
    await start();
    const client = await connect();
    client.requestChannel("presence-room", channelData);
    expect(refusalOf(await client.nextOf("pusher:subscription_error"))).toMatchObject({ type });
  });

  it("survive user_info that is nested too deeply to be written again", async () => {
    await start();
    const client = await connect();
    const nested = "[".repeat(20_000) + "]".repeat(20_000);
    const channel = "presence-a";
    const channel_data = `{"user_id":"ada","user_info":${nested}}`;
    const auth = client.signature(channel, channel_data);
    client.send({ event: "pusher:subscribe", data: { channel, auth, channel_data } });
    const refusal = await client.nextOf("pusher:subscription_error");
    expect(JSON.parse(refusal.data as string)).toMatchObject({ type: "LimitReached", status: 403 });
    await client.settle();
  });

  it("limits the members, not the sockets of one member", async () => {
    await start({ presenceMembersMax: 1 });
    const [ada, adaAgain, bob] = [await connect(), await connect(), await connect()];
    await ada.subscribe("presence-room", { user_id: "ada" });
    await adaAgain.subscribe("presence-room", { user_id: "ada" });
    bob.requestChannel("presence-room", { user_id: "bob" });
    expect(refusalOf(await bob.nextOf("pusher:subscription_error"))).toMatchObject({ type: "LimitReached" });
  });
});

describe("client events", () => {
  it("reach the others as JSON text, never the sender", async () => {
    await start();
    const [ada, bob] = [await connect(), await connect()];
    await ada.subscribe("private-room");
    await bob.subscribe("private-room");
    ada.send({ event: "client-typing", channel: "private-room", data: { on: true } });
    expect(await bob.nextOf("client-typing")).toEqual({
      event: "client-typing",
      channel: "private-room",
      data: '{"on":true}',
    });
    await ada.settle();
    expect(ada.received.map(({ event }) => event)).not.toContain("client-typing");
  });

  it.each([
    ["a channel that was not subscribed to", "private-other"],
    ["a public channel", "news"],
    ["an encrypted channel", "private-encrypted-room"],
    ["no channel", undefined],
  ])("are refused for %s", async (_what, channel) => {
    await start();
    const client = await connect();
    await client.subscribe("news");
    await client.subscribe("private-encrypted-room");
    client.send({ event: "client-x", channel, data: {} });
    expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: null } });
  });

  it("are refused where the app has them off", async () => {
    await start({}, [{ ...TEST_APP, clientEvents: false }]);
    const client = await connect();
    await client.subscribe("private-room");
    client.send({ event: "client-x", channel: "private-room", data: {} });
    expect(await client.nextOf("pusher:error")).toMatchObject({
      data: { message: "Client events are not enabled for this app" },
    });
  });

  it("are refused when too large", async () => {
    await start({ eventDataBytesMax: 10 });
    const client = await connect();
    await client.subscribe("private-room");
    client.send({ event: "client-x", channel: "private-room", data: "x".repeat(11) });
    expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: null } });
  });

  it("beyond the rate get pusher:error 4301 and the socket stays open", async () => {
    await start({ clientEventsPerSecond: 3, tickMs: 0 });
    const [ada, bob] = [await connect(), await connect()];
    await ada.subscribe("private-room");
    await bob.subscribe("private-room");
    for (let n = 0; n < 4; n += 1) ada.send({ event: "client-n", channel: "private-room", data: { n } });
    expect(await ada.nextOf("pusher:error")).toMatchObject({ data: { code: 4301 } });
    await ada.settle();
    await gateway.server.trigger("private-room", "end", 1);
    await bob.nextOf("end");
    expect(bob.received.filter(({ event }) => event === "client-n")).toHaveLength(3);
  });
});

describe("cache channels", () => {
  it.each(["cache-a", "private-cache-a", "private-encrypted-cache-a", "presence-cache-a"])(
    "%s hands over the last event after the subscription, also when nobody was there",
    async (channel) => {
      await start();
      const first = await connect();
      await first.subscribe(channel, channel.startsWith("presence-") ? { user_id: "ada" } : undefined);
      expect(await first.next()).toMatchObject({ event: "pusher:cache_miss", channel });
      await first.close();
      const body = JSON.stringify({ name: "score", channel, data: "2:1" });
      await gateway.request({ path: "/apps/7/events", body });
      const second = await connect();
      await second.subscribe(channel, channel.startsWith("presence-") ? { user_id: "bob" } : undefined);
      expect(await second.next()).toEqual({ event: "score", channel, data: "2:1" });
    },
  );

  it("deliver an event that is waiting for its tick once to those who join meanwhile", async () => {
    await start({ tickMs: 200 });
    const first = await connect();
    await first.subscribe("cache-a");
    await gateway.server.trigger("cache-a", "n", 1);
    await gateway.server.trigger("cache-a", "n", 2);
    const second = await connect();
    await second.subscribe("cache-a");
    await gateway.server.trigger("cache-a", "last", 3);
    await Promise.all([first.nextOf("last"), second.nextOf("last")]);
    const seen = (client: RawClient) =>
      client.received.filter(({ event }) => event === "n").map(({ data }) => data);
    expect(seen(first)).toEqual(["1", "2"]);
    expect(seen(second)).toEqual(["2"]);
  });
});

describe("signing in", () => {
  it("is confirmed with the user data as sent", async () => {
    await start();
    const client = await connect();
    client.signIn({ id: "ada", user_info: { name: "Ada" } });
    const { data } = await client.nextOf("pusher:signin_success");
    expect(JSON.parse((JSON.parse(data as string) as { user_data: string }).user_data)).toEqual({
      id: "ada",
      user_info: { name: "Ada" },
    });
  });

  it("with a wrong signature closes with 4009", async () => {
    await start();
    const client = await connect();
    client.send({ event: "pusher:signin", data: { auth: "test-key:00", user_data: '{"id":"ada"}' } });
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code: 4009 } });
    expect(await client.closed).toMatchObject({ code: 4009 });
  });

  it("without an id closes with 4009", async () => {
    await start();
    const client = await connect();
    client.signIn({ name: "nobody" });
    expect(await client.closed).toMatchObject({ code: 4009 });
  });

  it("happens once a connection", async () => {
    await start();
    const client = await connect();
    client.signIn({ id: "ada" });
    client.signIn({ id: "bob" });
    await client.nextOf("pusher:signin_success");
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code: null } });
    client.requestChannel("#server-to-user-bob");
    expect(await client.next()).toMatchObject({ event: "pusher:subscription_error" });
    await client.subscribe("#server-to-user-ada");
  });

  it("tells watchers who is online, who comes and who goes", async () => {
    await start();
    const [bob, watcher, ada] = [await connect(), await connect(), await connect()];
    bob.signIn({ id: "bob" });
    await bob.settle();
    watcher.signIn({ id: "eve", watchlist: ["ada", "bob"] });
    const events = async () =>
      JSON.parse((await watcher.nextOf("pusher_internal:watchlist_events")).data as string).events;
    expect(await events()).toEqual([
      { name: "online", user_ids: ["bob"] },
      { name: "offline", user_ids: ["ada"] },
    ]);
    ada.signIn({ id: "ada" });
    expect(await events()).toEqual([{ name: "online", user_ids: ["ada"] }]);
    await bob.close();
    expect(await events()).toEqual([{ name: "offline", user_ids: ["bob"] }]);
  });

  it("with too long a watchlist signs in without it and says 4302", async () => {
    await start();
    const client = await connect();
    client.signIn({ id: "ada", watchlist: Array.from({ length: 101 }, (_, n) => `user-${n}`) });
    await client.nextOf("pusher:signin_success");
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code: 4302 } });
    await client.subscribe("#server-to-user-ada");
  });
});

describe("cutting off a user", () => {
  it("closes the sockets that signed in or showed signed channel data, and no others", async () => {
    await start();
    const [signedIn, onPrivate, onPresence, other] = await Promise.all([1, 2, 3, 4].map(() => connect()));
    if (!signedIn || !onPrivate || !onPresence || !other) throw new Error("unreachable");
    signedIn.signIn({ id: "ada" });
    await signedIn.settle();
    await onPrivate.subscribe("private-room", { user_id: "ada" });
    await onPresence.subscribe("presence-room", { user_id: "ada" });
    await other.subscribe("presence-room", { user_id: "bob" });
    await gateway.server.terminateUserConnections("ada");
    for (const client of [signedIn, onPrivate, onPresence]) {
      expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: 4009 } });
      expect(await client.closed).toMatchObject({ code: 4009 });
    }
    await other.nextOf("pusher_internal:member_removed");
    await other.settle();
  });

  it("makes worthless what was signed for a socket of before, and lets a new one in", async () => {
    await start();
    const [subscribing, signingIn, bob] = await Promise.all([1, 2, 3].map(() => connect()));
    if (!subscribing || !signingIn || !bob) throw new Error("unreachable");
    await gateway.server.terminateUserConnections("ada");
    subscribing.requestChannel("private-room", { user_id: "ada" });
    signingIn.signIn({ id: "ada" });
    for (const client of [subscribing, signingIn]) {
      // Back at once, as another socket, for which the app has to sign anew.
      expect(await client.closed).toMatchObject({ code: 4200 });
      expect(client.received.map(({ event }) => event)).toEqual(["pusher:connection_established"]);
    }
    await bob.subscribe("private-room", { user_id: "bob" });
    const ada = await connect();
    await ada.subscribe("private-room", { user_id: "ada" });
    ada.signIn({ id: "ada" });
    await ada.nextOf("pusher:signin_success");
  });

  it("does not let unsigned channel data stand for a user", async () => {
    await start();
    const client = await connect();
    client.send({ event: "pusher:subscribe", data: { channel: "news", channel_data: '{"user_id":"ada"}' } });
    await client.nextOf("pusher_internal:subscription_succeeded");
    await gateway.server.terminateUserConnections("ada");
    await client.settle();
    expect(client.received.map(({ event }) => event)).not.toContain("pusher:error");
  });
});

describe("order and delivery", () => {
  it("keeps the order of events and control messages on a busy channel", async () => {
    await start({ tickMs: 50 });
    const [ada, bob] = [await connect(), await connect()];
    await ada.subscribe("presence-room", { user_id: "ada" });
    await gateway.server.trigger("presence-room", "before", 0);
    await gateway.server.trigger("presence-room", "before", 1);
    await bob.subscribe("presence-room", { user_id: "bob" });
    await gateway.server.trigger("presence-room", "after", 2);
    await Promise.all([ada.nextOf("after"), bob.nextOf("after")]);
    expect(ada.received.slice(2).map(({ event }) => event)).toEqual([
      "before",
      "before",
      "pusher_internal:member_added",
      "after",
    ]);
    expect(bob.received.slice(2).map(({ event }) => event)).toEqual(["after"]);
  });

  it("delivers what was published before a client leaves a channel", async () => {
    await start({ tickMs: 60_000 });
    const client = await connect();
    await client.subscribe("news");
    await gateway.server.trigger("news", "first", 1);
    await gateway.server.trigger("news", "second", 2);
    client.send({ event: "pusher:unsubscribe", data: { channel: "news" } });
    await client.settle();
    expect(client.received.map(({ event }) => event)).toContain("second");
  });

  it("reaches each of many sockets once and in order, over several turns", async () => {
    await start({ tickMs: 5 });
    const many = await Promise.all(Array.from({ length: 600 }, () => connect()));
    await Promise.all(many.map((client) => client.subscribe("news")));
    for (let n = 0; n < 30; n += 1) await gateway.server.trigger("news", "n", n);
    await gateway.server.trigger("news", "last", 0);
    await Promise.all(many.map((client) => client.nextOf("last")));
    const expected = Array.from({ length: 30 }, (_, n) => String(n));
    for (const client of many) {
      expect(client.received.filter(({ event }) => event === "n").map(({ data }) => data)).toEqual(expected);
    }
  });

  it("leaves the others alone when the excepted socket is among those who get a batch", async () => {
    await start({ tickMs: 60_000 });
    const [ada, bob] = [await connect(), await connect()];
    await ada.subscribe("private-a");
    await bob.subscribe("private-a");
    await gateway.server.trigger("private-a", "opens the tick", 0);
    await gateway.server.trigger("private-a", "one", 1);
    await gateway.server.trigger("private-a", "two", 2, { socket_id: ada.socketId });
    await gateway.server.trigger("private-a", "three", 3);
    ada.send({ event: "pusher:unsubscribe", data: { channel: "private-a" } });
    await Promise.all([ada.settle(), bob.nextOf("three")]);
    const names = (client: RawClient) =>
      client.received.map(({ event }) => event).filter((name) => /^[a-z]+$/.test(name));
    expect(names(ada)).toEqual(["one", "three"]);
    expect(names(bob)).toEqual(["one", "two", "three"]);
  });
});

describe("clients that do not keep up", () => {
  it("are closed with 4201 when no pong comes", async () => {
    await start({ activityTimeoutMs: 20, pongTimeoutMs: 20, keepaliveSweepMs: 5 });
    const client = await connect();
    expect(await client.nextOf("pusher:ping")).toEqual({ event: "pusher:ping", data: "{}" });
    expect(await client.closed).toMatchObject({ code: 4201 });
  });

  it("go without low-priority events while they lag", async () => {
    await start({
      bytesPerProbe: 60_000,
      eventDataBytesMax: 60_000,
      keepaliveSweepMs: 5,
      laggingAfterMs: 0,
      lowPriorityEvents: ["chat"],
    });
    const client = await connect();
    await client.subscribe("private-room");
    await gateway.server.trigger("private-room", "gift", "x".repeat(60_000 - 2));
    await client.nextOf("pusher:ping");
    // The ping is not answered and bytes go out behind it: at a sweep from now on this reader counts as lagging.
    const namesOfNextBatch = async () => {
      await client.settle();
      const seen = client.received.length;
      await gateway.server.triggerBatch([
        { channel: "private-room", name: "chat", data: 0 },
        { channel: "private-room", name: "gift", data: 1 },
      ]);
      await client.nextOf("gift");
      return client.received.slice(seen).map(({ event }) => event);
    };
    await expect.poll(namesOfNextBatch, { timeout: 8_000 }).toEqual(["gift"]);
    client.send({ event: "pusher:pong", data: {} });
    expect(await namesOfNextBatch()).toEqual(["chat", "gift"]);
  });

  it("are cut off when they stop reading and bytes pile up", async () => {
    await start({ bufferedBytesMax: 100_000, tickMs: 0 });
    const [slow, quick] = [await connect(), await connect()];
    await slow.subscribe("news");
    await quick.subscribe("news");
    slow.ws.pause();
    const data = "x".repeat(10_000);
    const countOf = async () => {
      const query = { info: "subscription_count" };
      const { text } = await gateway.request({ method: "GET", path: "/apps/7/channels/news", query });
      return JSON.parse(text).subscription_count as number;
    };
    let published = 0;
    while ((await countOf()) === 2) {
      const batch = Array.from({ length: 10 }, () => ({ channel: "news", name: "big", data }));
      published += batch.length;
      await gateway.server.triggerBatch(batch);
    }
    await gateway.server.trigger("news", "last", 0);
    await quick.nextOf("last");
    expect(quick.received.filter(({ event }) => event === "big")).toHaveLength(published);
    slow.ws.resume();
    expect(await slow.closed).toMatchObject({ code: 1006 });
  });
});

describe("draining", () => {
  it("closes every socket with 4200, spread over the time, and is not ready meanwhile", async () => {
    await start({ drainMs: 150 });
    const many = await Promise.all(Array.from({ length: 9 }, () => connect()));
    const gone: number[] = [];
    const all = many.map(async (client, index) => {
      expect(await client.closed).toMatchObject({ code: 4200 });
      gone.push(index);
    });
    const firstThree = Promise.all(all.slice(0, 3));
    const closing = gateway.close();
    await firstThree;
    expect(gone).toHaveLength(3);
    await Promise.all([...all, closing]);
    await expect(fetch(`http://127.0.0.1:${gateway.port}/healthz`)).rejects.toThrow();
    gateway = await startTestGateway();
  });
});
