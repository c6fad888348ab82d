import { describe, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../../testing/pusher-client";
import type { RawClient } from "../../testing/raw-client";
import { TestCluster } from "../../testing/test-cluster";

const cluster = new TestCluster(2);
const ROOM = "presence-room";

interface Snapshot {
  presence: { count: number; ids: (string | number)[]; hash: Record<string, unknown> };
}

async function join(client: RawClient, userId: string | number): Promise<string[]> {
  const { data } = await client.subscribe(ROOM, { user_id: userId, user_info: { name: `${userId}` } });
  const { ids, count } = (JSON.parse(data as string) as Snapshot).presence;
  expect(count).toBe(ids.length);
  return ids.map(String).toSorted(byText);
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

function leave(client: RawClient): void {
  client.send({ event: "pusher:unsubscribe", data: { channel: ROOM } });
}

/** Who came and who left, as one client was told up to now. */
function changesOf(client: RawClient): unknown[] {
  return client.received
    .filter(({ event }) => event.startsWith("pusher_internal:member_"))
    .map(({ event, data }) => {
      const { user_id } = JSON.parse(data as string) as { user_id: string | number };
      return `${event === "pusher_internal:member_added" ? "+" : "-"}${user_id}`;
    });
}

/** What comes after this was caused after all that came before, on whatever node. */
async function settle(clients: RawClient[]): Promise<void> {
  await cluster.node(0).server.trigger(ROOM, "settled", "");
  await Promise.all(clients.map((client) => client.nextOf("settled")));
}

async function listUsers(index: number): Promise<unknown[]> {
  const { text } = await cluster
    .node(index)
    .request({ method: "GET", path: `/apps/7/channels/${ROOM}/users` });
  return (JSON.parse(text) as { users: { id: unknown }[] }).users.map(({ id }) => id);
}

describe("members on several nodes", () => {
  it("are told to a newcomer, and its coming and going to the others", async () => {
    const [ada, bob] = [await cluster.connect(0), await cluster.connect(1)];
    expect(await join(ada, "ada")).toEqual(["ada"]);
    expect(await join(bob, 5)).toEqual(["5", "ada"]);
    expect(JSON.parse((await ada.nextOf("pusher_internal:member_added")).data as string)).toEqual({
      user_id: 5,
      user_info: { name: "5" },
    });
    expect(await listUsers(0)).toEqual(["ada", 5]);
    expect(await listUsers(1)).toEqual(["ada", 5]);
    leave(bob);
    await ada.nextOf("pusher_internal:member_removed");
    expect(changesOf(ada)).toEqual(["+5", "-5"]);
    expect(changesOf(bob)).toEqual([]);
  });

  it("come with the first socket of all nodes and leave with the last", async () => {
    const watcher = await cluster.connect(0);
    await join(watcher, "watcher");
    const [first, second, third] = [
      await cluster.connect(0),
      await cluster.connect(1),
      await cluster.connect(1),
    ];
    for (const client of [first, second, third]) await join(client, "ada");
    leave(first);
    await first.settle();
    await second.close();
    await settle([watcher, third]);
    expect(changesOf(watcher)).toEqual(["+ada"]);
    // Another node than the one that says it next.
    await cluster.receiver.when((events) =>
      events.some(({ name, user_id }) => name === "member_added" && user_id === "ada"),
    );
    leave(third);
    await watcher.nextOf("pusher_internal:member_removed");
    expect(changesOf(watcher)).toEqual(["+ada", "-ada"]);
    const told = await cluster.receiver.when((events) =>
      events.some(({ name }) => name === "member_removed"),
    );
    const ofAda = told.filter(({ user_id }) => user_id === "ada").map(({ name }) => name);
    expect(ofAda).toEqual(["member_added", "member_removed"]);
  });

  it("come once when a user joins on two nodes at the same time", async () => {
    const watchers = [await cluster.connect(0), await cluster.connect(1)];
    for (const watcher of watchers) await join(watcher, "watcher");
    for (let round = 0; round < 15; round += 1) {
      const clients = [await cluster.connect(0), await cluster.connect(1)];
      await Promise.all(clients.map((client) => join(client, round)));
      await Promise.all(clients.map((client) => client.close()));
      for (const watcher of watchers) await watcher.nextOf("pusher_internal:member_removed");
    }
    const expected = Array.from({ length: 15 }, (_, round) => [`+${round}`, `-${round}`]).flat();
    for (const watcher of watchers) expect(changesOf(watcher)).toEqual(expected);
  });

  it("see the same whatever order they come and go in, and leave nothing behind", async () => {
    const watchers = [await cluster.connect(0), await cluster.connect(1)];
    for (const watcher of watchers) await join(watcher, "watcher");
    const clients = await Promise.all(Array.from({ length: 12 }, (_, n) => cluster.connect(n % 2)));
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(clients.map((client, n) => join(client, n % 4)));
      for (const client of clients) leave(client);
    }
    await Promise.all(clients.map((client) => client.settle()));
    await settle(watchers);
    await expect.poll(() => listUsers(1), { timeout: 30_000 }).toEqual(["watcher"]);
    await settle(watchers);
    const [first, second] = watchers.map(changesOf);
    expect(first).toEqual(second);
    const present = new Set<string>();
    for (const change of first as string[]) {
      const user = change.slice(1);
      // Nobody comes twice or leaves twice.
      expect(present.has(user)).toBe(change.startsWith("-"));
      if (change.startsWith("+")) present.add(user);
      else present.delete(user);
    }
    expect(present.size).toBe(0);
  });

  it("are limited over all nodes", async () => {
    const nodes = [
      await cluster.startNode({ presenceMembersMax: 2 }),
      await cluster.startNode({ presenceMembersMax: 2 }),
    ];
    const connect = async (index: number) => cluster.connect(nodes[index]?.port ?? 0);
    const [ada, bob, eve, adaAgain] = [
      await connect(0),
      await connect(1),
      await connect(0),
      await connect(1),
    ];
    await join(ada, "ada");
    await join(bob, "bob");
    eve.requestChannel(ROOM, { user_id: "eve" });
    const { data } = await eve.nextOf("pusher:subscription_error");
    expect(JSON.parse(data as string)).toMatchObject({ type: "LimitReached", status: 403 });
    expect(await join(adaAgain, "ada")).toEqual(["ada", "bob"]);
    leave(bob);
    await ada.nextOf("pusher_internal:member_removed");
    expect(await join(eve, "eve")).toEqual(["ada", "eve"]);
  });

  it("of a killed node leave, told by exactly one of the others", async () => {
    const child = await cluster.startChild();
    const watchers = [await cluster.connect(0), await cluster.connect(1)];
    for (const watcher of watchers) await join(watcher, "watcher");
    const [doomed, alsoHere] = [await cluster.connect(child.port), await cluster.connect(child.port)];
    await join(doomed, "doomed");
    await join(alsoHere, "watcher");
    await doomed.subscribe("only-there");
    await child.kill9();
    for (const watcher of watchers) await watcher.nextOf("pusher_internal:member_removed");
    await cluster.receiver.when((events) =>
      ["channel_vacated", "member_removed"].every((word) => events.some(({ name }) => name === word)),
    );
    await settle(watchers);
    for (const watcher of watchers) expect(changesOf(watcher)).toEqual(["+doomed", "-doomed"]);
    const told = cluster.receiver
      .events()
      .map(({ name, channel, user_id }) => `${name} ${user_id ?? channel}`);
    expect(told.filter((line) => line === "member_removed doomed")).toHaveLength(1);
    expect(told.filter((line) => line === "channel_vacated only-there")).toHaveLength(1);
    expect(told).not.toContain("member_removed watcher");
    expect(await listUsers(0)).toEqual(["watcher"]);
  });
});

describe("unmodified pusher-js on several nodes", () => {
  it("sees the members of all nodes come and go", async () => {
    const clients = [0, 1].map((index) => {
      const { port, server } = cluster.node(index);
      return newPusherClient(port, server, { presence: { user_id: `user-${index}`, user_info: { index } } });
    });
    const [ada, bob] = clients;
    if (!ada || !bob) throw new Error("no clients");
    try {
      const adas = ada.subscribe(ROOM);
      await nextEvent(adas, "pusher:subscription_succeeded");
      const added = nextEvent<{ id: string; info: unknown }>(adas, "pusher:member_added");
      const bobs = bob.subscribe(ROOM);
      const members = await nextEvent<{ count: number; me: { id: string } }>(
        bobs,
        "pusher:subscription_succeeded",
      );
      expect(members).toMatchObject({ count: 2, me: { id: "user-1" } });
      expect(await added).toMatchObject({ id: "user-1", info: { index: 1 } });
      const removed = nextEvent<{ id: string }>(adas, "pusher:member_removed");
      bob.disconnect();
      expect(await removed).toMatchObject({ id: "user-1" });
    } finally {
      for (const client of clients) client.disconnect();
    }
  });
});
