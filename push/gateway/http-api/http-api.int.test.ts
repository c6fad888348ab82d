import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../testing/raw-client";
import { newServer, startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

let gateway: TestGateway;
let client: RawClient;
let member: RawClient;
const disabled = { ...TEST_APP, id: "8", key: "off", enabled: false };

beforeAll(async () => {
  gateway = await startTestGateway({ httpBodyBytesMax: 50_000, subscriptionCountMs: 60_000 }, [
    TEST_APP,
    disabled,
  ]);
  client = await RawClient.connect(gateway.port);
  member = await RawClient.connect(gateway.port);
  await client.subscribe("news");
  await client.subscribe("private-room");
  await client.subscribe("presence-room", { user_id: "ada" });
  await member.subscribe("presence-room", { user_id: 5 });
});
afterAll(async () => {
  await client.close();
  await member.close();
  await gateway.close();
});

const EVENT = { name: "e", channel: "news", data: "{}" };

function post(path: string, body: unknown) {
  return gateway.request({
    path: `/apps/7${path}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function get(path: string, query: Record<string, string> = {}) {
  return gateway.request({ method: "GET", path: `/apps/7${path}`, query });
}

describe("POST /events", () => {
  it("answers {} and passes data through to the letter", async () => {
    const data = ' {"a":1.0, "b":"\\u4f60"} ';
    expect(await post("/events", { ...EVENT, data })).toEqual({ status: 200, text: "{}" });
    expect(await client.nextOf("e")).toEqual({ event: "e", channel: "news", data });
  });

  it("publishes to several channels, each once", async () => {
    await post("/events", {
      name: "multi",
      channels: ["news", "private-room", "news"],
      channel: "news",
      data: "1",
    });
    await client.nextOf("multi");
    await client.nextOf("multi");
    await client.settle();
    const channels = client.received.filter(({ event }) => event === "multi").map(({ channel }) => channel);
    expect(channels).toHaveLength(2);
    expect(new Set(channels)).toEqual(new Set(["news", "private-room"]));
  });

  it("tells counts when asked", async () => {
    const info = "user_count,subscription_count";
    const { text } = await post("/events", { name: "e", channel: "presence-room", data: "1", info });
    expect(JSON.parse(text)).toEqual({
      channels: { "presence-room": { user_count: 2, subscription_count: 2 } },
    });
  });

  it("leaves the user count out where there are no users to count", async () => {
    const event = { ...EVENT, channels: ["news", "presence-room"], info: "user_count" };
    expect(JSON.parse((await post("/events", event)).text)).toEqual({
      channels: { news: {}, "presence-room": { user_count: 2 } },
    });
  });

  it.each([
    ["a body that is not JSON", "{", 400],
    ["a body that is not an object", "[]", 400],
    ["no name", { ...EVENT, name: undefined }, 400],
    ["an empty name", { ...EVENT, name: "" }, 400],
    ["a name that is too long", { ...EVENT, name: "n".repeat(201) }, 400],
    ["a name of the protocol", { ...EVENT, name: "pusher:error" }, 400],
    ["an internal name of the protocol", { ...EVENT, name: "pusher_internal:member_added" }, 400],
    ["data that is not text", { ...EVENT, data: { a: 1 } }, 400],
    ["data that is too large", { ...EVENT, data: "x".repeat(10_241) }, 413],
    ["data that is too large in bytes", { ...EVENT, data: "礼".repeat(3_500) }, 413],
    ["no channel", { ...EVENT, channel: undefined }, 400],
    ["no channel in the list", { ...EVENT, channel: undefined, channels: [] }, 400],
    ["a channel name with a space", { ...EVENT, channel: "a b" }, 400],
    ["a channel name that is too long", { ...EVENT, channel: "c".repeat(201) }, 400],
    ["101 channels", { ...EVENT, channels: Array.from({ length: 101 }, (_, n) => `c${n}`) }, 400],
    ["a socket id that is not one", { ...EVENT, socket_id: "abc" }, 400],
    ["an unknown attribute", { ...EVENT, info: "weather" }, 400],
    ["a body that is too large", { ...EVENT, padding: "x".repeat(50_001) }, 413],
  ])("refuses %s", async (_what, body, status) => {
    const response = await post("/events", body);
    expect(response.status).toBe(status);
    expect(response.text).not.toBe("");
  });

  it("takes data, names and lists of the greatest size", async () => {
    const channels = Array.from({ length: 100 }, (_, n) => `c${n}`);
    const data = "x".repeat(10_240);
    expect(await post("/events", { name: "n".repeat(200), channels, data })).toEqual({
      status: 200,
      text: "{}",
    });
  });

  it("takes a body that comes byte by byte", async () => {
    const body = JSON.stringify({ name: "bytes", channel: "news", data: "礼".repeat(1_000) });
    const response = await gateway.request({ path: "/apps/7/events", body, isByteByByte: true });
    expect(response).toEqual({ status: 200, text: "{}" });
    expect(await client.nextOf("bytes")).toMatchObject({ data: "礼".repeat(1_000) });
    const tooLarge = await gateway.request({
      path: "/apps/7/events",
      body: "x".repeat(50_001),
      isByteByByte: true,
    });
    expect(tooLarge.status).toBe(413);
  });

  it("goes on after a refusal on the same connection", async () => {
    await expect(gateway.server.trigger("news", "e", "x".repeat(60_000))).rejects.toMatchObject({
      status: 413,
    });
    expect((await gateway.server.trigger("news", "e", 1)).status).toBe(200);
  });
});

describe("POST /batch_events", () => {
  it("publishes all in order", async () => {
    const batch = [1, 2, 3].map((n) => ({ name: `b${n}`, channel: "news", data: String(n) }));
    expect(await post("/batch_events", { batch })).toEqual({ status: 200, text: "{}" });
    for (const n of [1, 2, 3]) expect(await client.nextOf(`b${n}`)).toMatchObject({ data: String(n) });
  });

  it("tells counts for those events that ask", async () => {
    const batch = [EVENT, { ...EVENT, channel: "presence-room", info: "user_count" }];
    expect(JSON.parse((await post("/batch_events", { batch })).text)).toEqual({
      batch: [{}, { user_count: 2 }],
    });
  });

  it("refuses more than ten", async () => {
    expect((await post("/batch_events", { batch: Array.from({ length: 11 }, () => EVENT) })).status).toBe(
      400,
    );
  });

  it("sends none when one is wrong", async () => {
    const batch = [
      { ...EVENT, name: "half" },
      { ...EVENT, channel: "a b" },
    ];
    expect((await post("/batch_events", { batch })).status).toBe(400);
    await client.settle();
    expect(client.received.map(({ event }) => event)).not.toContain("half");
  });
});

describe("POST /many_events", () => {
  const events = (count: number, name: string) =>
    Array.from({ length: count }, (_, n) => `news ${name}\n${JSON.stringify({ n, text: "礼\n" })}\n`).join(
      "",
    );

  it("publishes a hundred in order, to the letter", async () => {
    expect(await post("/many_events", events(100, "many"))).toEqual({ status: 200, text: "{}" });
    for (let n = 0; n < 100; n++) {
      expect(await client.nextOf("many")).toMatchObject({ data: JSON.stringify({ n, text: "礼\n" }) });
    }
  });

  it("takes a name with blanks, and data that is none", async () => {
    expect((await post("/many_events", "news many words\n\n")).status).toBe(200);
    expect(await client.nextOf("many words")).toMatchObject({ data: "" });
    expect((await post("/many_events", "")).status).toBe(200);
  });

  it.each([
    ["a hundred and one", events(101, "none"), 400],
    ["data that is too long", `${events(50, "none")}news none\n${"x".repeat(10_241)}\n`, 413],
    ["half an event", `${events(2, "none")}news none\n`, 400],
    ["an end that is none", `${events(2, "none")}news none\n{}`, 400],
    ["no name", `${events(2, "none")}news\n{}\n`, 400],
    ["an empty name", `${events(2, "none")}news \n{}\n`, 400],
    ["a long name", `${events(2, "none")}news ${"n".repeat(201)}\n{}\n`, 400],
    ["a name of the protocol", `${events(2, "none")}news pusher:error\n{}\n`, 400],
    ["no channel", `${events(2, "none")} none\n{}\n`, 400],
    ["a channel that is none", `${events(2, "none")}ne/ws none\n{}\n`, 400],
    ["JSON", JSON.stringify({ batch: [EVENT] }), 400],
  ])("refuses %s, and sends none of it", async (_what, body, status) => {
    expect((await post("/many_events", body)).status).toBe(status);
    await client.settle();
    expect(client.received.map(({ event }) => event)).not.toContain("none");
  });
});

describe("GET /channels", () => {
  it("lists the occupied ones", async () => {
    const { text } = await get("/channels");
    expect(Object.keys(JSON.parse(text).channels).toSorted()).toEqual([
      "news",
      "presence-room",
      "private-room",
    ]);
  });

  it("filters and counts", async () => {
    const query = { filter_by_prefix: "presence-", info: "user_count" };
    expect((await get("/channels", query)).text).toBe('{"channels":{"presence-room":{"user_count":2}}}');
    const library = await gateway.server.get({ path: "/channels", params: query });
    expect(await library.text()).toBe('{"channels":{"presence-room":{"user_count":2}}}');
  });

  it("refuses user_count without the presence prefix", async () => {
    expect((await get("/channels", { info: "user_count" })).status).toBe(400);
  });
});

describe("GET /channels/{name}", () => {
  it("tells whether and by how many it is occupied", async () => {
    const info = "user_count,subscription_count";
    expect(JSON.parse((await get("/channels/presence-room", { info })).text)).toEqual({
      occupied: true,
      user_count: 2,
      subscription_count: 2,
    });
    expect((await get("/channels/empty")).text).toBe('{"occupied":false}');
  });

  it("tells the last event of a cache channel", async () => {
    expect((await get("/channels/cache-a", { info: "cache" })).text).toBe('{"occupied":false,"cache":null}');
    await post("/events", { ...EVENT, channel: "cache-a", data: "last" });
    const { cache } = JSON.parse((await get("/channels/cache-a", { info: "cache" })).text);
    expect(cache.data).toBe("last");
    expect(cache.ttl).toBeGreaterThan(1_790);
  });

  it.each([
    ["/channels/news", { info: "user_count" }],
    ["/channels/news", { info: "cache" }],
    ["/channels/news", { info: "weather" }],
    ["/channels/a%20b", {}],
  ])("refuses %s with %j", async (path, query) => {
    expect((await get(path, query)).status).toBe(400);
  });
});

describe("GET /channels/{name}/users", () => {
  it("lists distinct users with the type of their ids", async () => {
    expect((await get("/channels/presence-room/users")).text).toBe('{"users":[{"id":"ada"},{"id":5}]}');
  });

  it("refuses a channel without presence", async () => {
    expect((await get("/channels/news/users")).status).toBe(400);
  });
});

describe("authentication", () => {
  const body = JSON.stringify(EVENT);
  const seconds = Math.floor(Date.now() / 1000);

  it.each([
    ["a wrong signature", { tamper: { auth_signature: "0".repeat(64) } }],
    ["no signature", { tamper: { auth_signature: "" } }],
    ["a changed query", { tamper: { auth_version: "1.1" } }],
    ["an added query", { tamper: { info: "user_count" } }],
    ["a wrong key", { query: { auth_key: "other" } }],
    ["a wrong version", { query: { auth_version: "2.0" } }],
    ["an old timestamp", { query: { auth_timestamp: seconds - 700 } }],
    ["a future timestamp", { query: { auth_timestamp: seconds + 700 } }],
    ["a timestamp that is not one", { query: { auth_timestamp: "now" } }],
    ["a wrong body_md5", { query: { body_md5: "0".repeat(32) } }],
    ["an unknown app", { path: "/apps/99/events" }],
  ])("refuses %s with 401", async (_what, request) => {
    const response = await gateway.request({ path: "/apps/7/events", body, ...request });
    expect(response.status).toBe(401);
  });

  it("refuses the right signature under another app's id", async () => {
    const server = newServer(gateway.port, { ...TEST_APP, id: "8" });
    await expect(server.trigger("news", "e", 1)).rejects.toMatchObject({ status: 401 });
  });

  it("refuses a disabled app with 403", async () => {
    await expect(newServer(gateway.port, disabled).trigger("news", "e", 1)).rejects.toMatchObject({
      status: 403,
    });
  });

  it("refuses a wrong secret of the library", async () => {
    const server = newServer(gateway.port, { ...TEST_APP, secret: "guess" });
    await expect(server.trigger("news", "e", 1)).rejects.toMatchObject({ status: 401 });
  });
});

describe("other paths", () => {
  const url = (path: string) => `http://127.0.0.1:${gateway.port}${path}`;

  it("answers health, readiness and metrics", async () => {
    expect((await fetch(url("/healthz"))).status).toBe(200);
    expect(await (await fetch(url("/readyz"))).json()).toMatchObject({ ok: true });
    const metrics = await (await fetch(url("/metrics"))).text();
    expect(metrics).toMatch(/push_connections\{app="7"\} 2/);
    expect(metrics).toMatch(/push_events_delivered_total\{kind="public"\} [1-9]/);
    expect(metrics).toMatch(/push_http_requests_total\{route="events",status="401"\} [1-9]/);
  });

  it("knows no others", async () => {
    expect((await fetch(url("/"))).status).toBe(404);
    expect((await get("/nothing")).status).toBe(404);
    expect((await get("/events")).status).toBe(405);
  });

  it("terminates nobody when the user is not there, also with an odd id", async () => {
    expect((await gateway.server.terminateUserConnections("张 三")).status).toBe(200);
    await client.settle();
  });
});
