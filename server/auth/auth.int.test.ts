import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { tamper } from "@/db/testing/tamper";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { parseEnv } from "@/platform/settings/env";
import { seedDemo } from "@/scripts/seed-demo";
import { productionSettings } from "@/server/testing/production-settings";
import { findFreePort } from "@/stack/services/ports";
import { ApiClient } from "@/testkit/api-client";
import type { Me } from "../services/session/get-me";
import { startWebHarness, type WebHarness } from "../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let services: { liveUrl: string; financeUrl: string; redisUrl: string };
let web: WebHarness;
/** A second web process over the same services. */
let other: WebHarness;
const started: WebHarness[] = [];

/** The tests share one address, which real people do not. */
const MANY = { RATE_LIMIT_ANONYMOUS: "100000/10", RATE_LIMIT_ROOM_OPEN: "1000/10" };

async function start(settings: Record<string, string> = {}): Promise<WebHarness> {
  const harness = await startWebHarness(services, { ...MANY, ...settings });
  started.push(harness);
  return harness;
}

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  services = { ...databases, ...redis };
  await seedDemo(databases);
  [web, other] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all(started.map((harness) => harness.close()));
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const seal = phoneSealOf(parseEnv({}));
let phones = 0;
const newPhone = () => `+1555${String(1_000_000 + phones++)}`;
const me = async (client: ApiClient) => (await client.query<Me | null>("session.me")).data ?? null;
const send = (client: ApiClient, phoneNumber: string) =>
  client.postJson("/api/auth/phone-number/send-otp", { phoneNumber });
const verify = (client: ApiClient, phoneNumber: string, code: string) =>
  client.postJson("/api/auth/phone-number/verify", { phoneNumber, code });
async function readInbox(client: ApiClient, phone: string): Promise<string> {
  const response = await client.fetch(`/api/dev/inbox?phone=${encodeURIComponent(phone)}`);
  return ((await response.json()) as { code: string }).code;
}
async function newViewer(harness = web): Promise<ApiClient> {
  const client = new ApiClient(harness.url);
  await client.signInByPhone(newPhone());
  return client;
}
/** The same browser, talking to another process. */
function moved(client: ApiClient, harness: WebHarness, cookies = client.cookies): ApiClient {
  const twin = new ApiClient(harness.url);
  for (const [name, value] of cookies) twin.cookies.set(name, value);
  return twin;
}
/** Nobody is told. */
async function makeOperatorUntold(userId: string): Promise<void> {
  await tamper(databases.liveOwnerUrl, "ALTER TABLE users DISABLE TRIGGER users_rights_changed");
  await web.resources.live.sql`UPDATE users SET role = 'operator' WHERE id = ${userId}`;
  await tamper(databases.liveOwnerUrl, "ALTER TABLE users ENABLE TRIGGER users_rights_changed");
}
/** Runs `work` while nobody can read sessions from the database. */
async function withoutSessionTable(work: () => Promise<void>): Promise<void> {
  await tamper(databases.liveOwnerUrl, "ALTER TABLE auth_sessions RENAME TO auth_sessions_away");
  try {
    await work();
  } finally {
    await tamper(databases.liveOwnerUrl, "ALTER TABLE auth_sessions_away RENAME TO auth_sessions");
  }
}

