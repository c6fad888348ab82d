import type PusherClient from "pusher-js";
import type { Channel, Members, PresenceChannel } from "pusher-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { startOtherNode, startTestGateway, type TestGateway } from "../testing/test-gateway";

/**
 * What the integration suite of `pusher-js` asks of a server, with each transport of its own: two clients that stay
 * connected, and a channel of its own for each case. Where that suite waits a while to see that nothing comes, this one
 * sends something that comes behind it.
 */
let gateway: TestGateway;
/** Where the second client is. */
let other: TestGateway;
let names = 0;

const memberOf = (client: PusherClient) => ({
  id: client.connection.socket_id,
  info: { name: `Integration ${client.connection.socket_id}` },
});

beforeAll(async () => {
  // Without ticks what is triggered first arrives first, whatever the channels.
  gateway = await startTestGateway({ tickMs: 0 });
  other = await startOtherNode(gateway, { tickMs: 0 });
});
afterAll(async () => {
  await gateway.close();
  if (other !== gateway) await other.close();
});

/** Its auth server signs channel data for private channels as well. */
function connect(transport: "ws" | "xhr_streaming" | "xhr_polling", { port }: TestGateway): PusherClient {
  return newPusherClient(
    port,
    gateway.server,
    {},
    {
      httpHost: "127.0.0.1",
      httpPort: port,
      enabledTransports: [transport],
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, callback) => {
          const member = { user_id: socketId, user_info: { name: `Integration ${socketId}` } };
          callback(null, gateway.server.authorizeChannel(socketId, channelName, member));
        },
      },
    },
  );
}

