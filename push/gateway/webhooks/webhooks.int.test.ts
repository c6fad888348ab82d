import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "../apps";
import { RawClient } from "../testing/raw-client";
import { startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";
import { startWebhookReceiver } from "../testing/webhook-receiver";

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
let gateway: TestGateway;
const statuses: number[] = [];

/** The names of all events received, as soon as the last of them has this name. */
async function namesUntil(name: string): Promise<string[]> {
  const events = await receiver.when((received) => received.at(-1)?.name === name);
  return events.map((event) => event.name);
}

async function start(events?: App["webhooks"][number]["events"]): Promise<void> {
  const app = { ...TEST_APP, subscriptionCounts: false, webhooks: [{ url: receiver.url, events }] };
  gateway = await startTestGateway({ webhookGatherMs: 1, webhookRetryMs: 1 }, [app]);
}

beforeEach(async () => {
  statuses.length = 0;
  receiver = await startWebhookReceiver(statuses);
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
    expect(await namesUntil("channel_vacated")).toEqual([
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
    expect(await namesUntil("channel_vacated")).toHaveLength(4);
  });

  it("tell only what was asked for", async () => {
    await start(["channel_vacated"]);
    const client = await RawClient.connect(gateway.port);
    await client.subscribe("news");
    await client.close();
    expect(await namesUntil("channel_vacated")).toEqual(["channel_vacated"]);
  });

  it("tell of channels that a drain vacates before the gateway is gone", async () => {
    await start();
    const client = await RawClient.connect(gateway.port);
    await client.subscribe("news");
    await gateway.close();
    expect(await namesUntil("channel_vacated")).toEqual(["channel_occupied", "channel_vacated"]);
    gateway = await startTestGateway();
  });
});
