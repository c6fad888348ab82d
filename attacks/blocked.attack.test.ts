import { once } from "node:events";
import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { IpBlocksView } from "@/domain/contracts/ip-blocks";
import { type Nginx, startNginx } from "@/stack/services/nginx";
import { newAddress, newPersonAs, newVisitor, type Person, target } from "./lib/attacker";

let operator: Person;
beforeAll(async () => {
  operator = await newPersonAs("operator");
});

interface PushConfig {
  key: string;
  wsHost: string;
  wsPort: number;
}
const readPushConfig = async () =>
  (await (await newVisitor().fetch("/api/push/config")).json()) as PushConfig;

/** A socket from there; whether it was let in, and what it ended with. */
async function openSocket(address: string) {
  const { key, wsHost, wsPort } = await readPushConfig();
  const socket = new WebSocket(`ws://${wsHost}:${wsPort}/app/${key}?protocol=7`, {
    headers: { "x-forwarded-for": address },
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  const isOpen = await Promise.race([once(socket, "message").then(() => true), closed.then(() => false)]);
  return { socket, isOpen, closed };
}

const block = (range: string, more: object = {}) =>
  operator.client.mutate<{ range: string }>("ops.blockIp", { range, reason: "attacks us", ...more });

async function statusesFrom(address: string): Promise<number[]> {
  const visitor = newVisitor(address);
  const answers = await Promise.all([
    ...["/", "/healthz", "/_next/static/none.js", "/api/trpc/gift.list", "/api/push/config"].map((path) =>
      visitor.fetch(path),
    ),
    ...["/api/push/auth", "/api/auth/sign-in/anonymous", "/api/trpc/chat.send", "/api/callbacks/payment"].map(
      (path) =>
        visitor.fetch(path, {
          method: "POST",
          body: "{}",
          headers: { "content-type": "application/json" },
        }),
    ),
  ]);
  return answers.map(({ status }) => status);
}

describe("a blocked range", () => {
  it("gets no page, no call, no socket, and loses the socket it has", async () => {
    const address = newAddress();
    const range = address.replace(/\d+$/, "0/24");
    const { socket, isOpen, closed } = await openSocket(address);
    expect(isOpen).toBe(true);
    expect((await block(range)).data).toEqual({ range });
    expect(await closed).toBe(4009);
    socket.terminate();

    expect(new Set(await statusesFrom(address))).toEqual(new Set([403]));
    const answer = await newVisitor(address).fetch("/api/trpc/gift.list");
    expect(await answer.json()).toMatchObject({ error: { code: 1007, name: "IP_BLOCKED" } });
    expect(await (await newVisitor(address).fetch("/")).text()).toContain("blocked-page");
    expect((await openSocket(address)).isOpen).toBe(false);
    // Another name for the same address, and words before it, help nobody.
    for (const alias of [`::ffff:${address}`, `198.51.100.1, ${address}`]) {
      expect((await newVisitor(alias).fetch("/api/trpc/gift.list")).status).toBe(403);
    }
    expect((await newVisitor().fetch("/api/trpc/gift.list")).status).toBe(200);

    await operator.client.mutate("ops.unblockIp", { range, reason: "enough" });
    await expect
      .poll(async () => (await newVisitor(address).fetch("/")).status, { timeout: 20_000 })
      .toBe(200);
    await expect.poll(async () => (await openSocket(address)).isOpen, { timeout: 20_000 }).toBe(true);
  });

  it("is let in again by itself when its time is over", async () => {
    const address = newAddress();
    const expiresAt = new Date(Date.now() + 8_000).toISOString();
    expect((await block(address, { expiresAt })).error).toBeUndefined();
    expect((await newVisitor(address).fetch("/api/trpc/gift.list")).status).toBe(403);
    await expect
      .poll(async () => (await newVisitor(address).fetch("/api/trpc/gift.list")).status, {
        timeout: 30_000,
        interval: 500,
      })
      .toBe(200);
    const { data } = await operator.client.query<IpBlocksView>("ops.ipBlocks");
    expect(data.items.map(({ range }) => range)).not.toContain(`${address}/32`);
  });

  it("covers all of an IPv6 network, whichever of its addresses was named", async () => {
    const network = `2001:db8:${newAddress().split(".").slice(2).join(":")}`;
    await block(`${network}::1`);
    for (const host of ["::1", "::2", ":ffff:ffff:ffff:ffff"]) {
      expect((await newVisitor(network + host).fetch("/api/trpc/gift.list")).status).toBe(403);
    }
  });

  it("is never the operator's own, unless they say so, nor everybody's", async () => {
    const { data } = await operator.client.query<IpBlocksView>("ops.ipBlocks");
    const { error } = await block(data.ownAddress);
    expect(error).toMatchObject({ name: "INVALID_INPUT", details: { field: "confirmed" } });
    for (const range of ["0.0.0.0/0", "::/0"]) {
      expect((await block(range)).error).toMatchObject({
        name: "INVALID_INPUT",
        details: { field: "range" },
      });
    }
    expect((await operator.client.query("ops.ipBlocks")).status).toBe(200);
  });
});

describe("through nginx", () => {
  let nginx: Nginx;
  beforeAll(async () => {
    const { wsPort } = await readPushConfig();
    nginx = await startNginx({ web: [Number(new URL(target.webUrl).port)], push: [wsPort] });
  });
  afterAll(() => nginx?.stop());

  it("the processes turn a range away by the address that nginx saw, whatever the caller says", async () => {
    const inside = "127.0.0.44";
    const ask = (path: string, localAddress: string, headers: Record<string, string> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = {
          host: "127.0.0.1",
          port: nginx.port,
          path,
          localAddress,
          agent: false,
          headers: { host: new URL(target.webUrl).host, "x-forwarded-for": newAddress(), ...headers },
        };
        const asked = get(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        asked.on("upgrade", (response, socket) => {
          socket.destroy();
          resolve(response.statusCode);
        });
        asked.on("error", reject);
      });
    const { key } = await readPushConfig();
    const openFrom = (localAddress: string) =>
      ask(`/app/${key}?protocol=7`, localAddress, {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      });
    expect(await ask("/", inside)).toBe(200);
    expect(await openFrom(inside)).toBe(101);
    await block(inside);
    expect(await ask("/", inside)).toBe(403);
    expect(await ask("/api/trpc/gift.list", inside)).toBe(403);
    await expect.poll(() => openFrom(inside), { timeout: 20_000 }).toBe(403);
    expect(await ask("/", "127.0.0.45")).toBe(200);
    expect(await openFrom("127.0.0.45")).toBe(101);
    await operator.client.mutate("ops.unblockIp", { range: inside, reason: "enough" });
    await expect.poll(() => ask("/", inside), { timeout: 20_000 }).toBe(200);
  });
});
