import { Agent } from "node:http";
import { createRequire } from "node:module";
import PusherServer from "pusher";
import type PusherClient from "pusher-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

const nacl = createRequire(import.meta.url)("tweetnacl");

/** What the suites of the server libraries ask of a server, with the unmodified one of Node. */
let gateway: TestGateway;
let server: PusherServer;
let reader: PusherClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  // An app id from a URL is a number, as in the library's own suite.
  server = fromUrl();
  reader = newPusherClient(gateway.port, gateway.server, { presence: { user_id: "ada" } }, { nacl });
  await nextEvent(reader.connection, "connected");
});
afterAll(async () => {
  reader.disconnect();
  await gateway.close();
});

function fromUrl(options: Partial<PusherServer.Options> = {}): PusherServer {
  const { id, key, secret } = TEST_APP;
  return PusherServer.forURL(`http://${key}:${secret}@127.0.0.1:${gateway.port}/apps/${id}`, options);
}

const bodyOf = async (response: Promise<{ status: number; json: () => Promise<unknown> }>) => {
  const { status, json } = await response.then((answer) => ({
    status: answer.status,
    json: answer.json(),
  }));
  expect(status).toBe(200);
  return json;
};

async function subscribed(name: string) {
  const channel = reader.channel(name) ?? reader.subscribe(name);
  if (!channel.subscribed) await nextEvent(channel, "pusher:subscription_succeeded");
  return channel;
}

describe("get", () => {
  it("lists channels, tells whether one is occupied and who is in it", async () => {
    await subscribed("presence-members");
    expect(await bodyOf(server.get({ path: "/channels" }))).toEqual({ channels: { "presence-members": {} } });
    expect(await bodyOf(server.get({ path: "/channels/CHANNEL" }))).toEqual({ occupied: false });
    expect(await bodyOf(server.get({ path: "/channels/presence-members/users" }))).toEqual({
      users: [{ id: "ada" }],
    });
    expect(await bodyOf(server.get({ path: "/channels/presence-nobody/users" }))).toEqual({ users: [] });
    expect(await bodyOf(server.get({ path: "/channels", params: { filter_by_prefix: "__fish" } }))).toEqual({
      channels: {},
    });
    reader.unsubscribe("presence-members");
  });

  it("asks twice on a connection that is kept", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const keeping = fromUrl({ agent });
    const bodies = [
      await bodyOf(keeping.get({ path: "/channels" })),
      await bodyOf(keeping.get({ path: "/channels" })),
    ];
    expect(bodies).toEqual([{ channels: {} }, { channels: {} }]);
    agent.destroy();
  });

  it.each([
    ["/channels", { info: "user_count" }, 400, /^user_count may only be requested for presence channels - /],
    ["/channels", { info: "weather" }, 400, /^info should be a comma separated list of attributes/],
    [
      "/channels/presence-a",
      { info: "weather" },
      400,
      /^info should be a comma separated list of attributes/,
    ],
    [
      "/channels/news",
      { info: "user_count" },
      400,
      /^Cannot retrieve the user count unless the channel is a /,
    ],
    ["/channels/news/users", {}, 400, /^Users can only be retrieved for presence channels\n$/],
    ["/elsewhere", {}, 404, /./],
  ])("of %s with %j is refused with %i and a text", async (path, params, status, body) => {
    await expect(server.get({ path, params })).rejects.toMatchObject({
      message: `Unexpected status code ${status}`,
      status,
      body: expect.stringMatching(body),
    });
  });

  it("with a wrong secret is a RequestError with 401", async () => {
    const guessing = new PusherServer({
      appId: TEST_APP.id,
      key: TEST_APP.key,
      secret: "guess",
      host: "127.0.0.1",
      port: String(gateway.port),
    });
    const error = await guessing.get({ path: "/channels" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PusherServer.RequestError);
    expect(error).toMatchObject({ status: 401 });
  });
});

describe("trigger", () => {
  it.each([
    ["an object", { some: "data %s 100% \u2028 你好 🎁" }],
    ["a list", [1, 2, 4]],
    ["a string that is not JSON", "test string"],
    ["a string that is JSON", '{"a":1}'],
  ])("of %s arrives as it was", async (_what, data) => {
    const channel = await subscribed("test_-=@,.;channel");
    const received = nextEvent(channel, "événement 事件");
    expect(await bodyOf(server.trigger(channel.name, "événement 事件", data))).toEqual({});
    expect(await received).toEqual(data === '{"a":1}' ? { a: 1 } : data);
  });

  it("takes a socket id that nobody has", async () => {
    expect(await bodyOf(server.trigger("news", "e", 1, { socket_id: "123.456" }))).toEqual({});
  });

  it("to several channels tells of each what there is to tell", async () => {
    await subscribed("my-channel");
    const info = "user_count,subscription_count";
    expect(await bodyOf(server.trigger(["my-channel", "presence-my-channel"], "e", 1, { info }))).toEqual({
      channels: {
        "my-channel": { subscription_count: 1 },
        "presence-my-channel": { user_count: 0, subscription_count: 0 },
      },
    });
  });

  it("of more than 10 KB is a RequestError with 413 and a text", async () => {
    await expect(server.trigger("news", "e", "a".repeat(11 * 1024))).rejects.toMatchObject({
      status: 413,
      body: expect.stringContaining("content of this event exceeds the allowed maximum (10240 bytes)"),
    });
  });
});

describe("triggerBatch", () => {
  it("sends encrypted and other events together", async () => {
    const [open, hidden] = [await subscribed("my-channel"), await subscribed("private-encrypted-room")];
    const received = [nextEvent(open, "one"), nextEvent(hidden, "two")];
    const batch = [
      { channel: "my-channel", name: "one", data: { hello: "world" } },
      { channel: "private-encrypted-room", name: "two", data: { secret: "你好" } },
    ];
    expect(await bodyOf(gateway.server.triggerBatch(batch))).toEqual({});
    expect(await Promise.all(received)).toEqual([{ hello: "world" }, { secret: "你好" }]);
  });

  it("tells for each event what was asked about it", async () => {
    await subscribed("my-channel");
    const batch = [
      { channel: "my-channel", name: "e", data: "x", info: "subscription_count" },
      { channel: "my-channel-2", name: "e", data: "x" },
      { channel: "presence-my-channel", name: "e", data: "x", info: "user_count,subscription_count" },
    ];
    expect(await bodyOf(server.triggerBatch(batch))).toEqual({
      batch: [{ subscription_count: 1 }, {}, { user_count: 0, subscription_count: 0 }],
    });
  });

  it.each([
    ["more than ten events", 11, { channel: "news" }, "Batch too large (11 > 10)\n"],
    ["an event for several channels", 1, { channels: ["a", "b"] }, "Missing required parameter: channel\n"],
  ])("of %s is refused", async (_what, count, where, body) => {
    const batch = Array.from({ length: count }, () => ({ ...where, name: "e", data: "x" }));
    const triggering = server.post({ path: "/batch_events", body: { batch } as never });
    await expect(triggering).rejects.toMatchObject({ status: 400, body });
  });
});

describe("users", () => {
  it("are sent to and cut off by id", async () => {
    expect(await bodyOf(server.sendToUser("123", "e", "x"))).toEqual({});
    expect(await bodyOf(server.terminateUserConnections("123"))).toEqual({});
  });
});