describe("signing in by phone", () => {
  it("makes a viewer with a wallet, whose name and address give the number away to nobody", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await client.signInByPhone(phone);
    const session = await me(client);
    expect(session).toMatchObject({ role: "viewer", avatarUrl: null });
    expect(session?.nickname).not.toContain(phone.slice(-4));
    const [row] = await web.resources.live.sql<{ email: string; kind: string; balance_coins: string }[]>`
      SELECT email, kind, balance_coins FROM users JOIN ledger_accounts USING (id) WHERE phone_index = ${seal.index(phone)}`;
    expect(row).toMatchObject({ kind: "wallet", balance_coins: "0" });
    expect(row?.email).not.toContain(phone.slice(1));
  });

  it("is the same person the second time", async () => {
    const phone = newPhone();
    const [first, second] = [new ApiClient(web.url), new ApiClient(web.url)];
    await first.signInByPhone(phone);
    const { redis: client } = web.resources;
    await client.del(...(await client.keys("rate:one-time-code*")));
    // A limiter remembers whom it refused, not whom it counted: the second process counts anew.
    const again = moved(second, other);
    await again.signInByPhone(phone);
    expect((await me(again))?.userId).toBe((await me(first))?.userId);
  });

  it("sets cookies that scripts and other sites cannot use", async () => {
    const client = new ApiClient(web.url);
    const phone = "+8613800000002";
    const response = await verify(client, phone, "000000");
    const lines = response.headers.getSetCookie();
    expect(lines.map((line) => line.split("=")[0])).toEqual([
      "downpour.session_token",
      "downpour.session_data",
    ]);
    for (const line of lines) {
      expect(line).toMatch(/; HttpOnly/i);
      expect(line).toMatch(/; SameSite=Lax/i);
      expect(line).toMatch(/; Path=\//i);
    }
  });

  it("refuses a wrong code, and after five the right one too", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await send(client, phone);
    const code = await readInbox(client, phone);
    expect(code).toMatch(/^\d{6}$/);
    const wrong = code === "123456" ? "654321" : "123456";
    for (let i = 0; i < 5; i++) expect((await verify(client, phone, wrong)).status).toBe(400);
    expect((await verify(client, phone, code)).status).toBe(403);
    expect(await me(client)).toBeNull();
  });

  it("takes a code once", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await send(client, phone);
    const code = await readInbox(client, phone);
    expect((await verify(client, phone, code)).status).toBe(200);
    expect((await verify(new ApiClient(web.url), phone, code)).status).toBe(400);
  });

  it("takes no code that has expired", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await send(client, phone);
    const code = await readInbox(client, phone);
    const { redis: store } = web.resources;
    const keys = await store.keys(`one-time-code:{${seal.index(phone)}}:*`);
    for (const key of keys) expect(await store.ttl(key)).toBeLessThanOrEqual(300);
    for (const key of keys) await store.pexpire(key, 0);
    expect((await verify(client, phone, code)).status).toBe(400);
  });

  it("sends one code a minute to a phone, and says when the next may be asked for", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    expect((await send(client, phone)).status).toBe(200);
    // Another process counts with the same counter.
    const refused = await send(new ApiClient(other.url), phone);
    expect(refused.status).toBe(429);
    const body = (await refused.json()) as { code: string; retryAfterMs: number };
    expect(body.code).toBe("RATE_LIMITED");
    expect(body.retryAfterMs).toBeGreaterThan(0);
    expect(body.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("limits an address too, whatever phones it asks for", async () => {
    const limited = await start({ RATE_LIMIT_ONE_TIME_CODE: "1/60", TRUST_PROXY: "true" });
    const client = new ApiClient(limited.url, { "x-forwarded-for": "203.0.113.9" });
    const statuses: number[] = [];
    for (let i = 0; i < 31; i++) statuses.push((await send(client, newPhone())).status);
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses[30]).toBe(429);
    const elsewhere = new ApiClient(limited.url, { "x-forwarded-for": "203.0.113.10" });
    expect((await send(elsewhere, newPhone())).status).toBe(200);
  });

  it.each(["", "123", "+0123456789", "+12345678901234567", "13800000001", "+1555\u0000123456", 5, null, {}])(
    "refuses %j as a phone number",
    async (phoneNumber) => {
      const client = new ApiClient(web.url);
      const sent = await client.postJson("/api/auth/phone-number/send-otp", { phoneNumber });
      expect(sent.status).toBe(400);
      const verified = await client.postJson("/api/auth/phone-number/verify", {
        phoneNumber,
        code: "000000",
      });
      expect(verified.status).toBe(400);
    },
  );

  it("lets nobody choose their own role, name or ban", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await send(client, phone);
    const code = await readInbox(client, phone);
    for (const more of [
      { role: "operator" },
      { isAnonymous: true },
      { id: "00000000-0000-4000-8000-000000000000" },
      { updatePhoneNumber: true },
      { disableSession: true },
    ]) {
      const body = { phoneNumber: phone, code, ...more };
      const refused = await client.postJson("/api/auth/phone-number/verify", body);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        code: "INVALID_INPUT",
        details: { field: Object.keys(more)[0] },
      });
    }
    const rows = () =>
      web.resources.live.sql`SELECT role FROM users WHERE phone_index = ${seal.index(phone)}`;
    expect(await rows()).toHaveLength(0);
    // Nor was the code used up by what was refused.
    expect((await verify(client, phone, code)).status).toBe(200);
    expect(await rows()).toEqual([{ role: "viewer" }]);
  });

  it.each([
    "/update-user",
    "/sign-in/email",
    "/sign-up/email",
    "/phone-number/reset-password",
    "/admin/impersonate-user",
    "/admin/ban-user",
    "/admin/set-role",
    "/admin/list-users",
    "/revoke-sessions",
    "/list-sessions",
    "/get-session",
  ])("does not offer %s", async (path) => {
    const client = new ApiClient(web.url);
    await client.signInByPhone("+8613700000001");
    expect((await client.postJson(`/api/auth${path}`, {})).status).toBe(404);
  });
});

