import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../testing/raw-client";
import { startOtherNode, startTestGateway, TEST_APP, type TestGateway } from "../testing/test-gateway";
import { startWebhookReceiver } from "../testing/webhook-receiver";

const ROOM = "presence-room";
let gateway: TestGateway;
let otherNode: TestGateway;
let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  const apps = [{ ...TEST_APP, webhooks: [{ url: receiver.url }] }];
  gateway = await startTestGateway({ webhookGatherMs: 1 }, apps);
  otherNode = await startOtherNode(gateway);
});

afterAll(async () => {
  await Promise.all([...new Set([gateway, otherNode])].map((node) => node.close()));
  await receiver.close();
});

/** Asks for a channel with `channel_data` as it is written here. */
function request(client: RawClient, channel: string, channelData: string): void {
  const auth = client.signature(channel, channelData);
  client.send({ event: "pusher:subscribe", data: { channel, auth, channel_data: channelData } });
}

async function join(port: number, userId: string, channel = ROOM): Promise<[RawClient, string]> {
  const client = await RawClient.connect(port);
  request(client, channel, `{"user_id":${userId},"user_info":{"of":${userId}}}`);
  const { data } = await client.nextOf("pusher_internal:subscription_succeeded");
  return [client, data as string];
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);
/** As it is written, of a text in which it stands once or more. */
const idsIn = (text: string) =>
  [...text.matchAll(/"(?:user_)?id":(-?[\d.]+|"[^"]*")/g)].map(([, id]) => id ?? "");

describe("users whose ids are numbers that JavaScript does not hold", () => {
  it.each([
    ["9007199254740993", "9007199254740992"],
    ["-9007199254740993", "-9007199254740994"],
    ["18446744073709551615", "18446744073709551616"],
    ["123456789012345678901234567890", "123456789012345678901234567891"],
  ])("are themselves, to the letter: %s and %s", async (one, other) => {
    const [first] = await join(gateway.port, one);
    const raw: string[] = [];
    first.ws.on("message", (data) => raw.push((data as Buffer).toString()));
    const [second, snapshot] = await join(otherNode.port, other);
    const ids = /"ids":\[([^\]]*)\]/.exec(snapshot)?.[1]?.split(",") ?? [];
    expect(ids.toSorted(byText)).toEqual([one, other].toSorted(byText));
    expect(snapshot).toContain(`"${one}":{"of":${one}}`);
    expect(snapshot).toContain(`"${other}":{"of":${other}}`);
    expect((await first.nextOf("pusher_internal:member_added")).data).toBe(
      `{"user_id":${other},"user_info":{"of":${other}}}`,
    );

    second.send(`{"event":"client-hello","channel":"${ROOM}","data":{"big":${one},"sum":1.50}}`);
    expect((await first.nextOf("client-hello")).data).toBe(`{"big":${one},"sum":1.50}`);
    expect(raw.at(-1)).toMatch(new RegExp(`"user_id":${other}[,}]`));

    const { text } = await gateway.request({ method: "GET", path: `/apps/7/channels/${ROOM}/users` });
    expect(idsIn(text).toSorted(byText)).toEqual([one, other].toSorted(byText));

    await gateway.server.terminateUserConnections(other);
    expect((await second.closed).code).toBe(4009);
    expect((await first.nextOf("pusher_internal:member_removed")).data).toBe(`{"user_id":${other}}`);
    await first.settle();
    await first.close();
  });

  it("are named so to webhooks", async () => {
    const [client] = await join(gateway.port, "9007199254740995", "presence-told");
    const isOfRoom = ({ name, channel }: { name: string; channel: string }) =>
      name === "member_added" && channel === "presence-told";
    await receiver.when((events) => events.some(isOfRoom));
    const told = receiver.deliveries.flatMap(({ rawBody }) => rawBody.split("},{"));
    const added = told.find((event) => event.includes("member_added") && event.includes("presence-told"));
    expect(idsIn(added ?? "")).toEqual(["9007199254740995"]);
    await client.close();
  });

  it.each(["1.0", "1e3", "1e400", "-0", "1.50", "0.10", "1E2", "-0.0"])(
    "are refused with a sentence where one value has several spellings: %s",
    async (userId) => {
      const client = await RawClient.connect(gateway.port);
      for (const channel of [ROOM, "private-room"]) {
        request(client, channel, `{"user_id":${userId}}`);
        expect(JSON.parse((await client.nextOf("pusher:subscription_error")).data as string)).toMatchObject({
          type: "AuthError",
          error: expect.stringContaining("written plainly"),
        });
      }
      await client.close();
    },
  );

  it.each(["9007199254740993", "12", "1.0"])("cannot sign in as a number: %s", async (id) => {
    const client = await RawClient.connect(gateway.port);
    client.signInAs(`{"id":${id}}`);
    expect((await client.closed).code).toBe(4009);
  });

  it.each(["7", "1.5", "-3", "0", "0.05"])("may still be plain: %s", async (userId) => {
    const [client, snapshot] = await join(gateway.port, userId, "presence-plain");
    expect(snapshot).toContain(`"ids":[${userId}]`);
    await client.close();
  });
});
