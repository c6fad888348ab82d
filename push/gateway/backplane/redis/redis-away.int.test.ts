import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { RawClient } from "../../testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../../testing/test-gateway";

/** Enough for a machine that has other things to do; nothing is measured. */
const PATIENCE = { timeout: 40_000 };
const LIMITS = { leaseMs: 1_500, heartbeatMs: 200, redisTimeoutMs: 500 };

let folder: string;
let redis: RedisServer;
const nodes: TestGateway[] = [];
const clients: RawClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-push-"));
  redis = await startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startNodes(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    nodes.push(await startTestGateway(LIMITS, [TEST_APP], redis.url));
  }
}

function node(index: number): TestGateway {
  const found = nodes[index];
  if (!found) throw new RangeError(`No node ${index}.`);
  return found;
}

async function connect(index: number): Promise<RawClient> {
  const client = await RawClient.connect(node(index).port);
  clients.push(client);
  return client;
}

async function readHealth(index: number) {
  const url = `http://127.0.0.1:${node(index).port}`;
  const [live, ready] = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/readyz`)]);
  const { dependencies } = (await ready.json()) as { dependencies: { cluster: { degraded?: boolean } } };
  return { statuses: [live.status, ready.status], isDegraded: dependencies.cluster.degraded === true };
}

const untilDegraded = (isDegraded: boolean) =>
  Promise.all(
    nodes.map((_, index) =>
      expect.poll(() => readHealth(index), PATIENCE).toEqual({ statuses: [200, 200], isDegraded }),
    ),
  );

async function listUsers(index: number): Promise<string[]> {
  const { text } = await node(index).request({ method: "GET", path: "/apps/7/channels/presence-room/users" });
  return (JSON.parse(text) as { users: { id: string }[] }).users
    .map(({ id }) => id)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

async function countRoom(index: number): Promise<unknown> {
  const { text } = await node(index).request({
    method: "GET",
    path: "/apps/7/channels/room",
    query: { info: "subscription_count" },
  });
  return JSON.parse(text);
}

const OUTAGES = [
  { what: "is killed", away: () => redis.kill9(), back: () => redis.restart() },
  {
    what: "is stopped and does not answer",
    away: async () => void process.kill(redis.pid, "SIGSTOP"),
    back: async () => void process.kill(redis.pid, "SIGCONT"),
  },
];

describe.each(OUTAGES)("while Redis $what", ({ away, back }) => {
  it("clients stay, come and are served by their own node; then everything is one again", async () => {
    await startNodes(2);
    const [ada, bob] = [await connect(0), await connect(1)];
    for (const client of [ada, bob]) await client.subscribe("room");
    await ada.subscribe("presence-room", { user_id: "ada" });
    await bob.subscribe("presence-room", { user_id: "bob" });
    await ada.nextOf("pusher_internal:member_added");

    await away();
    await node(0).server.trigger("room", "during", 1);
    expect(await ada.nextOf("during")).toMatchObject({ data: "1" });
    await untilDegraded(true);
    const eve = await connect(0);
    await eve.subscribe("room");
    await eve.subscribe("presence-room", { user_id: "eve" });
    await ada.nextOf("pusher_internal:member_added");
    for (let n = 0; n < 5; n += 1) await node(0).server.trigger("room", "alone", n);
    for (const client of [ada, eve]) {
      for (let n = 0; n < 5; n += 1) expect(await client.nextOf("alone")).toMatchObject({ data: String(n) });
    }
    const metrics = await (await fetch(`http://127.0.0.1:${node(0).port}/metrics`)).text();
    expect(metrics).toMatch(/push_cluster_joined\{?.*\}? 0/);

    await back();
    await untilDegraded(false);
    expect(JSON.parse((await bob.nextOf("pusher_internal:member_added")).data as string)).toMatchObject({
      user_id: "eve",
    });
    for (const index of [0, 1]) {
      expect(await countRoom(index)).toEqual({ occupied: true, subscription_count: 3 });
      expect(await listUsers(index)).toEqual(["ada", "bob", "eve"]);
    }
    await node(1).server.trigger("room", "after", 1);
    for (const client of [ada, bob, eve]) expect(await client.nextOf("after")).toMatchObject({ data: "1" });
    const removed = [ada, bob].flatMap(({ received }) =>
      received.filter(({ event }) => event === "pusher_internal:member_removed"),
    );
    expect(removed).toEqual([]);
  });

  it("who leaves is gone afterwards, and who is cut off is cut off everywhere", async () => {
    await startNodes(2);
    const [ada, bob, eve] = [await connect(0), await connect(1), await connect(1)];
    await ada.subscribe("presence-room", { user_id: "ada" });
    await bob.subscribe("presence-room", { user_id: "bob" });
    await eve.subscribe("private-room", { user_id: "eve" });
    await ada.nextOf("pusher_internal:member_added");

    await away();
    await untilDegraded(true);
    await bob.close();
    await node(0).server.terminateUserConnections("eve");

    await back();
    await ada.nextOf("pusher_internal:member_removed");
    expect(await eve.closed).toMatchObject({ code: 4009 });
    await untilDegraded(false);
    expect(await listUsers(0)).toEqual(["ada"]);
  });

  it("a session that ends meanwhile has ended everywhere afterwards", async () => {
    await startNodes(2);
    const [ada, bob] = [await connect(1), await connect(1)];
    const push_session = { id: "of-ada", use_by: Date.now() / 1000 + 60 };
    await ada.subscribe("private-room", { user_id: "ada", push_session });
    await bob.subscribe("private-room", { user_id: "bob", push_session: { ...push_session, id: "of-bob" } });
    await away();
    await untilDegraded(true);
    const path = "/apps/7/sessions/terminate_connections";
    await node(0).request({ path, body: '{"session_ids":["of-ada"]}' });
    await back();
    expect(await ada.closed).toMatchObject({ code: 4200 });
    await untilDegraded(false);
    await bob.settle();
  });

  it("a gateway that starts serves alone and joins later", async () => {
    await away();
    await startNodes(2);
    const [ada, bob] = [await connect(0), await connect(1)];
    for (const client of [ada, bob]) await client.subscribe("room");
    await node(0).server.trigger("room", "alone", 1);
    await ada.nextOf("alone");
    await back();
    await untilDegraded(false);
    await node(0).server.trigger("room", "together", 1);
    for (const client of [ada, bob]) await client.nextOf("together");
    expect(bob.received.map(({ event }) => event)).not.toContain("alone");
  });
});