describe.each(["ws", "xhr_streaming", "xhr_polling"] as const)("pusher-js with %s", (transport) => {
  let one: PusherClient;
  let two: PusherClient;

  beforeAll(async () => {
    one = connect(transport, gateway);
    two = connect(transport, other);
    await Promise.all([one, two].map((client) => nextEvent(client.connection, "connected")));
  });
  afterAll(() => {
    one.disconnect();
    two.disconnect();
  });

  const newName = (prefix = "") => `${prefix}integration_${transport}_${names++}`;

  async function subscribed(client: PusherClient, name: string): Promise<Channel> {
    const channel = client.subscribe(name);
    await nextEvent(channel, "pusher:subscription_succeeded");
    return channel;
  }

  /** All that the gateway has sent to this client so far has arrived, and the channel brought this much. */
  async function countUntilMarker(client: PusherClient, channel: Channel, event: string) {
    let count = 0;
    channel.bind(event, () => {
      count += 1;
    });
    const marker = await subscribed(client, newName("marker_"));
    const came = nextEvent(marker, "marker");
    await gateway.server.trigger(channel.name, event, {});
    await gateway.server.trigger(marker.name, "marker", {});
    await came;
    return count;
  }

  it("uses that transport", () => {
    const { connection } = one.connection as unknown as { connection: { transport: { name: string } } };
    expect(connection.transport.name).toBe(transport);
  });

  describe("on a public channel", () => {
    it("receives what the server library triggers", async () => {
      const channel = await subscribed(one, newName());
      const received = nextEvent(channel, "integration_event");
      await gateway.server.trigger(channel.name, "integration_event", { x: 1, y: "z" });
      expect(await received).toEqual({ x: 1, y: "z" });
    });

    it("receives nothing after it unsubscribed, however often it did", async () => {
      const channel = await subscribed(one, newName());
      one.unsubscribe(channel.name);
      one.unsubscribe(channel.name);
      one.unsubscribe(channel.name);
      expect(await countUntilMarker(one, channel, "after_unsubscribing")).toBe(0);
    });

    it("can cancel a subscription that is pending", async () => {
      const channel = one.subscribe(newName());
      one.unsubscribe(channel.name);
      await expect.poll(() => channel.subscriptionPending).toBe(false);
      expect(await countUntilMarker(one, channel, "after_unsubscribing")).toBe(0);
      expect(channel.subscribed).toBe(false);
    });

    it("can take the cancelling back", async () => {
      const channel = one.subscribe(newName());
      one.unsubscribe(channel.name);
      one.subscribe(channel.name);
      await expect.poll(() => channel.subscriptionPending).toBe(false);
      expect(await countUntilMarker(one, channel, "after_subscribing")).toBe(1);
      expect(channel.subscribed).toBe(true);
    });
  });

  describe.each(["private-", "presence-"])("on a %s channel", (prefix) => {
    const stateOf = (name: string) => {
      const channel = one.channel(name);
      return channel && [channel.subscribed, channel.subscriptionPending, channel.subscriptionCancelled];
    };
    const [SUBSCRIBED, PENDING, CANCELLED] = [
      [true, false, false],
      [false, true, false],
      [false, true, true],
    ];

    it.each([
      ["sub sub", [PENDING, PENDING], SUBSCRIBED],
      ["sub wait sub", [PENDING, SUBSCRIBED, SUBSCRIBED], SUBSCRIBED],
      ["sub unsub", [PENDING, CANCELLED], undefined],
      ["sub wait unsub", [PENDING, SUBSCRIBED, undefined], undefined],
      ["sub unsub sub", [PENDING, CANCELLED, PENDING], SUBSCRIBED],
      ["sub unsub wait sub", [PENDING, CANCELLED, undefined, PENDING], SUBSCRIBED],
      ["sub unsub unsub", [PENDING, CANCELLED, CANCELLED], undefined],
    ])("%s goes through the right states", async (steps, states, end) => {
      const name = newName(prefix);
      for (const [index, step] of steps.split(" ").entries()) {
        if (step === "sub") one.subscribe(name);
        if (step === "unsub") one.unsubscribe(name);
        if (step === "wait") await expect.poll(() => stateOf(name)).toEqual(states[index]);
        expect(stateOf(name)).toEqual(states[index]);
      }
      await expect.poll(() => stateOf(name)).toEqual(end);
    });

    it("gets the client events of others and not its own", async () => {
      const name = newName(prefix);
      const [sending, receiving] = [await subscribed(one, name), await subscribed(two, name)];
      const seenBySender: unknown[] = [];
      sending.bind("client-test", (data: unknown) => seenBySender.push(data));
      const received = nextEvent(receiving, "client-test");
      one.send_event("client-test", { foo: "bar" }, name);
      expect(await received).toEqual({ foo: "bar" });
      expect(await countUntilMarker(one, sending, "marker")).toBe(1);
      expect(seenBySender).toEqual([]);
    });
  });

  describe("on a presence channel", () => {
    it("knows itself and who comes and goes", async () => {
      const name = newName("presence-");
      const mine = one.subscribe(name) as PresenceChannel;
      expect(mine.members.count).toBe(0);
      const members = await nextEvent<Members>(mine, "pusher:subscription_succeeded");
      expect(members.me).toEqual(memberOf(one));
      expect([mine.members.count, mine.members.get(two.connection.socket_id)]).toEqual([1, null]);

      const added = nextEvent(mine, "pusher:member_added");
      const theirs = (await subscribed(two, name)) as PresenceChannel;
      expect(theirs.members.count).toBe(2);
      expect(theirs.members.me).toEqual(memberOf(two));
      expect(theirs.members.get(one.connection.socket_id)).toEqual(memberOf(one));
      expect(await added).toEqual(memberOf(two));
      expect(mine.members.count).toBe(2);

      const removed = nextEvent(theirs, "pusher:member_removed");
      one.unsubscribe(name);
      expect(await removed).toEqual(memberOf(one));
      expect([theirs.members.count, theirs.members.get(one.connection.socket_id)]).toEqual([1, null]);
      expect(theirs.members.get(two.connection.socket_id)).toEqual(memberOf(two));
    });
  });
});
