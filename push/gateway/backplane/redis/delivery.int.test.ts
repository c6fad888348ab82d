import { describe, expect, it } from "vitest";
import type { RawClient } from "../../testing/raw-client";
import { TestCluster } from "../../testing/test-cluster";
import { startTestGateway } from "../../testing/test-gateway";

const cluster = new TestCluster(3);

/** The data of what came under this name, up to the event `end`. */
async function readUntilEnd(client: RawClient, event: string): Promise<unknown[]> {
  await client.nextOf("end");
  return client.received.filter((message) => message.event === event).map(({ data }) => data);
}

describe("events on several nodes", () => {
  it("reach the subscribers of every node once, in one order, wherever they are published", async () => {
    const clients = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(2)];
    for (const client of clients) await client.subscribe("room");
    const publishers = cluster.nodes.map(async ({ server }, node) => {
      for (let n = 0; n < 40; n += 1) await server.trigger("room", "e", `${node}:${n}`);
    });
    await Promise.all(publishers);
    await cluster.node(1).server.trigger("room", "end", "");
    const [first, ...others] = await Promise.all(clients.map((client) => readUntilEnd(client, "e")));
    expect(first).toHaveLength(120);
    expect(new Set(first).size).toBe(120);
    for (const other of others) expect(other).toEqual(first);
    for (const node of [0, 1, 2]) {
      const own = (first as string[]).filter((data) => data.startsWith(`${node}:`));
      expect(own).toEqual(Array.from({ length: 40 }, (_, n) => `${node}:${n}`));
    }
  });

  it("come after each other for a publisher that goes from node to node", async () => {
    const client = await cluster.connect(2);
    await client.subscribe("room");
    for (let n = 0; n < 60; n += 1) await cluster.node(n % 3).server.trigger("room", "e", n);
    await cluster.node(0).server.trigger("room", "end", "");
    expect(await readUntilEnd(client, "e")).toEqual(Array.from({ length: 60 }, (_, n) => String(n)));
  });

  it("are not missed from the moment a subscription succeeds", async () => {
    const client = await cluster.connect(0);
    for (let n = 0; n < 50; n += 1) {
      await client.subscribe(`room-${n}`);
      await cluster.node(1).server.trigger(`room-${n}`, "e", n);
      expect(await client.nextOf("e")).toMatchObject({ channel: `room-${n}`, data: String(n) });
    }
  });

  it("come to a channel again that everybody left for a moment", async () => {
    const client = await cluster.connect(0);
    for (let n = 0; n < 30; n += 1) {
      await client.subscribe("room");
      await cluster.node(1).server.trigger("room", "e", n);
      expect(await client.nextOf("e")).toMatchObject({ data: String(n) });
      client.send({ event: "pusher:unsubscribe", data: { channel: "room" } });
    }
  });

  it("are delivered to nobody who left, or whom a publisher excepts on another node", async () => {
    const [ada, bob, eve] = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(1)];
    for (const client of [ada, bob, eve]) await client.subscribe("room");
    eve.send({ event: "pusher:unsubscribe", data: { channel: "room" } });
    await eve.settle();
    await cluster.node(2).server.trigger("room", "e", 1, { socket_id: bob.socketId });
    await cluster.node(2).server.trigger(["room", "other"], "end", "");
    expect(await readUntilEnd(ada, "e")).toEqual(["1"]);
    expect(await readUntilEnd(bob, "e")).toEqual([]);
    await eve.settle();
    expect(eve.received.map(({ event }) => event)).not.toContain("end");
  });

  it("of clients reach the clients of the other nodes, with who sent them", async () => {
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(1)];
    await ada.subscribe("presence-room", { user_id: 7 });
    await bob.subscribe("presence-room", { user_id: "bob" });
    ada.send({ event: "client-hi", channel: "presence-room", data: { n: 1 } });
    expect(await bob.nextOf("client-hi")).toMatchObject({ data: '{"n":1}', user_id: 7 });
    await cluster.node(1).server.trigger("presence-room", "end", "");
    expect(await readUntilEnd(ada, "client-hi")).toEqual([]);
    const told = await cluster.receiver.when((events) => events.some(({ name }) => name === "client_event"));
    expect(told.filter(({ name }) => name === "client_event")).toHaveLength(1);
  });

  it("stay within their app and their database", async () => {
    const client = await cluster.connect(0);
    await client.subscribe("room");
    const elsewhere = new URL(cluster.redisUrl);
    elsewhere.pathname = "/255";
    const stranger = await startTestGateway({}, [cluster.app], elsewhere.href);
    try {
      await stranger.server.trigger("room", "e", 1);
      await cluster.node(1).server.trigger("room", "end", "");
      expect(await readUntilEnd(client, "e")).toEqual([]);
    } finally {
      await stranger.close();
    }
  });
});

describe("the last event of a cache channel", () => {
  it("is handed over by every node, and kept for the API", async () => {
    await cluster.node(0).server.trigger("cache-room", "e", "old");
    await cluster.node(1).server.trigger("cache-room", "e", "new");
    for (const index of [0, 1, 2]) {
      const client = await cluster.connect(index);
      await client.subscribe("cache-room");
      expect(await client.next()).toMatchObject({ event: "e", data: "new" });
      const { text } = await cluster.node(index).request({
        method: "GET",
        path: "/apps/7/channels/cache-room",
        query: { info: "cache" },
      });
      expect(JSON.parse(text)).toMatchObject({ cache: { data: "new" } });
    }
  });

  it("is the newest that the node's subscribers have seen", async () => {
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(0)];
    await ada.subscribe("cache-room");
    expect(await ada.next()).toMatchObject({ event: "pusher:cache_miss" });
    for (let n = 0; n < 5; n += 1) await cluster.node(1).server.trigger("cache-room", "e", n);
    expect(await readNext(ada, 5)).toEqual(["0", "1", "2", "3", "4"]);
    await bob.subscribe("cache-room");
    expect(await bob.next()).toMatchObject({ event: "e", data: "4" });
  });
});

async function readNext(client: RawClient, count: number): Promise<unknown[]> {
  const data: unknown[] = [];
  while (data.length < count) data.push((await client.nextOf("e")).data);
  return data;
}
