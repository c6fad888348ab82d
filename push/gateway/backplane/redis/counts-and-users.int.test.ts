import { describe, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../../testing/pusher-client";
import type { RawClient } from "../../testing/raw-client";
import { TestCluster } from "../../testing/test-cluster";

const cluster = new TestCluster(2);

async function get(index: number, path: string, query: Record<string, string> = {}): Promise<unknown> {
  const { text } = await cluster.node(index).request({ method: "GET", path: `/apps/7${path}`, query });
  return JSON.parse(text);
}

function unsubscribe(client: RawClient, channel: string): void {
  client.send({ event: "pusher:unsubscribe", data: { channel } });
}

async function countUntil(client: RawClient, total: number): Promise<void> {
  for (;;) {
    const { data } = await client.nextOf("pusher_internal:subscription_count");
    if ((JSON.parse(data as string) as { subscription_count: number }).subscription_count === total) return;
  }
}

describe("counts of several nodes", () => {
  it("are the same whichever is asked", async () => {
    const clients = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(1)];
    for (const client of clients) await client.subscribe("room");
    await clients[2]?.subscribe("only-on-1");
    await clients[0]?.subscribe("presence-a", { user_id: "ada" });
    await clients[1]?.subscribe("presence-a", { user_id: "bob" });
    for (const index of [0, 1]) {
      expect(await get(index, "/channels", { info: "subscription_count" })).toEqual({
        channels: {
          room: { subscription_count: 3 },
          "only-on-1": { subscription_count: 1 },
          "presence-a": { subscription_count: 2 },
        },
      });
      expect(await get(index, "/channels", { filter_by_prefix: "presence-", info: "user_count" })).toEqual({
        channels: { "presence-a": { user_count: 2 } },
      });
      expect(await get(index, "/channels/only-on-1", { info: "subscription_count" })).toEqual({
        occupied: true,
        subscription_count: 1,
      });
      expect(await get(index, "/channels/nowhere")).toEqual({ occupied: false });
    }
    const published = await cluster.node(0).request({
      path: "/apps/7/events",
      body: JSON.stringify({ name: "e", data: "", channel: "room", info: "subscription_count" }),
    });
    expect(JSON.parse(published.text)).toEqual({ channels: { room: { subscription_count: 3 } } });
  });

  it("are told to the subscribers of all nodes, and to webhooks once", async () => {
    // Each node sends its own words in order; what another one has to say is caused when they have arrived.
    const heard = (count: number) => cluster.receiver.when((events) => events.length >= count);
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(1)];
    await ada.subscribe("room");
    await countUntil(ada, 1);
    await heard(2);
    await bob.subscribe("room");
    await Promise.all([countUntil(ada, 2), countUntil(bob, 2)]);
    await heard(3);
    unsubscribe(ada, "room");
    await countUntil(bob, 1);
    await heard(4);
    await bob.close();
    const told = await cluster.receiver.when((events) => events.at(-1)?.name === "channel_vacated");
    expect(told.map(({ name, subscription_count }) => `${name} ${subscription_count ?? ""}`.trim())).toEqual([
      "channel_occupied",
      "subscription_count 1",
      "subscription_count 2",
      "subscription_count 1",
      "channel_vacated",
    ]);
  });

  it("stay right when channels are left and entered at the same time on both nodes", async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, (_, n) => cluster.connect(n % 2)));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(clients.map((client) => client.subscribe("room")));
      for (const client of clients) unsubscribe(client, "room");
    }
    await Promise.all(clients.map((client) => client.settle()));
    await expect.poll(() => get(0, "/channels"), { timeout: 30_000 }).toEqual({ channels: {} });
    await Promise.all(clients.map((client) => client.subscribe("room")));
    expect(await get(1, "/channels", { info: "subscription_count" })).toEqual({
      channels: { room: { subscription_count: 8 } },
    });
    // Each node sends its own words in order: after this one of each there is none of the room to come.
    const ends = ["end-on-0", "end-on-1"];
    for (const [index, channel] of ends.entries()) await clients[index]?.subscribe(channel);
    const told = await cluster.receiver.when((events) =>
      ends.every((end) => events.some(({ name, channel }) => name === "channel_occupied" && channel === end)),
    );
    const countOf = (word: string) =>
      told.filter(({ name, channel }) => name === word && channel === "room").length;
    expect(countOf("channel_occupied") - countOf("channel_vacated")).toBe(1);
  });

  it("lack a drained node at once", async () => {
    const third = await cluster.startNode({ leaseMs: 3_600_000 });
    const [gone, stays] = [await cluster.connect(third.port), await cluster.connect(0)];
    for (const client of [gone, stays]) await client.subscribe("room");
    await gone.subscribe("presence-room", { user_id: "ada" });
    await third.close();
    cluster.nodes.pop();
    expect(await gone.closed).toMatchObject({ code: 4200 });
    expect(await get(0, "/channels", { info: "subscription_count" })).toEqual({
      channels: { room: { subscription_count: 1 } },
    });
  });
});

