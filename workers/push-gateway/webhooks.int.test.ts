import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "./apps";
import { RawClient } from "./testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "./testing/test-gateway";

interface Delivery {
  headers: Record<string, unknown>;
  rawBody: string;
}

/** Stands for the app's server: answers with the statuses in turn, then with 200. */
async function startReceiver(statuses: number[]) {
  const deliveries: Delivery[] = [];
  let wake: (() => void) | undefined;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      deliveries.push({ headers: request.headers, rawBody: Buffer.concat(chunks).toString() });
      response.writeHead(statuses.shift() ?? 200).end();
      wake?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    deliveries,
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/hook`,
    /** The names of all events received, as soon as the last of them has this name. */
    until: async (name: string): Promise<string[]> => {
      for (;;) {
        const names = deliveries.flatMap(({ rawBody }) =>
          (JSON.parse(rawBody).events as { name: string }[]).map((event) => event.name),
        );
        if (names.at(-1) === name) return names;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let gateway: TestGateway;
const statuses: number[] = [];

async function start(events?: App["webhooks"][number]["events"]): Promise<void> {
  const app = { ...TEST_APP, subscriptionCounts: false, webhooks: [{ url: receiver.url, events }] };
  gateway = await startTestGateway({ webhookGatherMs: 1, webhookRetryMs: 1 }, [app]);
}

beforeEach(async () => {
  statuses.length = 0;
  receiver = await startReceiver(statuses);
});
afterEach(async () => {
  await gateway.close();
  await receiver.close();
});

describe("webhooks", () => {
  it("tell in order what happens, signed so that the server library accepts them", async () => {
    await start();
    const [ada, bob] = [await RawClient.connect(gateway.port), await RawClient.connect(gateway.port)];
    await ada.subscribe("presence-cache-room", { user_id: "ada" });
    await bob.subscribe("presence-cache-room", { user_id: "bob" });
    ada.send({ event: "client-hi", channel: "presence-cache-room", data: { n: 1 } });
    await ada.settle();
    await bob.close();
    await ada.nextOf("pusher_internal:member_removed");
    await ada.close();
    expect(await receiver.until("channel_vacated")).toEqual([
      "channel_occupied",
      "member_added",
      "cache_miss",
      "member_added",
      "cache_miss",
      "client_event",
      "member_removed",
      "member_removed",
      "channel_vacated",
    ]);
    const events = receiver.deliveries.flatMap((delivery) => {
      const webhook = gateway.server.webhook(delivery);
      expect(webhook.isValid()).toBe(true);
      return webhook.getEvents();
    });
    expect(events).toContainEqual({
      name: "client_event",
      channel: "presence-cache-room",
      event: "client-hi",
      data: '{"n":1}',
      socket_id: ada.socketId,
      user_id: "ada",
    });
    expect(events).toContainEqual({ name: "member_added", channel: "presence-cache-room", user_id: "bob" });
  });

  it("are tried again with the same events until they are taken", async () => {
    statuses.push(500, 404);
    await start();
    const client = await RawClient.connect(gateway.port);
    await client.subscribe("news");
    await expect.poll(() => receiver.deliveries.length).toBe(3);
    expect(new Set(receiver.deliveries.map(({ rawBody }) => rawBody)).size).toBe(1);
    await client.close();
    expect(await receiver.until("channel_vacated")).toHaveLength(4);
  });

  it("tell only what was asked for", async () => {
    await start(["channel_vacated"]);
    const client = await RawClient.connect(gateway.port);
    await client.subscribe("news");
    await client.close();
    expect(await receiver.until("channel_vacated")).toEqual(["channel_vacated"]);
  });

  it("tell of channels that a drain vacates before the gateway is gone", async () => {
    await start();
    const client = await RawClient.connect(gateway.port);
    await client.subscribe("news");
    await gateway.close();
    expect(await receiver.until("channel_vacated")).toEqual(["channel_occupied", "channel_vacated"]);
    gateway = await startTestGateway();
  });
});
