import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Connections } from "./connections";

let server: Server | undefined;
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server?.close();
  server?.closeAllConnections();
});

async function listen(limits: Partial<ConstructorParameters<typeof Connections>[0]> = {}) {
  const connections = new Connections({
    connectionsMax: 100,
    connectionsPerAddressMax: 100,
    consumeConnect: () => 0,
    ...limits,
  });
  const made = createServer((request, response) => {
    const visit = connections.find(request.socket);
    if (visit) visit.lastRequestMs = Date.now();
    response.end(request.url === "/large" ? Buffer.alloc(50_000_000) : "ok");
  });
  server = made;
  connections.guard(made);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const { port } = made.address() as AddressInfo;
  const open = async (localAddress = "127.0.0.1") => {
    const client = connect({ port, host: "127.0.0.1", localAddress });
    clients.push(client);
    client.on("error", () => {});
    // Not by `once`: a reset is an end like any other.
    const closed = new Promise<string>((resolve) => client.once("close", () => resolve("closed")));
    await once(client, "connect");
    return { client, closed };
  };
  return { connections, open };
}
const ask = async (client: Socket, path = "/") => {
  client.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await once(client, "data");
};

it("closes one that has said nothing for ten seconds, and no other", async () => {
  const { connections, open } = await listen();
  const [silent, talking] = await Promise.all([open(), open()]);
  await ask(talking.client);
  silent.client.resume();
  connections.sweep(Date.now() + 9_000);
  expect(connections.size).toBe(2);
  connections.sweep(Date.now() + 10_000);
  expect(await silent.closed).toBe("closed");
  await expect.poll(() => connections.size).toBe(1);
});

it("closes one that is kept alive by bytes that are no request", async () => {
  const { connections, open } = await listen();
  const { client, closed } = await open();
  await ask(client);
  client.write("\r\n");
  connections.sweep(Date.now() + 60_000);
  expect(connections.size).toBe(1);
  connections.sweep(Date.now() + 140_000);
  expect(await closed).toBe("closed");
});

it("closes one that does not read its answer, and lets a slow reader be", async () => {
  const { connections, open } = await listen();
  const { client } = await open();
  client.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
  await once(client, "data");
  client.pause();
  const nowMs = Date.now();
  connections.sweep(nowMs);
  connections.sweep(nowMs + 14_000);
  expect(connections.size).toBe(1);
  connections.sweep(nowMs + 16_000);
  await expect.poll(() => connections.size).toBe(0);
});

it("refuses an address what it has too many of, and nobody else", async () => {
  const { connections, open } = await listen({ connectionsPerAddressMax: 2 });
  const first = await open("127.0.0.2");
  await open("127.0.0.2");
  const third = await open("127.0.0.2");
  third.client.resume();
  expect(await third.closed).toBe("closed");
  await ask((await open("127.0.0.3")).client);
  expect(connections.size).toBe(3);
  first.client.destroy();
  await expect.poll(() => connections.size).toBe(2);
  await ask((await open("127.0.0.2")).client);
});

it("refuses an address that connects too often", async () => {
  const { connections, open } = await listen({
    consumeConnect: (address) => (address === "127.0.0.2" ? 1_000 : 0),
  });
  const refused = await open("127.0.0.2");
  refused.client.resume();
  expect(await refused.closed).toBe("closed");
  await ask((await open("127.0.0.3")).client);
  expect(connections.size).toBe(1);
});

it("keeps the last places for addresses that hold few", async () => {
  const { connections, open } = await listen({ connectionsMax: 40 });
  const greedy = await Promise.all(Array.from({ length: 36 }, () => open("127.0.0.2")));
  await expect.poll(() => connections.size).toBe(36);
  const another = await open("127.0.0.2");
  another.client.resume();
  expect(await another.closed).toBe("closed");
  await ask((await open("127.0.0.3")).client);
  expect(greedy.every(({ client }) => !client.destroyed)).toBe(true);
});

it("does not count a proxy's connections as one caller's", async () => {
  const { connections, open } = await listen({ connectionsPerAddressMax: 0, consumeConnect: () => 1_000 });
  await Promise.all(Array.from({ length: 20 }, () => open()));
  await expect.poll(() => connections.size).toBe(20);
});
