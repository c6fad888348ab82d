import { connect } from "node:net";
import Pusher from "pusher";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { roomChannel, userChannel } from "@/domain/contracts/events";
import type { RoomCard } from "@/domain/contracts/room";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import type { Me } from "../services/session/get-me";
import { startWebHarness, type WebHarness } from "../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let viewer: ApiClient;
let viewerId: string;
let roomId: string;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis }, { RATE_LIMIT_ANONYMOUS: "100000/10" });
  viewer = new ApiClient(web.url);
  await viewer.signInByPhone("+8613800000001");
  viewerId = (await viewer.query<Me>("session.me")).data.userId;
  roomId = (await viewer.query<{ items: RoomCard[] }>("room.list", {})).data.items[0]?.roomId ?? "";
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const anybody = () => new ApiClient(web.url);

describe("the web server", () => {
  it("is alive, ready and counted", async () => {
    expect(await (await anybody().fetch("/healthz")).json()).toEqual({ ok: true });
    expect(await (await anybody().fetch("/readyz")).json()).toMatchObject({ ok: true });
    const metrics = await (await anybody().fetch("/metrics")).text();
    expect(metrics).toContain('downpour_procedure_calls_total{procedure="session.me",status="200"');
  });

  it("leaves everything else to the pages, with headers that protect them", async () => {
    const response = await anybody().fetch("/rooms/5?x=1");
    expect(await response.text()).toBe("a page");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("strict-origin-when-cross-origin");
    expect(response.headers.get("permissions-policy")).toContain("camera=()");
  });

  it("answers a payment's frame that comes back with a page for our own frames, and everybody else with the wallet", async () => {
    const path = "/wallet?order=0198c5a2-6f0e-7d1c-9d55-1f6f6f3f7a01";
    const framed = await anybody().fetch(path, { headers: { "sec-fetch-dest": "iframe" } });
    const policy = framed.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("default-src 'none'");
    expect(framed.headers.get("x-frame-options")).toBeNull();
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(await framed.text()).toContain(`<script nonce="${nonce}">`);

    const whole = await anybody().fetch(path, { headers: { "sec-fetch-dest": "document" } });
    expect(await whole.text()).toBe("a page");
    expect(whole.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const elsewhere = await anybody().fetch("/room/1?order=1", { headers: { "sec-fetch-dest": "iframe" } });
    expect(elsewhere.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("follows a trace, or starts one", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    for (const path of ["/api/trpc/session.me", "/api/push/config", "/somewhere"]) {
      const response = await anybody().fetch(path, { headers });
      expect(response.headers.get("x-trace-id")).toBe(traceId);
    }
    const refused = await anybody().fetch("/api/trpc/wallet.balance", { headers });
    expect(await refused.json()).toMatchObject({
      error: { data: { biz: { name: "UNAUTHENTICATED", traceId } } },
    });
    const own = await anybody().fetch("/api/trpc/session.me", { headers: { traceparent: "nonsense" } });
    expect(own.headers.get("x-trace-id")).toMatch(/^[\da-f]{32}$/);
    expect(own.headers.get("cache-control")).toBe("no-store");
  });

  it("refuses what another site's page sends", async () => {
    const headers = { origin: "https://evil.example", "content-type": "application/json" };
    for (const path of ["/api/trpc/gift.send", "/api/auth/sign-out", "/api/push/auth"]) {
      const response = await viewer.fetch(path, { method: "POST", headers, body: "{}" });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { name: "ORIGIN_REFUSED", code: 1008 } });
    }
    const own = await viewer.fetch("/api/trpc/session.me", { headers: { origin: web.url } });
    expect(own.status).toBe(200);
  });

  it("knows its endpoints and no others", async () => {
    expect((await anybody().fetch("/api/nothing")).status).toBe(404);
    expect((await anybody().fetch("/api/auth/nothing")).status).toBe(404);
    expect((await anybody().fetch("/api/push/auth")).status).toBe(404);
    expect((await anybody().fetch("/api/dev/inbox", { method: "POST" })).status).toBe(404);
    expect((await anybody().fetch("/api/dev/inbox?phone=nobody")).status).toBe(400);
    expect((await anybody().fetch("/api/dev/inbox?phone=%2B15550001111")).status).toBe(404);
  });

  it("refuses bodies that are too large", async () => {
    const body = JSON.stringify({ phoneNumber: "+1".padEnd(70_000, "5") });
    const headers = { "content-type": "application/json" };
    const auth = await anybody().fetch("/api/auth/phone-number/send-otp", { method: "POST", headers, body });
    expect(auth.status).toBe(413);
    const procedure = await viewer.fetch("/api/trpc/gift.send", { method: "POST", headers, body });
    expect(procedure.status).toBe(413);
    expect((await viewer.fetch("/api/trpc/session.me")).status).toBe(200);
  });

  it("survives bytes that are no HTTP", async () => {
    const { port } = new URL(web.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("\0\x01nonsense\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString()));
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });
    expect(answer).toContain("400");
    expect((await anybody().fetch("/healthz")).status).toBe(200);
  });

  it("limits people and addresses", async () => {
    const limited = await startWebHarness(
      { ...databases, ...redis },
      { RATE_LIMIT_ANONYMOUS: "3/10", RATE_LIMIT_USER: "4/10", TRUST_PROXY: "true" },
    );
    const visitor = new ApiClient(limited.url, { "x-forwarded-for": "203.0.113.1" });
    for (let i = 0; i < 3; i++) expect((await visitor.query("gift.list")).status).toBe(200);
    const refused = await visitor.query("gift.list");
    expect(refused.status).toBe(429);
    expect(refused.error?.details.retryAfterMs).toBeGreaterThan(0);
    expect((await visitor.fetch("/api/push/config")).status).toBe(429);
    // Health and pages are no calls.
    expect((await visitor.fetch("/healthz")).status).toBe(200);
    const elsewhere = new ApiClient(limited.url, { "x-forwarded-for": "203.0.113.2" });
    expect((await elsewhere.query("gift.list")).status).toBe(200);
    const person = new ApiClient(limited.url, { "x-forwarded-for": "203.0.113.1" });
    for (const [name, value] of viewer.cookies) person.cookies.set(name, value);
    const batch = "session.me,session.me,session.me,session.me";
    expect((await person.fetch(`/api/trpc/${batch}?batch=1`)).status).toBe(200);
    expect((await person.query("session.me")).status).toBe(429);
    await limited.close();
  });
});

describe("push", () => {
  const form = (client: ApiClient, path: string, fields: Record<string, string>) =>
    client.fetch(`/api/push/${path}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  const enter = (client: ApiClient, channel: string, socketId = "1234.5678") =>
    form(client, "auth", { socket_id: socketId, channel_name: channel });

  it("tells a browser where to connect", async () => {
    expect(await (await anybody().fetch("/api/push/config")).json()).toEqual({
      key: web.env.PUSHER_KEY,
      wsHost: "localhost",
      wsPort: web.env.PUSHER_PORT,
      forceTLS: false,
      channelAuthEndpoint: "/api/push/auth",
      userAuthEndpoint: "/api/push/user-auth",
    });
  });

  it("signs a room for anybody with a session, naming them", async () => {
    const guest = anybody();
    await guest.signInAsGuest();
    const guestId = (await guest.query<Me>("session.me")).data.userId;
    for (const [client, userId] of [
      [viewer, viewerId],
      [guest, guestId],
    ] as const) {
      const response = await enter(client, roomChannel(roomId));
      expect(response.status).toBe(200);
      const answer = (await response.json()) as { auth: string; channel_data: string };
      const signed = JSON.parse(answer.channel_data) as { user_id: string };
      expect(signed).toEqual({
        user_id: userId,
        push_viewer: expect.stringMatching(/^[\w-]{22}$/),
        push_session: {
          id: expect.any(String),
          use_by: expect.any(Number),
          ends_at: expect.any(Number),
        },
      });
      const { PUSHER_APP_ID: appId, PUSHER_KEY: key, PUSHER_SECRET: secret } = web.env;
      const expected = new Pusher({ appId, key, secret, host: "x" }).authorizeChannel(
        "1234.5678",
        roomChannel(roomId),
        signed,
      );
      expect(answer).toEqual(expected);
    }
  });

  it("lets nobody in where they may not be", async () => {
    const refusals: [ApiClient, string, number, string][] = [
      [anybody(), roomChannel(roomId), 401, "UNAUTHENTICATED"],
      [viewer, roomChannel("00000000-0000-4000-8000-000000000000"), 404, "NOT_FOUND"],
      [viewer, roomChannel(roomId.toUpperCase()), 404, "NOT_FOUND"],
      [viewer, roomChannel("../x"), 404, "NOT_FOUND"],
      [viewer, userChannel("00000000-0000-4000-8000-000000000000"), 403, "FORBIDDEN"],
      [viewer, "private-admin", 403, "FORBIDDEN"],
      [viewer, "presence-anything", 403, "FORBIDDEN"],
      [viewer, "", 403, "FORBIDDEN"],
    ];
    for (const [client, channel, status, name] of refusals) {
      const response = await enter(client, channel);
      expect([channel, response.status]).toEqual([channel, status]);
      expect(await response.json()).toMatchObject({ error: { name } });
    }
    const wrongSocket = await enter(viewer, roomChannel(roomId), "1:2");
    expect(await wrongSocket.json()).toMatchObject({ error: { name: "INVALID_INPUT" } });
  });

  it("opens a person's own channel to them, and the operators' to operators", async () => {
    expect((await enter(viewer, userChannel(viewerId))).status).toBe(200);
    const operator = anybody();
    await operator.signInByPhone("+8613700000001");
    expect((await enter(operator, "private-admin")).status).toBe(200);
  });

  it("keeps a kicked viewer out until the kick is over", async () => {
    const { sql } = web.resources.live;
    const operator = new ApiClient(web.url);
    await operator.signInByPhone("+8613700000001");
    await operator.mutate("room.kick", { roomId, userId: viewerId, minutes: 60 });
    const refused = await enter(viewer, roomChannel(roomId));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { name: "KICKED" } });
    expect((await viewer.query("room.eventsAfter", { roomId, seq: 0 })).error?.name).toBe("KICKED");
    expect((await viewer.query("chat.history", { roomId })).error?.name).toBe("KICKED");
    await sql`UPDATE room_restrictions SET until = now() - interval '1 second' WHERE user_id = ${viewerId}`;
    expect((await enter(viewer, roomChannel(roomId))).status).toBe(200);
  });

  it("signs a connection in as its user", async () => {
    const response = await form(viewer, "user-auth", { socket_id: "1.2" });
    const answer = (await response.json()) as { user_data: string; auth: string };
    expect(JSON.parse(answer.user_data)).toMatchObject({ id: viewerId });
    expect(answer.auth).toMatch(/^[\w-]+:[\da-f]{64}$/);
    expect((await form(anybody(), "user-auth", { socket_id: "1.2" })).status).toBe(401);
    expect((await form(viewer, "user-auth", {})).status).toBe(400);
    expect((await form(viewer, "auth", { socket_id: "1.2", channel_name: "x".repeat(5_000) })).status).toBe(
      413,
    );
  });
});
