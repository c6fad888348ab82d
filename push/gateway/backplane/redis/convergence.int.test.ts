import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { RawClient } from "../../testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../../testing/test-gateway";

/** Clients come and go at random while Redis does its worst; then all nodes and clients must agree on who is where. */

const PATIENCE = { timeout: 40_000 };
const LIMITS = { leaseMs: 1_500, heartbeatMs: 200, redisTimeoutMs: 500, subscriptionCountMs: 50 };
const CHANNELS = ["room-a", "room-b", "presence-a", "presence-b", "cache-a", "private-a"];
const ACTIONS_A_ROUND = 150;

let folder: string;
let redis: RedisServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-push-"));
  redis = await startRedis({ dir: join(folder, "redis"), port: 0, appendfsync: "no" });
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Person {
  client: RawClient;
  node: number;
  /** Channel → as whom. */
  joined: Map<string, string>;
}

/** mulberry32: the same numbers for the same seed. */
function newRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const OUTAGES: Record<string, () => Promise<void>> = {
  "no outage": async () => {},
  "a kill": async () => {
    await redis.kill9();
    await redis.restart();
  },
  "a stop": async () => {
    process.kill(redis.pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, LIMITS.redisTimeoutMs * 2));
    process.kill(redis.pid, "SIGCONT");
  },
  "a loss of all data": async () => {
    const direct = new Redis(redis.url);
    await direct.flushall();
    direct.disconnect();
  },
};

async function listChannels(node: TestGateway): Promise<unknown> {
  const query = { info: "subscription_count" };
  const { text } = await node.request({ method: "GET", path: "/apps/7/channels", query });
  return (JSON.parse(text) as { channels: unknown }).channels;
}

/** The members of a channel as its client has to take them from what it was told. */
function membersInTheEyesOf({ client }: Person, channel: string): string[] {
  const members = new Set<string>();
  for (const { event, data } of client.received.filter((message) => message.channel === channel)) {
    if (!event.startsWith("pusher_internal:")) continue;
    const told = JSON.parse(data as string) as { presence?: { ids: string[] }; user_id: string };
    if (event === "pusher_internal:subscription_succeeded") {
      members.clear();
      for (const id of told.presence?.ids ?? []) members.add(id);
    } else if (event === "pusher_internal:member_added") members.add(told.user_id);
    else if (event === "pusher_internal:member_removed") members.delete(told.user_id);
  }
  return [...members].toSorted((a, b) => (a < b ? -1 : 1));
}

describe.each([1, 2])("after %i", (seed) => {
  it("rounds of coming, going and outages, everybody agrees", async () => {
    const random = newRandom(seed);
    const nodes: TestGateway[] = [];
    for (let index = 0; index < 3; index += 1) {
      nodes.push(await startTestGateway(LIMITS, [TEST_APP], redis.url));
    }
    const enter = async (): Promise<Person> => {
      const node = random(nodes.length);
      const client = await RawClient.connect(nodes[node]?.port ?? 0);
      return { client, node, joined: new Map() };
    };
    const people = await Promise.all(Array.from({ length: 20 }, enter));

    const act = async (): Promise<void> => {
      const index = random(people.length);
      const person = people[index] as Person;
      const channel = CHANNELS[random(CHANNELS.length)] as string;
      const dice = random(100);
      if (dice < 3) {
        person.client.ws.terminate();
        people[index] = await enter();
      } else if (dice < 30) {
        await nodes[random(nodes.length)]?.server.trigger(channel, "e", dice);
      } else if (person.joined.delete(channel)) {
        person.client.send({ event: "pusher:unsubscribe", data: { channel } });
      } else {
        const userId = `user-${random(6)}`;
        person.joined.set(channel, userId);
        person.client.requestChannel(
          channel,
          channel.startsWith("presence-") ? { user_id: userId } : undefined,
        );
      }
    };

    for (const outage of [...Object.values(OUTAGES), ...Object.values(OUTAGES)]) {
      const over = outage();
      for (let action = 0; action < ACTIONS_A_ROUND; action += 1) await act();
      await over;
      await Promise.all(people.map(({ client }) => client.settle()));
      const counts: Record<string, unknown> = {};
      const members: Record<string, Set<string>> = { "presence-a": new Set(), "presence-b": new Set() };
      for (const channel of CHANNELS) {
        const inside = people.filter(({ joined }) => joined.has(channel));
        if (inside.length > 0) counts[channel] = { subscription_count: inside.length };
        for (const { joined } of inside) members[channel]?.add(joined.get(channel) ?? "");
      }
      for (const node of nodes) {
        await expect.poll(() => listChannels(node), PATIENCE).toEqual(counts);
      }
      for (const [channel, ids] of Object.entries(members)) {
        const expected = [...ids].toSorted((a, b) => (a < b ? -1 : 1));
        for (const person of people.filter(({ joined }) => joined.has(channel))) {
          await expect.poll(() => membersInTheEyesOf(person, channel), PATIENCE).toEqual(expected);
        }
      }
    }

    await Promise.all(people.map(({ client }) => client.close()));
    await Promise.all(nodes.map((node) => node.close()));
    const direct = new Redis(redis.url);
    const keys = await direct.keys("push:*");
    // What is left has an end of its own: kept events, requests that must not come again, and what a node that was taken
    // for dead has to learn.
    const lasting = keys.filter((key) => !/:(cached|cleared|told|notes|seen)\b/.test(key));
    for (const key of keys.filter((one) => /:seen\b/.test(one))) expect(await direct.ttl(key)).not.toBe(-1);
    direct.disconnect();
    expect(lasting).toEqual([]);
  }, 180_000);
});
