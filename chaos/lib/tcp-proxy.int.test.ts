import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

/** Echoes each line with `!`, over real sockets. */
let echo: Server;
const served: Socket[] = [];
let proxy: TcpProxy;
const clients: Client[] = [];

interface Client {
  socket: Socket;
  /** Everything that came so far. */
  heard(): string;
  say(text: string): void;
}

beforeEach(async () => {
  echo = createServer((socket) => {
    served.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => socket.write(`${data.toString()}!`));
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  proxy = await startTcpProxy(typeof address === "object" && address ? address.port : 0);
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await proxy.close();
  for (const socket of served.splice(0)) socket.destroy();
  echo.close();
});

async function open(): Promise<Client> {
  const socket = connect(proxy.port, "127.0.0.1");
  let heard = "";
  socket.on("data", (data) => (heard += data.toString()));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const client = { socket, heard: () => heard, say: (text: string) => void socket.write(text) };
  clients.push(client);
  return client;
}

/** A whole round through another connection: whatever was going to pass has passed by then. */
async function aRoundElsewhere(): Promise<void> {
  const other = await open();
  other.say("round");
  await expect.poll(other.heard).toBe("round!");
}

const hearsBack = async (client: Client, text: string) => {
  client.say(text);
  await expect.poll(client.heard).toContain(`${text}!`);
};

describe("a TCP proxy that behaves like a bad network", () => {
  it("passes bytes both ways, and ends", async () => {
    const client = await open();
    await hearsBack(client, "one");
    client.socket.end();
    await once(client.socket, "close");
    await expect.poll(() => proxy.connectionCount).toBe(0);
  });

  it("passes megabytes whole and in order", async () => {
    const client = await open();
    const sent = "0123456789abcdef".repeat(200_000);
    client.say(sent);
    await expect.poll(() => client.heard().replaceAll("!", "").length).toBe(sent.length);
    expect(client.heard().replaceAll("!", "")).toBe(sent);
  });

  it("silence: old connections carry nothing and hear of no end, new ones work; then all goes on", async () => {
    const old = await open();
    await hearsBack(old, "before");
    proxy.silence({ newOnes: "work" });
    old.say("kept");
    await aRoundElsewhere();
    expect(old.heard()).toBe("before!");
    served[0]?.end("bye");
    await aRoundElsewhere();
    expect(old.socket.readableEnded).toBe(false);
    expect(old.heard()).toBe("before!");
    proxy.pass();
    await expect.poll(old.heard).toContain("bye");
  });

  it("silence: new ones are taken and stay silent too, and stay so when only new ones pass again", async () => {
    const old = await open();
    proxy.silence();
    const during = await open();
    old.say("old");
    during.say("during");
    proxy.passNewOnes();
    await aRoundElsewhere();
    expect([old.heard(), during.heard()]).toEqual(["", ""]);
    proxy.pass();
    await expect.poll(old.heard).toBe("old!");
    await expect.poll(during.heard).toBe("during!");
  });

  it("silence one way: what is asked arrives, the answer does not", async () => {
    const client = await open();
    await hearsBack(client, "before");
    proxy.silence({ direction: "to-client", newOnes: "work" });
    const arrived = once(served[0] as Socket, "data");
    client.say("asked");
    expect(String(await arrived)).toBe("asked");
    await aRoundElsewhere();
    expect(client.heard()).toBe("before!");
  });

  it("cut: both sides are reset, and new ones as well until it passes again", async () => {
    const client = await open();
    await hearsBack(client, "before");
    const errors: string[] = [];
    client.socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code ?? ""));
    proxy.cut();
    await expect.poll(() => errors).toEqual(["ECONNRESET"]);
    await expect.poll(() => served[0]?.destroyed).toBe(true);
    const refused = connect(proxy.port, "127.0.0.1");
    refused.on("error", () => undefined);
    await new Promise((resolve) => refused.once("close", resolve));
    proxy.pass();
    await aRoundElsewhere();
  });

  it("delay: answers take at least twice as long each, in order, and are quick again afterwards", async () => {
    const client = await open();
    await hearsBack(client, "before");
    proxy.delay(100);
    const askedAt = performance.now();
    client.say("a");
    await once(served[0] as Socket, "data");
    client.say("b");
    await expect.poll(client.heard).toBe("before!a!b!");
    expect(performance.now() - askedAt).toBeGreaterThan(195);
    proxy.pass();
    await hearsBack(client, "after");
  });

  it("names the same server by its own address", () => {
    expect(proxy.through("redis://:secret@127.0.0.1:6379/0")).toBe(
      `redis://:secret@127.0.0.1:${proxy.port}/0`,
    );
    expect(proxy.through("postgres://app:pw@127.0.0.1:5432/live?sslmode=disable")).toBe(
      `postgres://app:pw@127.0.0.1:${proxy.port}/live?sslmode=disable`,
    );
  });
});
