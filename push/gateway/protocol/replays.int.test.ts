import { afterEach, beforeEach, expect, it } from "vitest";
import { RawClient } from "../testing/raw-client";
import { startOtherNode, startTestGateway, type TestGateway } from "../testing/test-gateway";

let gateway: TestGateway;
let other: TestGateway;
let client: RawClient;

beforeEach(async () => {
  gateway = await startTestGateway();
  other = await startOtherNode(gateway);
  client = await RawClient.connect(gateway.port);
  await client.subscribe("news");
});
afterEach(async () => {
  await client.close();
  if (other !== gateway) await other.close();
  await gateway.close();
});

/** A request as the unmodified library signs it, to be sent as often as somebody likes. */
function overhear(params: Record<string, string> = {}, path = "/apps/7/events") {
  const body = JSON.stringify({ name: "e", channel: "news", data: "1" });
  const query = gateway.server.createSignedQueryString({ method: "POST", path, params, body });
  return async (node = gateway) =>
    (await fetch(`http://127.0.0.1:${node.port}${path}?${query}`, { method: "POST", body })).status;
}

async function countHeard(): Promise<number> {
  await gateway.server.trigger("news", "end", "");
  await client.nextOf("end");
  return client.received.filter(({ event }) => event === "e").length;
}

it("delivers the same event twice in the same moment, and no repetition later, from whatever node", async () => {
  const send = overhear();
  expect([await send(), await send()]).toEqual([200, 200]);
  await expect.poll(send, { timeout: 10_000 }).toBe(401);
  expect(await Promise.all([send(other), send(other), send(other)])).toEqual([401, 401, 401]);
  const heard = await countHeard();
  expect(heard).toBeGreaterThanOrEqual(2);
  expect([await send(), await send(other), await countHeard()]).toEqual([401, 401, heard]);
});

it("takes a request with a number used once exactly once", async () => {
  const send = overhear({ x_nonce: "n-1" });
  const statuses = await Promise.all([send(), send(), send(other), send(other)]);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401]);
  expect(await countHeard()).toBe(1);
  expect(await overhear({ x_nonce: "n-2" })()).toBe(200);
});

it("terminates nobody a second time", async () => {
  const path = "/apps/7/users/ada/terminate_connections";
  const body = "{}";
  const query = gateway.server.createSignedQueryString({
    method: "POST",
    path,
    params: { x_nonce: "t" },
    body,
  });
  const terminate = () => fetch(`http://127.0.0.1:${gateway.port}${path}?${query}`, { method: "POST", body });
  expect((await terminate()).status).toBe(200);
  const ada = await RawClient.connect(gateway.port);
  await ada.subscribe("private-room", { user_id: "ada" });
  expect((await terminate()).status).toBe(401);
  await ada.settle();
  await ada.close();
});

it("reads as often as somebody asks", async () => {
  const path = "/apps/7/channels";
  const query = gateway.server.createSignedQueryString({ method: "GET", path, params: { x_nonce: "r" } });
  const read = async () => (await fetch(`http://127.0.0.1:${gateway.port}${path}?${query}`)).status;
  expect([await read(), await read()]).toEqual([200, 200]);
});
