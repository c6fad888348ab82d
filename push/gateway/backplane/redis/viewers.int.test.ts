import { Redis } from "ioredis";
import { describe, expect, it, vi } from "vitest";
import type { RawClient } from "../../testing/raw-client";
import { TestCluster } from "../../testing/test-cluster";
import type { TestGateway } from "../../testing/test-gateway";

const cluster = new TestCluster(2);
const ROOM = "private-room";
/** Leases have to run out, and other work may be in the way: nothing here is about how long it takes. */
const PATIENCE = { timeout: 90_000 };
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

async function readViewers({ request }: TestGateway): Promise<Record<string, number>> {
  const query = { filter_by_prefix: "private-" };
  const { status, text } = await request({ method: "GET", path: "/apps/7/viewers", query });
  expect(status).toBe(200);
  const { channels } = JSON.parse(text) as { channels: Record<string, { viewer_count: number }> };
  return Object.fromEntries(Object.entries(channels).map(([name, { viewer_count }]) => [name, viewer_count]));
}

async function count(index = 0): Promise<number> {
  return (await readViewers(cluster.node(index)))[ROOM] ?? 0;
}

async function watch(client: RawClient, viewer: string | null, channel = ROOM): Promise<void> {
  await client.subscribe(channel, { user_id: "somebody", push_viewer: viewer });
}

function leave(client: RawClient): void {
  client.send({ event: "pusher:unsubscribe", data: { channel: ROOM } });
}

/** A node may say what it knows a moment after it has answered its client. */
async function expectCount(viewers: number): Promise<void> {
  await expect.poll(async () => [await count(0), await count(1)], PATIENCE).toEqual([viewers, viewers]);
}

/** Every count that anybody is told until `until` resolves. */
async function countsUntil(until: Promise<unknown>): Promise<number[]> {
  const counts: number[] = [];
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  while (!isOver) counts.push(await count());
  await until;
  return [...counts, await count()];
}

