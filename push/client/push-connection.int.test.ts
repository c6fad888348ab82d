import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startTestGateway, TEST_APP, type TestGateway } from "../gateway/testing/test-gateway";
import { openPusher } from "./open-pusher";
import type { PushConfig } from "./push-config";
import { type ChannelListener, PushConnection, type PushState } from "./push-connection";

const USER = "00000000-0000-4000-8000-000000000001";
const ROOM = "private-room-1";
const OWN = "private-user-1";

let gateway: TestGateway;
/** Authorises channels as the product does, by HTTP. */
let product: Server;
let config: PushConfig;
let statusOf: (channel: string) => number;
let asked: string[];
let connections: PushConnection[];

beforeEach(async () => {
  connections = [];
  asked = [];
  statusOf = () => 200;
  gateway = await startTestGateway();
  product = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      const [socketId, channel] = [form.get("socket_id") ?? "", form.get("channel_name")];
      if (channel === null) {
        response.end(JSON.stringify(gateway.server.authenticateUser(socketId, { id: USER })));
        return;
      }
      asked.push(channel);
      response.statusCode = statusOf(channel);
      response.end(JSON.stringify(gateway.server.authorizeChannel(socketId, channel, { user_id: USER })));
    });
  });
  await new Promise<void>((resolve) => product.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
  config = {
    key: TEST_APP.key,
    wsHost: "127.0.0.1",
    wsPort: gateway.port,
    forceTLS: false,
    channelAuthEndpoint: `${address}/auth`,
    userAuthEndpoint: `${address}/user-auth`,
  };
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await gateway.close();
  product.closeAllConnections();
  product.close();
});

function connect(readConfig = async () => config): PushConnection {
  const connection = new PushConnection({ readConfig, open: openPusher });
  connections.push(connection);
  return connection;
}

/** What a listener heard, and the states of the connection while it did. */
function listen(connection: PushConnection, channel: string) {
  const heard = {
    events: [] as unknown[],
    subscribed: 0,
    refused: [] as number[],
    states: [] as PushState[],
  };
  const listener: ChannelListener = {
    onEvent: (name, data) => name !== "pusher:subscription_count" && heard.events.push(data),
    onSubscribed: () => (heard.subscribed += 1),
    onRefused: (status) => heard.refused.push(status),
  };
  connection.onChange(() => {
    if (heard.states.at(-1) !== connection.state) heard.states.push(connection.state);
  });
  return Object.assign(heard, connection.subscribe(channel, listener));
}

it("brings events, and shares one subscription among those who listen", async () => {
  const connection = connect();
  const [first, second] = [listen(connection, ROOM), listen(connection, ROOM)];
  await expect.poll(() => connection.isSubscribed(ROOM)).toBe(true);
  const late = listen(connection, ROOM);
  expect(late.subscribed).toBe(1);
  await gateway.server.trigger(ROOM, "gift", { coins: 1 });
  await expect.poll(() => late.events).toEqual([{ coins: 1 }]);
  expect([first.events, second.events]).toEqual([[{ coins: 1 }], [{ coins: 1 }]]);
  expect(asked).toEqual([ROOM]);
  first.unsubscribe();
  second.unsubscribe();
  await gateway.server.trigger(ROOM, "gift", { coins: 2 });
  await expect.poll(() => late.events).toHaveLength(2);
  expect(first.events).toHaveLength(1);
  late.unsubscribe();
  expect(connection.isSubscribed(ROOM)).toBe(false);
});

it("comes back by itself when it is told to go, to all that still lets it in", async () => {
  const connection = connect();
  const [room, own] = [listen(connection, ROOM), listen(connection, OWN)];
  await expect.poll(() => room.subscribed + own.subscribed).toBe(2);
  // A kick: the server terminates the user, and lets them into one channel only from now on.
  statusOf = (channel) => (channel === ROOM ? 403 : 200);
  await gateway.server.terminateUserConnections(USER);
  await expect.poll(() => own.subscribed).toBe(2);
  await expect.poll(() => room.refused).toEqual([403]);
  expect(own.states).toEqual(["connected", "reconnecting", "connected"]);
  expect(connection.isSubscribed(ROOM)).toBe(false);
  await gateway.server.trigger(OWN, "wallet", { coins: 3 });
  await expect.poll(() => own.events).toEqual([{ coins: 3 }]);

  // The kick is undone.
  statusOf = () => 200;
  expect(asked.filter((channel) => channel === ROOM)).toHaveLength(2);
  room.resubscribe();
  await expect.poll(() => room.subscribed).toBe(2);
  await gateway.server.trigger(ROOM, "gift", { coins: 4 });
  await expect.poll(() => room.events).toEqual([{ coins: 4 }]);
});

it("asks again for a channel while the product stumbles, without a word", async () => {
  const answers = [500, 503, 200];
  statusOf = () => answers.shift() ?? 200;
  const connection = connect();
  const room = listen(connection, ROOM);
  await expect.poll(() => room.subscribed).toBe(1);
  expect(asked).toHaveLength(3);
  expect(room.refused).toEqual([]);
  await gateway.server.trigger(ROOM, "gift", { coins: 1 });
  await expect.poll(() => room.events).toEqual([{ coins: 1 }]);
});

it("asks again for a channel that the push service itself refused", async () => {
  const proper = gateway.server.authorizeChannel.bind(gateway.server);
  const answers = [{ auth: `${TEST_APP.key}:wrong` }];
  gateway.server.authorizeChannel = (...args) => answers.shift() ?? proper(...args);
  const connection = connect();
  const room = listen(connection, ROOM);
  await expect.poll(() => room.refused).toEqual([401]);
  room.resubscribe();
  await expect.poll(() => room.subscribed).toBe(1);
  await gateway.server.trigger(ROOM, "gift", { coins: 1 });
  await expect.poll(() => room.events).toEqual([{ coins: 1 }]);
});

it("takes new settings when the old ones do not connect any more", async () => {
  const old = { ...config, key: "a-key-that-was-replaced" };
  const answers = [old];
  let reads = 0;
  const connection = connect(async () => {
    reads += 1;
    return answers.shift() ?? config;
  });
  const room = listen(connection, ROOM);
  await expect.poll(() => room.subscribed).toBe(1);
  expect(reads).toBe(2);
});

it("waits for a product that is away when the page opens", async () => {
  let isAway = true;
  const connection = connect(async () => {
    if (isAway) {
      isAway = false;
      throw new Error("502");
    }
    return config;
  });
  const room = listen(connection, ROOM);
  expect(connection.state).toBe("connecting");
  await expect.poll(() => room.subscribed).toBe(1);
});

it("is silent once it is closed", async () => {
  const connection = connect();
  const room = listen(connection, ROOM);
  await expect.poll(() => room.subscribed).toBe(1);
  connection.close();
  await gateway.server.trigger(ROOM, "gift", { coins: 1 });
  const watcher = connect();
  const other = listen(watcher, ROOM);
  await expect.poll(() => other.subscribed).toBe(1);
  await gateway.server.trigger(ROOM, "gift", { coins: 2 });
  await expect.poll(() => other.events).toEqual([{ coins: 2 }]);
  expect(room.events).toEqual([]);
});