describe("users on several nodes", () => {
  it("are reached on whatever node they are", async () => {
    const { port, server } = cluster.node(0);
    const client = newPusherClient(port, server, { user: { id: "ada" } });
    try {
      client.signin();
      await nextEvent(client, "pusher:signin_success");
      // The library subscribes to the user's own channel by itself, out of sight.
      await expect
        .poll(() => get(1, "/channels/%23server-to-user-ada"), { timeout: 30_000 })
        .toMatchObject({ occupied: true });
      const received = nextEvent(client.user, "hello");
      await cluster.node(1).server.sendToUser("ada", "hello", { n: 1 });
      expect(await received).toEqual({ n: 1 });
    } finally {
      client.disconnect();
    }
  });

  it("are cut off on every node, and nobody else", async () => {
    const clients = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(1)];
    const [here, there, proven] = clients;
    const other = await cluster.connect(1);
    here?.signIn({ id: "ada" });
    there?.signIn({ id: "ada" });
    await here?.nextOf("pusher:signin_success");
    await there?.nextOf("pusher:signin_success");
    await proven?.subscribe("private-room", { user_id: "ada" });
    other.signIn({ id: "bob" });
    await other.nextOf("pusher:signin_success");
    await cluster.node(0).server.terminateUserConnections("ada");
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 4009 });
    await other.settle();
    // Nor does it help to have kept an auth of before for another socket.
    other.requestChannel("private-room", { user_id: "ada" });
    expect(await other.closed).toMatchObject({ code: 4200 });
  });

  it("are seen to come and go by their watchers, once over all nodes", async () => {
    const watcher = await cluster.connect(0);
    const [first, second] = [await cluster.connect(1), await cluster.connect(0)];
    first.signIn({ id: "ada" });
    await first.nextOf("pusher:signin_success");
    // Signed in is who has been registered, which is behind the answer.
    await cluster.node(1).server.terminateUserConnections("nobody");
    watcher.signIn({ id: "watcher", watchlist: ["ada", "bob"] });
    const read = async () => {
      const { data } = await watcher.nextOf("pusher_internal:watchlist_events");
      return (JSON.parse(data as string) as { events: unknown }).events;
    };
    expect(await read()).toEqual([
      { name: "online", user_ids: ["ada"] },
      { name: "offline", user_ids: ["bob"] },
    ]);
    second.signIn({ id: "ada" });
    await second.nextOf("pusher:signin_success");
    await first.close();
    const bob = await cluster.connect(1);
    bob.signIn({ id: "bob" });
    expect(await read()).toEqual([{ name: "online", user_ids: ["bob"] }]);
    await second.close();
    expect(await read()).toEqual([{ name: "offline", user_ids: ["ada"] }]);
  });

  it("of a killed node are seen to go", async () => {
    const child = await cluster.startChild();
    const ada = await cluster.connect(child.port);
    ada.signIn({ id: "ada" });
    await ada.nextOf("pusher:signin_success");
    await ada.settle();
    const watcher = await cluster.connect(0);
    watcher.signIn({ id: "watcher", watchlist: ["ada"] });
    const names = async () => {
      const { data } = await watcher.nextOf("pusher_internal:watchlist_events");
      return (JSON.parse(data as string) as { events: { name: string }[] }).events.map(({ name }) => name);
    };
    expect(await names()).toEqual(["online"]);
    await child.kill9();
    expect(await names()).toEqual(["offline"]);
  });
});
