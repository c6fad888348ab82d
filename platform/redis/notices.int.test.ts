import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestRedis, type TestRedis } from "../../db/testing/create-test-redis";
import { createLog } from "../observability/log";
import { openRedis, type RedisClient, waitForRedis } from "./client";
import { openNotices } from "./notices";

const log = createLog("notices-test");
let testRedis: TestRedis;
let direct: RedisClient;
let relay: Server;
const sockets = new Set<Socket>();
/** So many connections are cut as soon as somebody subscribes on them. */
let cutsLeft = 0;

beforeAll(async () => {
  testRedis = await createTestRedis();
  direct = openRedis(testRedis.redisUrl, log, { name: "notices-test" });
  await waitForRedis(direct, 10_000);
  const target = Number(new URL(testRedis.redisUrl).port);
  relay = createServer((incoming) => {
    const outgoing = connect(target, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.on("data", (data: Buffer) => {
      if (cutsLeft > 0 && /subscribe/i.test(data.toString("latin1"))) {
        cutsLeft -= 1;
        incoming.destroy();
      } else outgoing.write(data);
    });
    outgoing.pipe(incoming);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  relay?.close();
  direct?.disconnect();
  await testRedis?.drop();
});

it("connections that end while they are subscribed on end nothing else, and word comes once one holds", async () => {
  const url = new URL(testRedis.redisUrl);
  url.port = String((relay.address() as AddressInfo).port);
  const notices = openNotices(url.href, log);
  const heard: (string | null)[] = [];
  notices.listen("one", (message) => heard.push(message));
  const hears = async (message: string) => {
    await expect
      .poll(async () => {
        await direct.publish("one", message);
        return heard;
      })
      .toContain(message);
  };
  await hears("at first");

  // A rejection that nobody handles would end the process, and fails this run.
  cutsLeft = 3;
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => cutsLeft).toBe(0);
  await hears("at last");
  expect(heard).toContain(null);
  notices.close();
});
