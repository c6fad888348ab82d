import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "../../chaos/lib/tcp-proxy";
import { createTestRedis, type TestRedis } from "../../db/testing/create-test-redis";
import { createLog } from "../observability/log";
import { openRedis, type RedisClient, waitForRedis } from "./client";
import { openNotices } from "./notices";
import { defineScript } from "./script";

/** Connections to Redis on which nothing passes any more, not even their end, while new ones work. */
const log = createLog("silence-test");
const countRuns = defineScript("-- Counts its runs.\nreturn redis.call('INCR', KEYS[1])");

let testRedis: TestRedis;
let proxy: TcpProxy;
let url: string;
const clients: RedisClient[] = [];
/** Not by way of the proxy. */
let direct: RedisClient;

beforeAll(async () => {
  testRedis = await createTestRedis();
  proxy = await startTcpProxy(Number(new URL(testRedis.redisUrl).port));
  url = proxy.through(testRedis.redisUrl);
});
beforeEach(async () => {
  direct = await open(testRedis.redisUrl);
});
afterEach(() => {
  proxy.pass();
  for (const client of clients.splice(0)) client.disconnect();
});
afterAll(async () => {
  await proxy?.close();
  await testRedis?.drop();
});

async function open(address = url, blocking = false): Promise<RedisClient> {
  const client = openRedis(address, log, { name: "silence-test", blocking });
  clients.push(client);
  await waitForRedis(client, 10_000);
  return client;
}

const reopened = (client: RedisClient) =>
  new Promise<void>((resolve) => client.once("ready", () => resolve()));

it("a command on a silent connection fails, and the next one works on a new connection", async () => {
  const client = await open();
  const ready = reopened(client);
  proxy.silence({ newOnes: "work" });
  await expect(client.get("anything")).rejects.toThrow();
  await ready;
  expect(await client.set("anything", "1")).toBe("OK");
});

it("a script whose answer was lost has run once: nobody but its owner sends it again", async () => {
  const client = await open();
  expect(await countRuns.run(client, ["runs"], [])).toBe(1);
  const ready = reopened(client);
  proxy.silence({ direction: "to-client", newOnes: "work" });
  await expect(countRuns.run(client, ["runs"], [])).rejects.toThrow();
  await ready;
  expect(await client.get("runs")).toBe("2");
});

it("a connection that nobody uses is replaced as well, before anybody needs it", async () => {
  const client = await open();
  const ready = reopened(client);
  proxy.silence({ newOnes: "work" });
  await ready;
  expect(await client.ping()).toBe("PONG");
});

it("a connection that becomes silent while it greets is replaced", async () => {
  const client = await open();
  proxy.silence();
  client.stream.destroy();
  await expect.poll(() => client.status).toBe("connect");
  proxy.passNewOnes();
  await reopened(client);
  expect(await client.ping()).toBe("PONG");
});

it("a read that waits in Redis is not taken for silence, and is given up when there is silence", async () => {
  const client = await open(url, true);
  let closed = 0;
  client.on("close", () => {
    closed += 1;
  });
  for (let round = 0; round < 8; round++)
    expect(await client.xread("BLOCK", 500, "STREAMS", "nothing", "$")).toBeNull();
  expect(closed).toBe(0);
  const ready = reopened(client);
  proxy.silence({ newOnes: "work" });
  await expect(client.xread("BLOCK", 500, "STREAMS", "nothing", "$")).rejects.toThrow();
  await ready;
  expect(closed).toBe(1);
});

it("who listens hears again, and is told that something may have been missed", async () => {
  const notices = openNotices(url, log);
  try {
    const heard: (string | null)[] = [];
    notices.listen("silence-test", (message) => heard.push(message));
    await expect.poll(() => direct.publish("silence-test", "before")).toBe(1);
    await expect.poll(() => heard).toContain("before");
    proxy.silence({ newOnes: "work" });
    await expect.poll(() => heard.at(-1)).toBeNull();
    // The silent connection is still there for Redis, so it is heard by one at least.
    await expect
      .poll(async () => {
        await direct.publish("silence-test", "after");
        return heard.at(-1);
      })
      .toBe("after");
  } finally {
    notices.close();
  }
});
