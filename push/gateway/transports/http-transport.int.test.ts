import { Agent, type IncomingMessage, request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { App } from "../apps";
import type { GatewayLimits } from "../limits/limits";
import { RawClient } from "../testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

const QUERY = "?protocol=7&client=js&version=8.6.0";

let gateway: TestGateway;
const agent = new Agent({ keepAlive: true });
const held: IncomingMessage[] = [];
const polled = new Set<string>();
/** Where clients of these sessions go on, as they were told when they opened them. */
const bases = new Map<string, string>();

async function start(limits: Partial<GatewayLimits> = {}, apps?: App[]): Promise<void> {
  gateway = await startTestGateway({ subscriptionCountMs: 60_000, ...limits }, apps);
}

afterEach(async () => {
  for (const response of held.splice(0)) response.destroy();
  // A gateway that closes waits a while for clients between two polls; here they come, and stay.
  const last = Promise.all([...polled].map((path) => post(path)));
  polled.clear();
  bases.clear();
  await Promise.all([last, last.then(() => gateway.close())]);
});

const pathOf = (session: string, action: string, key = TEST_APP.key) =>
  `${bases.get(session) ?? `/pusher/app/${key}`}/${session}/${action}`;

/** What `pusher-js` makes of the first line: the text takes the place of the server's name. */
function takeOpenLine(session: string, line: string): void {
  if (!line.startsWith("o{")) return;
  const { hostname } = JSON.parse(line.slice(1)) as { hostname: string };
  const url = new URL(`http://${hostname}:${gateway.port}/pusher/app/${TEST_APP.key}`);
  expect(url.host).toBe(`127.0.0.1:${gateway.port}`);
  bases.set(session, url.pathname);
}

/** Resolves when the headers are there. */
function post(path: string, body = "", method = "POST", address = "127.0.0.1"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": address };
    request({ port: gateway.port, host: "127.0.0.1", path, method, agent, headers }, (response) => {
      held.push(response);
      resolve(response);
    })
      .on("error", reject)
      .end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

/** One answer to a poll, line by line. */
async function poll(session: string, key = TEST_APP.key): Promise<string[]> {
  const response = await post(pathOf(session, `xhr${QUERY}`, key));
  expect(response.statusCode).toBe(200);
  const lines = (await textOf(response)).trimEnd().split("\n");
  takeOpenLine(session, lines[0] ?? "");
  polled.add(pathOf(session, `xhr_streaming${QUERY}`, key));
  return lines;
}

async function send(session: string, messages: unknown): Promise<number | undefined> {
  const response = await post(pathOf(session, "xhr_send"), JSON.stringify(messages));
  response.resume();
  return response.statusCode;
}

const subscribeTo = (channel: string) =>
  JSON.stringify({ event: "pusher:subscribe", data: { channel, auth: "" } });

function eventsOf(line: string | undefined): string[] {
  return (JSON.parse(line?.slice(1) ?? "[]") as string[]).map((message) => JSON.parse(message).event);
}

/** As many events as are waited for, in as many answers as they take; what goes to a whole channel may come a turn later. */
async function pollEvents(session: string, count: number): Promise<string[]> {
  const events: string[] = [];
  while (events.length < count) events.push(...eventsOf((await poll(session))[0]));
  return events;
}

/** The lines of a streaming response as they come. */
async function openStream(session: string) {
  const response = await post(pathOf(session, `xhr_streaming${QUERY}`));
  const chunks = response.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  return {
    response,
    nextLine: async (): Promise<string | undefined> => {
      while (!text.includes("\n")) {
        const { value, done } = await chunks.next();
        if (done) return undefined;
        text += value;
      }
      const [line = ""] = text.split("\n", 1);
      text = text.slice(line.length + 1);
      takeOpenLine(session, line);
      return line;
    },
  };
}

async function connectionsOpen(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  return Number(/push_connections\{app="7"\} (\d+)/.exec(text)?.[1] ?? 0);
}

describe("polling", () => {
  it("opens and greets in the first answer, then answers with what there is", async () => {
    await start();
    const [open, greeting] = await poll("1/abcdefgh");
    expect(open).toMatch(/^o\{/);
    expect(eventsOf(greeting)).toEqual(["pusher:connection_established"]);
    expect(await send("1/abcdefgh", [subscribeTo("a"), subscribeTo("b")])).toBe(204);
    expect((await pollEvents("1/abcdefgh", 4)).toSorted()).toEqual([
      "pusher_internal:subscription_count",
      "pusher_internal:subscription_count",
      "pusher_internal:subscription_succeeded",
      "pusher_internal:subscription_succeeded",
    ]);
    const waiting = poll("1/abcdefgh");
    await gateway.server.trigger("a", "news", { text: "你好\n🎁" });
    const [line] = await waiting;
    expect(JSON.parse(JSON.parse(line?.slice(1) ?? "")[0])).toEqual({
      event: "news",
      channel: "a",
      data: JSON.stringify({ text: "你好\n🎁" }),
    });
  });

  it("ends a quiet wait with a heartbeat, and a client that does not come back is gone", async () => {
    await start({ httpHeartbeatMs: 20, httpSessionGapMs: 1_000, keepaliveSweepMs: 5 });
    await poll("1/abcdefgh");
    expect(await poll("1/abcdefgh")).toEqual(["h"]);
    await expect.poll(connectionsOpen).toBe(0);
    expect(await send("1/abcdefgh", [])).toBe(404);
    expect((await post(pathOf("1/abcdefgh", `xhr${QUERY}`))).statusCode).toBe(404);
    bases.clear();
    expect((await poll("1/abcdefgh"))[0]).toMatch(/^o\{/);
  });

  it("hands over what comes between two requests, up to a bound", async () => {
    await start({ bufferedBytesMax: 50_000, tickMs: 0 });
    await poll("1/abcdefgh");
    await send("1/abcdefgh", [subscribeTo("news")]);
    await pollEvents("1/abcdefgh", 2);
    for (let n = 0; n < 4; n += 1) await gateway.server.trigger("news", "big", "x".repeat(10_000));
    expect(eventsOf((await poll("1/abcdefgh"))[0])).toEqual(["big", "big", "big", "big"]);
    for (let n = 0; n < 6; n += 1) await gateway.server.trigger("news", "big", "x".repeat(10_000));
    expect(await connectionsOpen()).toBe(0);
  });
});

describe("streaming", () => {
  it("brings lines on one response, and goes on with the next", async () => {
    await start();
    const first = await openStream("2/abcdefgh");
    expect(await first.nextLine()).toMatch(/^o\{/);
    expect(eventsOf(await first.nextLine())).toEqual(["pusher:connection_established"]);
    await send("2/abcdefgh", [subscribeTo("news")]);
    expect(eventsOf(await first.nextLine())).toEqual(["pusher_internal:subscription_succeeded"]);
    expect(eventsOf(await first.nextLine())).toEqual(["pusher_internal:subscription_count"]);
    const second = await openStream("2/abcdefgh");
    await gateway.server.trigger("news", "headline", 1);
    expect(eventsOf(await second.nextLine())).toEqual(["headline"]);
    expect(await first.nextLine()).toBeUndefined();
  });

  it("is kept alive by heartbeats that are answered", async () => {
    await start({ httpHeartbeatMs: 20, keepaliveSweepMs: 5 });
    const stream = await openStream("2/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    // The next one comes only when this one was answered.
    for (let n = 0; n < 4; n += 1) {
      expect(await stream.nextLine()).toBe("h");
      await send("2/abcdefgh", []);
    }
    expect(await stream.nextLine()).toBe("h");
  });

  it("is closed with 4201 when a heartbeat is not answered", async () => {
    await start({ httpHeartbeatMs: 20, pongTimeoutMs: 200, keepaliveSweepMs: 5 });
    const stream = await openStream("2/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    expect(await stream.nextLine()).toBe("h");
    expect(await stream.nextLine()).toBe('c[4201,"Pong reply not received"]');
    expect(await stream.nextLine()).toBeUndefined();
  });

  it("answers a client that asks whether it is there", async () => {
    await start();
    const stream = await openStream("2/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    expect(await send("2/abcdefgh", [])).toBe(204);
    expect(await stream.nextLine()).toBe("a[]");
  });

  it("counts a client that hung up as gone after a while, and tells the others", async () => {
    await start({ httpSessionGapMs: 30, keepaliveSweepMs: 5 });
    const watcher = await RawClient.connect(gateway.port);
    await watcher.subscribe("presence-room", { user_id: "eve" });
    const stream = await openStream("2/abcdefgh");
    await stream.nextLine();
    const [message = ""] = JSON.parse((await stream.nextLine())?.slice(1) ?? "");
    const socketId = JSON.parse(JSON.parse(message).data).socket_id;
    const data = gateway.server.authorizeChannel(socketId, "presence-room", { user_id: "ada" });
    await send("2/abcdefgh", [
      JSON.stringify({ event: "pusher:subscribe", data: { channel: "presence-room", ...data } }),
    ]);
    await watcher.nextOf("pusher_internal:member_added");
    stream.response.destroy();
    expect(await watcher.nextOf("pusher_internal:member_removed")).toMatchObject({
      data: '{"user_id":"ada"}',
    });
    await watcher.close();
  });

  it("is told to go elsewhere when the node drains", async () => {
    await start();
    const stream = await openStream("2/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    await gateway.close();
    expect(await stream.nextLine()).toContain("c[4200,");
    await start();
  });
});

describe("refusals", () => {
  it.each([
    ["unknown", QUERY, 4001],
    ["off", QUERY, 4003],
    ["full", QUERY, 4004],
    [TEST_APP.key, "", 4008],
    [TEST_APP.key, "?protocol=1", 4007],
  ])("of app %s with query %s come with code %i in the first answer", async (key, query, code) => {
    await start({}, [
      TEST_APP,
      { ...TEST_APP, id: "8", key: "off", enabled: false },
      { ...TEST_APP, id: "9", key: "full", maxConnections: 0 },
    ]);
    const lines = (await textOf(await post(`/pusher/app/${key}/1/abcdefgh/xhr_streaming${query}`))).split(
      "\n",
    );
    expect(lines[0]).toBe("o");
    expect(eventsOf(lines[1])).toEqual(["pusher:error"]);
    expect(JSON.parse(lines[2]?.slice(1) ?? "")[0]).toBe(code);
  });

  it("beyond the limit of such clients", async () => {
    await start({ httpSessionsMax: 1 });
    await poll("1/aaaaaaaa");
    expect((await poll("1/bbbbbbbb")).at(-1)).toContain("c[4100,");
  });

  it.each([
    ["GET", "/pusher/app/test-key/1/abcdefgh/xhr", "", 405],
    ["POST", "/pusher/app/test-key/1/abcdefgh/jsonp", "", 404],
    ["POST", "/pusher/app/test-key/1/xhr", "", 404],
    ["POST", "/pusher/app/test-key/1/unknown/xhr_send", "[]", 404],
  ])("%s %s with body %s gets %i", async (method, path, body, status) => {
    await start({ clientMessageBytesMax: 400 });
    await poll("1/abcdefgh");
    expect((await post(path, body, method)).statusCode).toBe(status);
  });

  it.each([
    ["{", 400],
    ["[1]", 400],
    [`["${"x".repeat(1_000)}"]`, 413],
  ])("a message %s gets %i", async (body, status) => {
    await start({ clientMessageBytesMax: 400 });
    await poll("1/abcdefgh");
    expect((await post(pathOf("1/abcdefgh", "xhr_send"), body)).statusCode).toBe(status);
  });

  it("closes a client whose message is too large, and one that floods", async () => {
    await start({ clientMessageBytesMax: 500, clientMessageBurst: 3, clientMessagesPerSecond: 0 });
    await poll("1/aaaaaaaa");
    await send("1/aaaaaaaa", ["x".repeat(600)]);
    expect(await poll("1/aaaaaaaa")).toEqual(['c[1009,"Message is too large"]']);
    await poll("1/bbbbbbbb");
    const ping = '{"event":"pusher:ping"}';
    await send("1/bbbbbbbb", [ping, ping, ping, ping, ping]);
    const lines = await poll("1/bbbbbbbb");
    expect(eventsOf(lines[0])).toEqual(["pusher:pong", "pusher:pong", "pusher:pong", "pusher:error"]);
    expect(lines[1]).toBe('c[4100,"Too many messages"]');
  });
});

it("lets pages of other origins in", async () => {
  await start();
  const path = pathOf("1/abcdefgh", `xhr${QUERY}`);
  const preflight = await post(path, "", "OPTIONS");
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
  });
  const first = await post(path);
  expect(first.headers["access-control-allow-origin"]).toBe("*");
  takeOpenLine("1/abcdefgh", (await textOf(first)).split("\n")[0] ?? "");
  const next = pathOf("1/abcdefgh", `xhr_streaming${QUERY}`);
  expect((await post(next, "", "OPTIONS")).statusCode).toBe(204);
  polled.add(next);
});

describe("a session", () => {
  const MESSAGE = JSON.stringify(['{"event":"pusher:unsubscribe","data":{"channel":"news"}}']);
  const countDenied = async () => {
    const text = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
    return Number(/push_sessions_denied_total[^ ]* (\d+)/.exec(text)?.[1] ?? 0);
  };

  it("is not had by whoever knows the address that opened it", async () => {
    await start();
    const stream = await openStream("3/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    await send("3/abcdefgh", [subscribeTo("news")]);
    await stream.nextLine();
    await stream.nextLine();
    const denied = await countDenied();
    const opening = `/pusher/app/${TEST_APP.key}/3/abcdefgh`;
    const [, secret = ""] = /abcdefgh\/([\w-]{22})/.exec(bases.get("3/abcdefgh") ?? "") ?? [];
    const guess = secret.startsWith("A") ? `B${secret.slice(1)}` : `A${secret.slice(1)}`;
    const guessed = pathOf("3/abcdefgh", "").replace(secret, guess);
    for (const path of [
      `${opening}/xhr_streaming${QUERY}`,
      `${opening}/xhr${QUERY}`,
      `${guessed}xhr${QUERY}`,
    ]) {
      expect((await post(path)).statusCode).toBe(404);
    }
    for (const path of [`${opening}/xhr_send`, `${guessed}xhr_send`]) {
      expect((await post(path, MESSAGE)).statusCode).toBe(404);
    }
    await expect.poll(countDenied).toBe(denied + 5);
    await gateway.server.trigger("news", "headline", 1);
    expect(eventsOf(await stream.nextLine())).toEqual(["headline"]);
  });

  it("is not had from another address, whatever one knows", async () => {
    await start();
    const stream = await openStream("3/abcdefgh");
    await stream.nextLine();
    await stream.nextLine();
    expect((await post(pathOf("3/abcdefgh", "xhr_send"), MESSAGE, "POST", "203.0.113.5")).statusCode).toBe(
      404,
    );
    const taken = await post(pathOf("3/abcdefgh", `xhr_streaming${QUERY}`), "", "POST", "203.0.113.5");
    expect(taken.statusCode).toBe(404);
    expect(await send("3/abcdefgh", [])).toBe(204);
    expect(await stream.nextLine()).toBe("a[]");
  });

  it("has a secret of its own each time", async () => {
    await start();
    await poll("3/aaaaaaaa");
    await poll("3/bbbbbbbb");
    const secrets = [...bases.values()].map((base) => /\/([\w-]{22})[:/]/.exec(base)?.[1]);
    expect(new Set(secrets).size).toBe(2);
  });
});
