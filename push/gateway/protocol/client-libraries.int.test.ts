import type PusherClient from "pusher-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GatewayLimits } from "../limits/limits";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { RawClient } from "../testing/raw-client";
import { clientFrame, OPCODE, RawSocket } from "../testing/raw-socket";
import { newServer, startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";

/** What client libraries other than `pusher-js` do on the wire, and what `pusher-js` does beside its own suite. */
const OTHER_APP = { ...TEST_APP, id: "8", key: "other-key", secret: "other-secret" };
const JAVA = "?client=java-client&protocol=5&version=2.4.4";

let gateway: TestGateway;
let clients: PusherClient[];

async function restart(limits: Partial<GatewayLimits>): Promise<void> {
  await gateway.close();
  gateway = await startTestGateway(limits, [TEST_APP, OTHER_APP]);
}

beforeEach(async () => {
  clients = [];
  gateway = await startTestGateway({ tickMs: 0 }, [TEST_APP, OTHER_APP]);
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await gateway.close();
});

function connect(...args: Partial<Parameters<typeof newPusherClient>>): PusherClient {
  const [port = gateway.port, server = gateway.server, identity, options] = args;
  const client = newPusherClient(port, server, identity, options);
  clients.push(client);
  return client;
}

describe("a library that leaves pings to its WebSocket", () => {
  const QUIET = { activityTimeoutMs: 20, pongTimeoutMs: 1_000, keepaliveSweepMs: 5 };

  it("is pinged by control frames and stays as long as it answers", async () => {
    await restart(QUIET);
    const socket = await RawSocket.upgrade(gateway.port, JAVA);
    for (let round = 0; round < 5; round += 1) {
      expect(await socket.nextFrame()).toMatchObject({ opcode: OPCODE.ping });
      socket.write(clientFrame({ opcode: OPCODE.pong }));
    }
    expect(await socket.nextFrame()).toMatchObject({ opcode: OPCODE.ping });
    expect(await socket.closeCode()).toBe(4201);
  });

  it("may ask by control frames and by events", async () => {
    const socket = await RawSocket.upgrade(gateway.port, JAVA);
    socket.write(clientFrame({ opcode: OPCODE.ping }));
    expect(await socket.nextFrame()).toMatchObject({ opcode: OPCODE.pong });
    socket.write(clientFrame({ opcode: OPCODE.text, payload: '{"event":"pusher:ping","data":"{}"}' }));
    expect((await socket.nextFrame())?.payload.toString()).toBe('{"event":"pusher:pong","data":"{}"}');
    socket.tcp.destroy();
  });
});

describe("a client that sends data as a JSON string", () => {
  it("is understood", async () => {
    const client = await RawClient.connect(gateway.port);
    const data = JSON.stringify({ channel: "private-room", auth: client.signature("private-room") });
    client.send({ event: "pusher:subscribe", data });
    await client.nextOf("pusher_internal:subscription_succeeded");
    client.send({ event: "pusher:unsubscribe", data: "not JSON" });
    expect(await client.nextOf("pusher:error")).toMatchObject({ data: { code: null } });
    await client.close();
  });
});

describe("the errors that libraries know by number", () => {
  it("are said before the socket closes, as before protocol 6", async () => {
    const client = RawClient.open(gateway.port, `/app/Invalid${JAVA}`);
    expect(await client.next()).toMatchObject({ event: "pusher:error", data: { code: 4001 } });
    expect(await client.closed).toMatchObject({ code: 4001 });
  });
});

describe("the apps of one gateway", () => {
  it("have channels, users and signatures of their own", async () => {
    const otherServer = newServer(gateway.port, OTHER_APP);
    const mine = connect();
    const theirs = connect(gateway.port, otherServer, { app: OTHER_APP });
    const seen: unknown[] = [];
    theirs.bind_global((event: string, data: unknown) => seen.push([event, data]));
    await Promise.all(
      [mine, theirs].map((client) =>
        nextEvent(client.subscribe("private-room"), "pusher:subscription_succeeded"),
      ),
    );
    await gateway.server.trigger("private-room", "e", "mine");
    const received = nextEvent(theirs, "e");
    await otherServer.trigger("private-room", "e", "theirs");
    expect(await received).toBe("theirs");
    expect(seen).not.toContainEqual(["e", "mine"]);
  });
});

describe("pusher-js", () => {
  it("hears of all events of all channels, until it no longer wants to", async () => {
    const client = connect();
    const seen: unknown[] = [];
    const listen = (event: string, data: unknown) => {
      if (!event.startsWith("pusher")) seen.push([event, data]);
    };
    client.bind_global(listen);
    const [one, two] = [client.subscribe("one"), client.subscribe("private-two")];
    await Promise.all([one, two].map((channel) => nextEvent(channel, "pusher:subscription_succeeded")));
    let last = nextEvent(two, "b");
    await gateway.server.trigger("one", "a", 1);
    await gateway.server.trigger("private-two", "b", 2);
    await last;
    client.unbind_global(listen);
    last = nextEvent(two, "c");
    await gateway.server.trigger("private-two", "c", 3);
    await last;
    expect(seen).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("is told how many are subscribed", async () => {
    const [first, second] = [connect(), connect()];
    const channel = first.subscribe("news");
    const counts: number[] = [];
    const counted = new Promise<void>((resolve) => {
      channel.bind(
        "pusher:subscription_count",
        ({ subscription_count: count }: { subscription_count: number }) => {
          counts.push(count);
          if (count === 2) resolve();
        },
      );
    });
    await nextEvent(channel, "pusher:subscription_succeeded");
    second.subscribe("news");
    await counted;
    expect(counts).toEqual([1, 2]);
    expect(channel.subscriptionCount).toBe(2);
  });

  it("watches users come and go", async () => {
    const watcher = connect(gateway.port, gateway.server, {
      user: { id: "eve", watchlist: ["ada"] },
    });
    const changes: unknown[] = [];
    const offline = nextEvent(watcher.user.watchlist, "offline");
    watcher.user.watchlist.bind("online", (change: unknown) => changes.push(change));
    watcher.signin();
    expect(await offline).toMatchObject({ name: "offline", user_ids: ["ada"] });
    const online = nextEvent(watcher.user.watchlist, "online");
    const ada = connect(gateway.port, gateway.server, { user: { id: "ada" } });
    ada.signin();
    expect(await online).toMatchObject({ name: "online", user_ids: ["ada"] });
    const gone = nextEvent(watcher.user.watchlist, "offline");
    ada.disconnect();
    expect(await gone).toMatchObject({ user_ids: ["ada"] });
    expect(changes).toHaveLength(1);
  });

  it("asks an auth endpoint of its own over HTTP", async () => {
    const refusing = connect(
      gateway.port,
      gateway.server,
      {},
      {
        channelAuthorization: {
          transport: "ajax",
          endpoint: `http://127.0.0.1:${gateway.port}/no-such-endpoint`,
        },
      },
    );
    const channel = refusing.subscribe("private-room");
    expect(await nextEvent(channel, "pusher:subscription_error")).toMatchObject({
      type: "AuthError",
      status: 404,
    });
  });
});
