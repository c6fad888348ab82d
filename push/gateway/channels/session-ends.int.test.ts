import { afterEach, beforeEach, expect, it } from "vitest";
import { newPusherClient, nextEvent } from "../testing/pusher-client";
import { RawClient } from "../testing/raw-client";
import { startOtherNode, startTestGateway, type TestGateway } from "../testing/test-gateway";

let gateway: TestGateway;
const clients: RawClient[] = [];

beforeEach(async () => {
  gateway = await startTestGateway({ keepaliveSweepMs: 20 });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await gateway.close();
});

async function connect(port = gateway.port): Promise<RawClient> {
  const client = await RawClient.connect(port);
  clients.push(client);
  return client;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const session = (id: string, more: object = {}) => ({
  push_session: { id, use_by: inSeconds(60), ends_at: inSeconds(3_600), ...more },
});
const end = async (ended: { session_ids?: string[]; user_ids?: string[] }, at = gateway) => {
  const path = "/apps/7/sessions/terminate_connections";
  expect(await at.request({ path, body: JSON.stringify(ended) })).toEqual({ status: 200, text: "{}" });
};
const refusalOf = (message: { data: unknown }) => JSON.parse(message.data as string) as object;

it("ends the sockets of a session by whatever they proved it, on every node, and no others", async () => {
  const other = await startOtherNode(gateway);
  const [onPrivate, onPresence, signedIn] = [await connect(), await connect(other.port), await connect()];
  await onPrivate.subscribe("private-room", { user_id: "ada", ...session("phone") });
  await onPresence.subscribe("presence-room", { user_id: "ada", ...session("phone") });
  signedIn.signIn({ id: "ada", ...session("phone") });
  await signedIn.nextOf("pusher:signin_success");
  const [laptop, anonymous] = [await connect(other.port), await connect()];
  await laptop.subscribe("private-room", { user_id: "ada", ...session("laptop") });
  await anonymous.subscribe("news");
  await end({ session_ids: ["phone"] });
  for (const client of [onPrivate, onPresence, signedIn]) {
    expect(await client.closed).toMatchObject({ code: 4200 });
  }
  await gateway.server.trigger(["private-room", "news"], "still", "here");
  await laptop.nextOf("still");
  await anonymous.nextOf("still");
  if (other !== gateway) await other.close();
});

it("ends all that somebody has, who may come back with what is signed then", async () => {
  const [phone, laptop, stranger] = [await connect(), await connect(), await connect()];
  await phone.subscribe("private-room", { user_id: "ada", ...session("phone") });
  await laptop.subscribe("private-room", { user_id: "ada", ...session("laptop") });
  await stranger.subscribe("private-room", { user_id: "bob", ...session("bob") });
  const waiting = await connect();
  await end({ user_ids: ["ada"] });
  for (const client of [phone, laptop]) expect(await client.closed).toMatchObject({ code: 4200 });
  // What was signed for a socket of before is from before.
  waiting.requestChannel("private-room", { user_id: "ada", ...session("laptop") });
  expect(await waiting.closed).toMatchObject({ code: 4200 });
  const back = await connect();
  await back.subscribe("private-room", { user_id: "ada", ...session("laptop") });
  await stranger.settle();
});

it("takes nothing that was signed for a session that has ended, from whatever socket", async () => {
  const before = await connect();
  await end({ session_ids: ["phone"] });
  const after = await connect();
  for (const client of [before, after]) {
    client.requestChannel("private-room", { user_id: "ada", ...session("phone") });
    const refusal = await client.nextOf("pusher:subscription_error");
    expect(refusalOf(refusal)).toMatchObject({ type: "AuthError", status: 401 });
    client.signIn({ id: "ada", ...session("phone") });
    await client.nextOf("pusher:error");
    client.send({ event: "pusher:subscribe", data: { channel: "#server-to-user-ada" } });
    await client.nextOf("pusher:subscription_error");
  }
});

it("takes no signature that is past its time, or of a session that is", async () => {
  const client = await connect();
  const isRefused = async (claim: unknown, status: number) => {
    client.requestChannel("private-room", { user_id: "ada", push_session: claim });
    expect(refusalOf(await client.nextOf("pusher:subscription_error"))).toMatchObject({ status });
  };
  await isRefused({ id: "phone", use_by: inSeconds(-1) }, 408);
  await isRefused({ id: "phone", use_by: inSeconds(60), ends_at: inSeconds(-1) }, 401);
  for (const claim of [
    null,
    {},
    "phone",
    { id: "", use_by: inSeconds(60) },
    { id: "phone", use_by: "later" },
  ]) {
    await isRefused(claim, 401);
  }
});

it("closes a socket when its session ends by itself", async () => {
  const client = await connect();
  await client.subscribe("private-room", { user_id: "ada", ...session("phone", { ends_at: inSeconds(2) }) });
  expect(await client.closed).toMatchObject({ code: 4200 });
});

it("tells other clients nothing of a session", async () => {
  const [ada, bob] = [await connect(), await connect()];
  await bob.subscribe("presence-room", { user_id: "bob", ...session("of-bob") });
  await ada.subscribe("presence-room", { user_id: "ada", user_info: { name: "Ada" }, ...session("of-ada") });
  await bob.nextOf("pusher_internal:member_added");
  expect(JSON.stringify([ada.received, bob.received])).not.toMatch(/of-ada|of-bob|push_session/);
});

it("needs a signature and ids", async () => {
  const path = "/apps/7/sessions/terminate_connections";
  const unsigned = await gateway.request({ path, body: "{}", tamper: { auth_signature: "0" } });
  expect(unsigned.status).toBe(401);
  for (const body of ["[]", '{"session_ids":"all"}', JSON.stringify({ user_ids: Array(1_001).fill("a") })]) {
    expect((await gateway.request({ path, body })).status).toBe(400);
  }
});

it("an unmodified client comes back by itself, once, and asks its server anew", async () => {
  const asked: string[] = [];
  const pusher = newPusherClient(
    gateway.port,
    gateway.server,
    {},
    {
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, callback) => {
          asked.push(socketId);
          const data = { user_id: "ada", ...session("phone") };
          if (asked.length > 1) callback(new Error("401"), null);
          else callback(null, gateway.server.authorizeChannel(socketId, channelName, data));
        },
        endpoint: "",
        transport: "ajax",
      },
    },
  );
  const channel = pusher.subscribe("private-room");
  await nextEvent(channel, "pusher:subscription_succeeded");
  const refused = nextEvent(channel, "pusher:subscription_error");
  await end({ session_ids: ["phone"] });
  await refused;
  expect(pusher.connection.state).toBe("connected");
  expect(new Set(asked).size).toBe(2);
  pusher.disconnect();
});