describe("events published while Redis goes away and comes back", () => {
  it("reach the subscribers of the same node each once and in order", async () => {
    await startNodes(1);
    const client = await connect(0);
    await client.subscribe("room");
    let published = 0;
    let isPublishing = true;
    const publishing = (async () => {
      while (isPublishing) await node(0).server.trigger("room", "e", (published += 1));
    })();
    for (let outage = 0; outage < 3; outage += 1) {
      await redis.kill9();
      await untilDegraded(true);
      await redis.restart();
      await untilDegraded(false);
    }
    isPublishing = false;
    await publishing;
    await node(0).server.trigger("room", "end", "");
    await client.nextOf("end");
    const data = client.received.filter(({ event }) => event === "e").map((message) => Number(message.data));
    expect(data).toEqual(Array.from({ length: published }, (_, index) => index + 1));
  });
});

describe("when Redis forgets everything", () => {
  it("clients that stand for a session have to show anew that they are let in", async () => {
    await startNodes(2);
    const [ada, bob] = [await connect(0), await connect(1)];
    await bob.subscribe("private-room", { user_id: "bob" });
    const push_session = { id: "of-ada", use_by: Date.now() / 1000 + 60 };
    await ada.subscribe("private-room", { user_id: "ada", push_session });
    const direct = new Redis(redis.url);
    await direct.flushall();
    direct.disconnect();
    // Whatever the other node wrote of sessions that ended is forgotten, too.
    expect(await ada.closed).toMatchObject({ code: 4200 });
    await untilDegraded(false);
    await bob.settle();
  });

  it("the nodes tell it again, and nobody seems to leave", async () => {
    await startNodes(2);
    const [ada, bob] = [await connect(0), await connect(1)];
    for (const client of [ada, bob]) await client.subscribe("room");
    await ada.subscribe("presence-room", { user_id: "ada" });
    await bob.subscribe("presence-room", { user_id: "bob" });
    const direct = new Redis(redis.url);
    await direct.flushall();
    direct.disconnect();
    for (const index of [0, 1]) {
      await expect.poll(() => countRoom(index), PATIENCE).toEqual({ occupied: true, subscription_count: 2 });
      await expect.poll(() => listUsers(index), PATIENCE).toEqual(["ada", "bob"]);
    }
    await node(0).server.trigger("room", "after", 1);
    for (const client of [ada, bob]) await client.nextOf("after");
    const eve = await connect(0);
    await eve.subscribe("presence-room", { user_id: "eve" });
    await bob.nextOf("pusher_internal:member_added");
    await node(0).server.trigger("presence-room", "end", 1);
    await ada.nextOf("end");
    expect(ada.received.map(({ event }) => event)).not.toContain("pusher_internal:member_removed");
  });
});

describe("when something else writes where the nodes listen", () => {
  it("they go on", async () => {
    await startNodes(2);
    const [ada, bob] = [await connect(0), await connect(1)];
    await ada.subscribe("presence-room", { user_id: "ada" });
    const direct = new Redis(redis.url);
    const streams = (await direct.pubsub("SHARDCHANNELS", "*presence-room*")) as string[];
    const [key = ""] = await direct.keys("*members:7/presence-room");
    expect(streams).toHaveLength(1);
    for (const garbage of [
      "",
      "x",
      "\n",
      "+ 2\n{",
      "+ x\nnull",
      "- 2\nnull",
      "e\n",
      "c x\n{",
      "n x\n",
      "m 1\n{}",
      "u 1 1\n",
    ]) {
      await direct.spublish(streams[0] ?? "", garbage);
    }
    await direct.hset(key, "u:eve", "not JSON");
    // What makes no sense costs a node its session, and what comes before the next one is lost to it.
    const hears = async () => {
      await node(1).server.trigger("presence-room", "e", 1);
      return ada.received.some(({ event }) => event === "e");
    };
    await expect.poll(hears, PATIENCE).toBe(true);
    bob.requestChannel("presence-room", { user_id: "bob" });
    await bob.nextOf("pusher_internal:subscription_succeeded");
    await direct.hdel(key, "u:eve");
    direct.disconnect();
    await untilDegraded(false);
    await expect.poll(() => listUsers(1), PATIENCE).toEqual(["ada", "bob"]);
  });
});