describe("viewers on several nodes", () => {
  it("count once, with whatever tabs and devices on whatever node, and those who only look on do not", async () => {
    const at = [0, 0, 1, 1, 1];
    const clients = await Promise.all(at.map((index) => cluster.connect(index)));
    const [tab, otherTab, device, bob, studio] = clients as [
      RawClient,
      RawClient,
      RawClient,
      RawClient,
      RawClient,
    ];
    await watch(studio, null);
    await expectCount(0);
    for (const client of [tab, otherTab, device]) await watch(client, "ada");
    await expectCount(1);
    await watch(bob, "bob");
    await expectCount(2);
    leave(tab);
    leave(device);
    await Promise.all([tab.settle(), device.settle()]);
    await expectCount(2);
    leave(otherTab);
    await otherTab.settle();
    await expectCount(1);
    leave(bob);
    await bob.settle();
    await expect.poll(() => readViewers(cluster.node(0)), PATIENCE).toEqual({});
  });

  it("are told to everybody in the channel, beside the sockets", async () => {
    const [studio, tab, device, plain] = await Promise.all(
      [0, 0, 1, 1].map((index) => cluster.connect(index)),
    );
    const told = async (client: RawClient | undefined) =>
      JSON.parse((await client?.nextOf("pusher_internal:subscription_count"))?.data as string) as object;
    const toldUntil = async (client: RawClient | undefined, wanted: object) => {
      while (JSON.stringify(await told(client)) !== JSON.stringify(wanted));
    };
    await watch(studio as RawClient, null);
    await toldUntil(studio, { subscription_count: 1, viewer_count: 0 });
    await watch(tab as RawClient, "ada");
    await toldUntil(studio, { subscription_count: 2, viewer_count: 1 });
    await watch(device as RawClient, "ada");
    for (const client of [studio, tab, device])
      await toldUntil(client, { subscription_count: 3, viewer_count: 1 });
    // A channel whose app names no viewers is as the protocol has it.
    await plain?.subscribe("private-plain", { user_id: "ada" });
    expect(await told(plain)).toEqual({ subscription_count: 1 });
    await expect.poll(() => readViewers(cluster.node(1)), PATIENCE).toEqual({ [ROOM]: 1 });
  });

  it("of a killed node stay until it is given up, and are not lost where they came back", async () => {
    const child = await cluster.startChild({ leaseMs: 5_000 });
    const [ada, bob] = [await cluster.connect(child.port), await cluster.connect(child.port)];
    const [other, cy] = [await cluster.connect(0), await cluster.connect(0)];
    await watch(ada, "ada");
    await watch(bob, "bob");
    await watch(other, "ada");
    await watch(cy, "cy");
    await expectCount(3);
    await child.kill9();
    await Promise.all([ada.closed, bob.closed]);
    await expectCount(3);
    const back = await cluster.connect(1);
    await watch(back, "ada");
    await expect.poll(() => count(1), PATIENCE).toBe(2);
    leave(other);
    await other.settle();
    await expectCount(2);
    leave(back);
    leave(cy);
    await Promise.all([back.settle(), cy.settle()]);
    await expect.poll(() => readViewers(cluster.node(1)), PATIENCE).toEqual({});
  });

  it("are all taken out when a node with many is killed", async () => {
    const child = await cluster.startChild();
    const many = Array.from({ length: 520 }, (_, n) => `viewer-${n}`);
    await Promise.all(many.map(async (viewer) => watch(await cluster.connect(child.port), viewer)));
    await expect.poll(() => count(), PATIENCE).toBe(many.length);
    await child.kill9();
    await expect.poll(() => count(), PATIENCE).toBe(0);
    const redis = new Redis(cluster.redisUrl);
    try {
      expect(await redis.keys("*viewe*")).toEqual([]);
    } finally {
      redis.disconnect();
    }
  });

  it("do not flicker when all of them lose their sockets and come back elsewhere", async () => {
    const viewers = Array.from({ length: 40 }, (_, n) => `viewer-${n}`);
    // However long this takes here, it is not as long as they are waited for.
    const { port } = await cluster.startNode({ viewerLingerMs: 60_000 });
    const { port: otherPort } = await cluster.startNode({ viewerLingerMs: 60_000 });
    const first = await Promise.all(viewers.map((_, n) => cluster.connect(n % 2 ? port : otherPort)));
    await Promise.all(first.map((client, n) => watch(client, viewers[n] ?? "")));
    await expectCount(40);
    const storm = Promise.all(
      first.map(async (client, n) => {
        client.ws.terminate();
        await client.closed;
        await watch(await cluster.connect(n % 2 ? otherPort : port), viewers[n] ?? "");
      }),
    );
    expect(new Set(await countsUntil(storm))).toEqual(new Set([40]));
    await expectCount(40);
  });

  it("do not flicker when a node goes away and another one takes its place", async () => {
    const third = await cluster.startNode();
    const clients = await Promise.all(["ada", "bob", "cy"].map(() => cluster.connect(third.port)));
    for (const [n, client] of clients.entries()) await watch(client, ["ada", "bob", "cy"][n] ?? "");
    await expectCount(3);
    const change = (async () => {
      await third.close();
      cluster.nodes.pop();
      const { port } = await cluster.startNode();
      for (const viewer of ["ada", "bob"]) await watch(await cluster.connect(port), viewer);
    })();
    expect(new Set(await countsUntil(change))).toEqual(new Set([3]));
    // Who has not come back is not counted for ever.
    await expect.poll(() => count(), PATIENCE).toBe(2);
  });

  it("change their name without being counted twice or not at all", async () => {
    const tab = await cluster.connect(0);
    await watch(tab, "guest");
    await expectCount(1);
    leave(tab);
    await watch(tab, "ada");
    await expectCount(1);
    await tab.close();
    await expect.poll(() => count(), PATIENCE).toBe(0);
  });

  it("are counted anew when Redis has forgotten them", async () => {
    const clients = await Promise.all([0, 1, 1].map((index) => cluster.connect(index)));
    for (const [n, client] of clients.entries()) await watch(client, ["ada", "ada", "bob"][n] ?? "");
    await expectCount(2);
    const redis = new Redis(cluster.redisUrl);
    await redis.flushdb();
    redis.disconnect();
    await expect.poll(() => count(0), PATIENCE).toBe(2);
    await expect.poll(() => count(1), PATIENCE).toBe(2);
    for (const client of clients) leave(client);
    await Promise.all(clients.map((client) => client.settle()));
    await expect.poll(() => readViewers(cluster.node(0)), PATIENCE).toEqual({});
  });

  it("who are cut off are gone at once", async () => {
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(1)];
    await ada.subscribe(ROOM, { user_id: "ada", push_viewer: "a" });
    await bob.subscribe(ROOM, { user_id: "bob", push_viewer: "b" });
    await cluster.node(1).server.terminateUserConnections("ada");
    await ada.closed;
    await expect.poll(() => count(), { timeout: 2_000 }).toBe(1);
  });
});

describe("a viewer's name", () => {
  it("counts only where it is signed for, and is refused when it makes no sense", async () => {
    const client = await cluster.connect(0);
    for (const push_viewer of ["", "x".repeat(65), 7, {}, ["ada"], true]) {
      client.requestChannel(ROOM, { user_id: "ada", push_viewer });
      const { data } = await client.nextOf("pusher:subscription_error");
      expect(JSON.parse(data as string)).toMatchObject({ type: "AuthError", status: 401 });
    }
    // One that is put into what somebody else signed.
    const signed = JSON.stringify({ user_id: "ada", push_viewer: null });
    const auth = client.signature(ROOM, signed);
    const channel_data = JSON.stringify({ user_id: "ada", push_viewer: "ada" });
    client.send({ event: "pusher:subscribe", data: { channel: ROOM, auth, channel_data } });
    await client.nextOf("pusher:subscription_error");
    // A public channel has no signature.
    client.send({ event: "pusher:subscribe", data: { channel: "public", channel_data } });
    await client.nextOf("pusher_internal:subscription_succeeded");
    await expect.poll(() => readViewers(cluster.node(0)), PATIENCE).toEqual({});
  });

  it("is told to nobody", async () => {
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(1)];
    await watch(ada, "name-of-ada");
    await watch(bob, "name-of-bob");
    await watch(ada, "name-of-ada", "private-other");
    await cluster.node(0).server.trigger(ROOM, "end", "");
    await Promise.all([ada.nextOf("end"), bob.nextOf("end")]);
    for (const { received } of [ada, bob]) expect(JSON.stringify(received)).not.toContain("name-of");
  });
});