describe("the demo", () => {
  it("knows the code of seeded users without sending one, and does not limit them", async () => {
    for (let i = 0; i < 3; i++) {
      const client = new ApiClient(web.url);
      expect((await send(client, "+8613800000001")).status).toBe(200);
      expect((await verify(client, "+8613800000001", "000000")).status).toBe(200);
      expect(await me(client)).toMatchObject({ role: "viewer" });
    }
    const client = new ApiClient(web.url);
    expect((await verify(client, "+8613900000001", "000000")).status).toBe(200);
    expect(await me(client)).toMatchObject({ role: "anchor" });
    expect(await readInbox(client, "+8613900000001")).toBe("000000");
  });

  it("counts their wrong codes too", async () => {
    const client = new ApiClient(web.url);
    await send(client, "+8613800000003");
    for (let i = 0; i < 5; i++) expect((await verify(client, "+8613800000003", "999999")).status).toBe(400);
    expect((await verify(client, "+8613800000003", "000000")).status).toBe(403);
  });

  it("gives nobody else a fixed code", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await send(client, phone);
    const code = await readInbox(client, phone);
    // One code in a million is this one by chance.
    expect((await verify(client, phone, "000000")).status).toBe(code === "000000" ? 200 : 400);
  });
});

describe("production", () => {
  /** It answers to no name but its own. */
  async function startProduction(settings: Record<string, string> = {}): Promise<WebHarness> {
    const port = await findFreePort(0);
    return start({
      ...productionSettings(),
      RATE_LIMIT_ONE_TIME_CODE: "100/60",
      WEB_PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...settings,
    });
  }

  it("has no inbox, no fixed code, and says that it cannot send codes", async () => {
    const harness = await startProduction();
    const client = new ApiClient(harness.url);
    expect((await client.fetch("/api/dev/inbox?phone=%2B8613800000001")).status).toBe(404);
    const sent = await send(client, "+8613800000001");
    expect(sent.status).toBe(503);
    expect(await sent.json()).toMatchObject({ code: "SMS_NOT_CONFIGURED" });
    expect((await verify(client, "+8613800000001", "000000")).status).toBe(400);
  });

  it("sends codes through the operator's webhook, signed", async () => {
    const received: { signature: unknown; body: string }[] = [];
    let status = 200;
    const hook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        received.push({ signature: request.headers["x-downpour-signature"], body });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
    const secret = randomBytes(32).toString("hex");
    const harness = await startProduction({
      SMS_WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/sms`,
      SMS_WEBHOOK_SECRET: secret,
    });
    const client = new ApiClient(harness.url);
    const phone = newPhone();
    expect((await send(client, phone)).status).toBe(200);
    const [message] = received;
    const signature = createHmac("sha256", secret)
      .update(message?.body ?? "")
      .digest("hex");
    expect(message?.signature).toBe(`sha256=${signature}`);
    const { phoneNumber, code } = JSON.parse(message?.body ?? "{}") as { phoneNumber: string; code: string };
    expect(phoneNumber).toBe(phone);
    expect((await verify(client, phone, code)).status).toBe(200);
    status = 500;
    const failed = await send(client, newPhone());
    expect(failed.status).toBe(503);
    expect(await failed.json()).toMatchObject({ code: "UNAVAILABLE" });
    hook.closeAllConnections();
    hook.close();
  });
});

describe("guests", () => {
  it("get a name and no wallet", async () => {
    const client = new ApiClient(web.url);
    await client.signInAsGuest();
    const session = await me(client);
    expect(session).toMatchObject({ role: "guest" });
    const accounts = await web.resources.live.sql`
      SELECT 1 FROM ledger_accounts WHERE id = ${session?.userId ?? ""}`;
    expect(accounts).toHaveLength(0);
    expect((await client.query("wallet.balance")).error?.name).toBe("GUEST_CANNOT_SPEND");
  });

  it("become the person whose phone they prove, and take their restrictions along", async () => {
    const { sql } = web.resources.live;
    const client = new ApiClient(web.url);
    await client.signInAsGuest();
    const guest = await me(client);
    const [room] = await sql<{ id: string; anchor_id: string }[]>`SELECT id, anchor_id FROM rooms LIMIT 1`;
    await sql`
      INSERT INTO room_restrictions (id, room_id, user_id, kind, created_by)
      VALUES (gen_random_uuid(), ${room?.id ?? ""}, ${guest?.userId ?? ""}, 'mute', ${room?.anchor_id ?? ""})`;
    await client.signInByPhone(newPhone());
    const person = await me(client);
    expect(person).toMatchObject({ role: "viewer" });
    expect(person?.userId).not.toBe(guest?.userId);
    const moved = await sql`SELECT 1 FROM room_restrictions WHERE user_id = ${person?.userId ?? ""}`;
    expect(moved).toHaveLength(1);
    expect(await sql`SELECT 1 FROM users WHERE id = ${guest?.userId ?? ""}`).toHaveLength(0);
  });
});

describe("reading the session", () => {
  it("asks no database while the cookie is fresh", async () => {
    // What was read before a process heard of changes it does not believe, and clocks may differ by a second.
    await delay(1_000);
    const client = await newViewer();
    const expected = await me(client);
    await withoutSessionTable(async () => {
      for (let i = 0; i < 5; i++) expect(await me(client)).toEqual(expected);
      // Nor does a process that sees this browser for the first time.
      expect(await me(moved(client, other))).toEqual(expected);
    });
  });

  it("asks once for a client that never stores the refreshed cookie", async () => {
    const client = await newViewer();
    const stubborn = moved(client, other);
    stubborn.cookies.delete("downpour.session_data");
    stubborn.keepsCookies = false;
    const expected = await me(client);
    const first = await stubborn.query<Me>("session.me");
    expect(first.data).toEqual(expected);
    expect(first.headers.getSetCookie().join()).toContain("downpour.session_data=");
    await withoutSessionTable(async () => {
      for (let i = 0; i < 5; i++) expect(await me(stubborn)).toEqual(expected);
    });
  });

  it("says so when sessions cannot be read", async () => {
    const client = await newViewer();
    const unknown = moved(client, other);
    unknown.cookies.delete("downpour.session_data");
    await withoutSessionTable(async () => {
      const answer = await unknown.query("session.me");
      expect(answer.status).toBe(503);
      expect(answer.error?.name).toBe("UNAVAILABLE");
    });
    expect(await me(unknown)).toEqual(await me(client));
  });

  it("puts into the cookie, and says of a session, what is on this list and nothing else", async () => {
    const client = await newViewer();
    const cookie = decodeURIComponent(client.cookies.get("downpour.session_data") ?? "");
    const { session } = JSON.parse(Buffer.from(cookie, "base64url").toString()) as {
      session: { session: object; user: object };
    };
    const said = (await (await client.fetch("/api/auth/get-session")).json()) as typeof session;
    const ofSession = "id userId token expiresAt createdAt updatedAt impersonatedBy".split(" ");
    const ofUser =
      "id name email emailVerified image givesAnonymously role isAnonymous phoneNumberVerified banned banReason banExpires createdAt updatedAt".split(
        " ",
      );
    for (const facts of [session, said]) {
      expect(Object.keys(facts.session).filter((key) => !ofSession.includes(key))).toEqual([]);
      expect(Object.keys(facts.user).filter((key) => !ofUser.includes(key))).toEqual([]);
    }
  });

  it("believes no cookie that was tampered with, and none of another session", async () => {
    const [mia, leo] = [await newViewer(), await newViewer()];
    const [asMia, asLeo] = [await me(mia), await me(leo)];
    const data = mia.cookies.get("downpour.session_data") ?? "";
    const forged = Buffer.from(
      Buffer.from(decodeURIComponent(data), "base64url").toString().replace('"viewer"', '"operator"'),
    ).toString("base64url");
    const forger = moved(mia, other);
    forger.cookies.set("downpour.session_data", forged);
    expect(await me(forger)).toEqual(asMia);
    const mixed = moved(leo, other);
    mixed.cookies.set("downpour.session_data", data);
    expect(await me(mixed)).toEqual(asLeo);
    const guessed = new ApiClient(web.url);
    guessed.cookies.set("downpour.session_token", `${"a".repeat(32)}.${"b".repeat(44)}`);
    expect(await me(guessed)).toBeNull();
  });

  it("ends with the session's own time", async () => {
    const client = await newViewer();
    const session = await me(client);
    await web.resources.live.sql`
      UPDATE auth_sessions SET expires_at = now() - interval '1 second' WHERE user_id = ${session?.userId ?? ""}`;
    const late = moved(client, other);
    late.cookies.delete("downpour.session_data");
    const answer = await late.query("session.me");
    expect(answer.data ?? null).toBeNull();
    expect(late.cookies.has("downpour.session_token")).toBe(false);
  });

  it("ends everywhere when somebody signs out, whatever cookies they kept", async () => {
    const client = await newViewer();
    const kept = new Map(client.cookies);
    const elsewhere = moved(client, other, kept);
    elsewhere.keepsCookies = false;
    expect(await me(elsewhere)).not.toBeNull();
    expect((await client.postJson("/api/auth/sign-out", {})).status).toBe(200);
    // It is still the same browser.
    expect([...client.cookies.keys()]).toEqual(["downpour.browser"]);
    const replayed = moved(client, web, kept);
    replayed.keepsCookies = false;
    await expect.poll(() => me(replayed)).toBeNull();
    await expect.poll(() => me(elsewhere)).toBeNull();
  });

  it("ends within the cache's time in a process that missed the word", async () => {
    const client = await newViewer();
    const hasty = await start({ SESSION_CACHE_SECONDS: "1" });
    const short = moved(client, hasty);
    short.cookies.delete("downpour.session_data");
    expect(await me(short)).not.toBeNull();
    const kept = new Map(short.cookies);
    await web.resources.live.sql`
      DELETE FROM auth_sessions WHERE user_id = ${(await me(client))?.userId ?? ""}`;
    const stubborn = moved(short, hasty, kept);
    stubborn.keepsCookies = false;
    await expect.poll(() => me(stubborn)).toBeNull();
  });

  it("is read again wherever the word of a change may have been missed, whatever cookies say", async () => {
    const client = await newViewer();
    const userId = (await me(client))?.userId ?? "";
    const kept = moved(client, other);
    expect((await me(kept))?.role).toBe("viewer");
    await makeOperatorUntold(userId);
    expect((await me(client))?.role).toBe("viewer");
    expect((await me(kept))?.role).toBe("viewer");
    await web.resources.redis.call("CLIENT", "KILL", "TYPE", "pubsub");
    await expect.poll(async () => (await me(client))?.role).toBe("operator");
    await expect.poll(async () => (await me(kept))?.role).toBe("operator");
  });

  it("is not believed of a cookie that a machine ahead of all others wrote", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    const client = await newViewer();
    vi.useRealTimers();
    const fresh = moved(client, other);
    const userId = (await me(fresh))?.userId ?? "";
    await makeOperatorUntold(userId);
    expect((await me(moved(client, await start())))?.role).toBe("operator");
  });

  it("ends with a ban, and a banned person cannot come back", async () => {
    const phone = newPhone();
    const client = new ApiClient(web.url);
    await client.signInByPhone(phone);
    const session = await me(client);
    const elsewhere = moved(client, other);
    expect(await me(elsewhere)).not.toBeNull();
    const operator = new ApiClient(web.url);
    await operator.signInByPhone("+8613700000001");
    const ban = await operator.mutate("people.ban", { userId: session?.userId, reason: "a test" });
    expect(ban.status).toBe(200);
    await expect.poll(() => me(client)).toBeNull();
    await expect.poll(() => me(elsewhere)).toBeNull();

    const { redis: store } = web.resources;
    await store.del(...(await store.keys("rate:one-time-code*")));
    const back = new ApiClient((await start()).url);
    await send(back, phone);
    const refused = await verify(back, phone, await readInbox(back, phone));
    expect(refused.status).toBe(403);
    expect(await me(back)).toBeNull();

    const unban = await operator.mutate("people.unban", { userId: session?.userId, reason: "a test" });
    expect(unban.status).toBe(200);
  });

  it("treats somebody who was banned in the database as signed out", async () => {
    const client = await newViewer();
    const session = await me(client);
    await web.resources.live.sql`UPDATE users SET banned = true WHERE id = ${session?.userId ?? ""}`;
    const elsewhere = moved(client, other);
    elsewhere.cookies.delete("downpour.session_data");
    expect(await me(elsewhere)).toBeNull();
  });

  it("follows a new role, which only operators give", async () => {
    const client = await newViewer();
    const session = await me(client);
    const role = { userId: session?.userId, role: "anchor", reason: "a test" };
    expect((await client.mutate("people.setRole", role)).status).toBe(403);
    const operator = new ApiClient(web.url);
    await operator.signInByPhone("+8613700000001");
    expect((await operator.mutate("people.setRole", role)).status).toBe(200);
    await expect.poll(async () => (await me(client))?.role).toBe("anchor");
    const opened = await client.mutate("room.open", { title: "First", category: "talk" });
    expect(opened.error).toBeUndefined();
  });
});
