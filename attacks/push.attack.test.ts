import { once } from "node:events";
import { connect } from "node:net";
import Pusher from "pusher";
import { afterEach, describe, expect, it } from "vitest";
import { userChannel } from "@/domain/contracts/events";
import { parseEnv } from "@/platform/settings/env";
import { App } from "@/push/gateway/apps";
import { RawClient } from "@/push/gateway/testing/raw-client";
import type { ApiClient } from "@/testkit/api-client";
import { newAddress, newPerson, newPersonAs, target, withLive } from "./lib/attacker";

const settings = parseEnv(target.env);
const app = App.parse({
  id: settings.PUSHER_APP_ID,
  key: settings.PUSHER_KEY,
  secret: settings.PUSHER_SECRET,
});
const publisher = new Pusher({
  appId: app.id,
  key: app.key,
  secret: app.secret,
  host: "127.0.0.1",
  port: String(target.pushPort),
  useTLS: false,
});
const sockets: RawClient[] = [];

afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

async function open(): Promise<RawClient> {
  const socket = await RawClient.connect(target.pushPort, app);
  sockets.push(socket);
  return socket;
}

/** What the product signs for this browser's socket, or its refusal. */
async function askFor(client: ApiClient, socketId: string, channel: string) {
  const response = await client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socketId, channel_name: channel }).toString(),
  });
  return {
    status: response.status,
    signed: (await response.json()) as { auth: string; channel_data: string },
  };
}

async function listen(client: ApiClient, channel: string): Promise<RawClient> {
  const socket = await open();
  const { signed } = await askFor(client, socket.socketId, channel);
  socket.send({ event: "pusher:subscribe", data: { channel, ...signed } });
  await socket.nextOf("pusher_internal:subscription_succeeded");
  return socket;
}

async function signOut(client: ApiClient): Promise<void> {
  expect((await client.postJson("/api/auth/sign-out", {})).status).toBe(200);
}

describe("somebody who is not let in any more", () => {
  it("loses the sockets of a session with it, and what was signed for it, but no other session's", async () => {
    const person = await newPerson();
    const laptop = await newPerson(person.phone);
    const channel = userChannel(person.userId);
    const [ended, staying] = [await listen(person.client, channel), await listen(laptop.client, channel)];
    const later = await open();
    const { signed } = await askFor(person.client, later.socketId, channel);
    await signOut(person.client);
    expect(await ended.closed).toMatchObject({ code: 4200 });
    later.send({ event: "pusher:subscribe", data: { channel, ...signed } });
    const refusal = await later.nextOf("pusher:subscription_error");
    expect(JSON.parse(refusal.data as string)).toMatchObject({ status: 401 });
    await staying.settle();
  });

  it("loses them by a ban and by another role, though nobody says a word about it", async () => {
    const banned = await newPerson();
    const [demoted, operator] = [await newPersonAs("operator"), await newPersonAs("operator")];
    const ofBanned = await listen(banned.client, userChannel(banned.userId));
    const ofDemoted = await listen(demoted.client, "private-admin");
    const ofOperator = await listen(operator.client, "private-admin");
    await withLive(({ sql }) => sql`UPDATE users SET banned = true WHERE id = ${banned.userId}`);
    await withLive(({ sql }) => sql`UPDATE users SET role = 'viewer' WHERE id = ${demoted.userId}`);
    expect(await ofBanned.closed).toMatchObject({ code: 4200 });
    expect(await ofDemoted.closed).toMatchObject({ code: 4200 });
    const back = await open();
    expect((await askFor(demoted.client, back.socketId, "private-admin")).status).toBe(403);
    expect((await askFor(banned.client, back.socketId, userChannel(banned.userId))).status).toBe(401);
    await listen(demoted.client, userChannel(demoted.userId));
    await ofOperator.settle();
  });
});

describe("a publish request that somebody overheard", () => {
  function overhear(params: Record<string, string>) {
    const path = `/apps/${app.id}/events`;
    const body = JSON.stringify({ name: "e", channel: "attacks-replayed", data: "1" });
    const query = publisher.createSignedQueryString({ method: "POST", path, params, body });
    const url = `http://127.0.0.1:${target.pushPort}${path}?${query}`;
    return async () => (await fetch(url, { method: "POST", body })).status;
  }

  it("is not carried out again", async () => {
    const send = overhear({ x_nonce: "once" });
    expect([await send(), await send()]).toEqual([200, 401]);
  });

  it("is not carried out again later when its sender gave it no number", async () => {
    const send = overhear({});
    expect(await send()).toBe(200);
    await expect.poll(send, { timeout: 20_000 }).toBe(401);
  });
});

describe("a session without WebSockets", () => {
  it("is not taken over by whoever knows its address", async () => {
    const ask = (action: string, address: string, body = "") =>
      fetch(`http://127.0.0.1:${target.pushPort}/pusher/app/${app.key}/1/attacked/${action}?protocol=7`, {
        method: "POST",
        headers: { "x-forwarded-for": address },
        body,
      });
    const address = newAddress();
    const victim = await ask("xhr_streaming", address);
    const reader = victim.body?.getReader();
    await reader?.read();
    for (const from of [address, newAddress()]) {
      for (const action of ["xhr_streaming", "xhr", "xhr_send"]) {
        expect([action, (await ask(action, from, action === "xhr_send" ? "[]" : "")).status]).toEqual([
          action,
          404,
        ]);
      }
    }
    await reader?.cancel();
  });
});

describe("connections that say nothing", () => {
  it.each([
    ["at all", ""],
    ["of the rest of their handshake", `GET /app/${app.key}?protocol=7 HTTP/1.1\r\nhost: x\r\nupgrade: web`],
  ])("%s are closed in seconds", { timeout: 28_000 }, async (_what, text) => {
    const socket = connect(target.pushPort, "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    socket.write(text);
    await expect(once(socket, "close")).resolves.toHaveLength(1);
  });

  it("get nobody's body read who has no secret", async () => {
    const socket = connect(target.pushPort, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST /apps/${app.id}/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n{`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});
