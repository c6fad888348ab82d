import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import type { ApiClient } from "@/testkit/api-client";
import { newAddress, newPerson, newPhone, newVisitor, target, withLive } from "./lib/attacker";

const SEND = "/api/auth/phone-number/send-otp";
const VERIFY = "/api/auth/phone-number/verify";

const ask = (client: ApiClient, phoneNumber: string) => client.postJson(SEND, { phoneNumber });
const verify = (client: ApiClient, phoneNumber: string, code: string, more: object = {}) =>
  client.postJson(VERIFY, { phoneNumber, code, ...more });

/** What the phone shows, which an attacker who does not have it cannot know. */
async function readPhone(phone: string): Promise<string> {
  const response = await newVisitor().fetch(`/api/dev/inbox?phone=${encodeURIComponent(phone)}`);
  return ((await response.json()) as { code: string }).code;
}
const wrongFor = (code: string) => (code === "123456" ? "654321" : "123456");
const me = async (client: ApiClient) =>
  (await client.query<{ userId: string; role: string } | null>("session.me")).data ?? null;
const rowOf = async (userId: string) =>
  (
    await withLive(
      (live) => live.sql<{ phone_index: string | null; is_anonymous: boolean }[]>`
        SELECT phone_index, is_anonymous FROM users WHERE id = ${userId}`,
    )
  )[0];

/** The status of a request whose address nobody makes tidy on the way. */
function statusOf(method: string, path: string, body?: string): Promise<number> {
  const { hostname, port } = new URL(target.webUrl);
  return new Promise((resolve, reject) => {
    const headers = {
      "x-forwarded-for": newAddress(),
      origin: target.webUrl,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

describe("a stolen session", () => {
  it("does not take the account: no phone is changed by signing in", async () => {
    const owner = await newPerson();
    const before = await rowOf(owner.userId);
    const mine = newPhone();
    expect((await ask(owner.client, mine)).status).toBe(200);
    const code = await readPhone(mine);
    const taken = await verify(owner.client, mine, code, { updatePhoneNumber: true });
    expect(taken.status).toBe(400);
    expect(await taken.json()).toMatchObject({
      code: "INVALID_INPUT",
      details: { field: "updatePhoneNumber" },
    });
    expect(await rowOf(owner.userId)).toEqual(before);
  });

  it("of a guest takes no phone for good", async () => {
    const guest = newVisitor();
    await guest.signInAsGuest();
    const userId = (await me(guest))?.userId ?? "";
    const phone = newPhone();
    await ask(guest, phone);
    const code = await readPhone(phone);
    expect((await verify(guest, phone, code, { updatePhoneNumber: true })).status).toBe(400);
    expect(await rowOf(userId)).toEqual({ phone_index: null, is_anonymous: true });
  });
});

describe("the sign-in library", () => {
  it.each([
    ["POST", "/api/auth/update-user"],
    ["POST", "/api/auth/update-session"],
    ["POST", "/api/auth/sign-in/phone-number"],
    ["POST", "/api/auth/sign-in/email"],
    ["POST", "/api/auth/sign-up/email"],
    ["POST", "/api/auth/phone-number/request-password-reset"],
    ["POST", "/api/auth/change-email"],
    ["POST", "/api/auth/delete-user"],
    ["POST", "/api/auth/delete-anonymous-user"],
    ["POST", "/api/auth/revoke-sessions"],
    ["GET", "/api/auth/list-sessions"],
    ["GET", "/api/auth/admin/list-users"],
    ["POST", "/api/auth/admin/set-role"],
    ["POST", "/api/auth/admin/ban-user"],
    ["POST", "/api/auth/admin/impersonate-user"],
    ["GET", "/api/auth/ok"],
    ["GET", "/api/auth/error"],
    ["GET", "/api/auth/sign-out"],
    ["PUT", "/api/auth/sign-out"],
    ["POST", "/api/auth/get-session"],
    ["POST", "/api/auth/sign-out/"],
    ["POST", "/api/auth//sign-out"],
    ["POST", "/api//auth/sign-out"],
    ["POST", "//api/auth/sign-out"],
    ["POST", "/api/auth/./sign-out"],
    ["POST", "/api/auth/x/../sign-out"],
    ["POST", "/x/../api/auth/sign-out"],
    ["POST", "/api/auth/sign%2Dout"],
    ["POST", "/api/auth/sign-in%2Fanonymous"],
    ["POST", "/api/auth/%2e/sign-out"],
    ["POST", "/api/auth/%2e%2e/auth/sign-out"],
    ["POST", "/api/auth/SIGN-OUT"],
    ["POST", "/API/AUTH/sign-out"],
    ["POST", "/api/auth/sign-out;x"],
    ["POST", "/api/auth/sign-out\\"],
    ["POST", `${target.webUrl}/api/auth/sign-out`],
  ])("is not reached by %s %s", async (method, path) => {
    // Whatever does not begin with /api/ would be a page, and pages can only be read.
    const status = path.startsWith("/api/") ? 404 : expect.toBeOneOf([404, 405]);
    expect(await statusOf(method, path, method === "GET" ? undefined : "{}")).toEqual(status);
  });

  it.each([
    ["phoneNumber", { phoneNumber: 5 }],
    ["phoneNumber", { phoneNumber: { $ne: "" } }],
    ["phoneNumber", { phoneNumber: "+1555\u0000123456", code: "000000" }],
    ["code", { phoneNumber: "+15551234567", code: 5 }],
    ["code", { phoneNumber: "+15551234567", code: "5:0" }],
    ["role", { phoneNumber: "+15551234567", code: "000000", role: "operator" }],
    ["disableSession", { phoneNumber: "+15551234567", code: "000000", disableSession: true }],
    ["isAnonymous", { phoneNumber: "+15551234567", code: "000000", isAnonymous: false }],
  ])("is told nothing but what is asked for, and says so: %s", async (field, body) => {
    const response = await newVisitor().postJson(VERIFY, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "INVALID_INPUT", details: { field } });
  });

  it("answers what makes no sense with what is wrong, never with a fault of its own", async () => {
    const bodies = ["", "{", "null", "[]", '"x"', "1e999", '{"a":'.repeat(2_000), "\u0000", "{}{}"];
    for (const body of bodies) expect(await statusOf("POST", VERIFY, body), body.slice(0, 9)).toBe(400);
  });
});

/** Where an address leads, when it leads on. */
function redirectOf(path: string): Promise<string | undefined> {
  const { hostname, port } = new URL(target.webUrl);
  return new Promise((resolve, reject) => {
    const headers = { "x-forwarded-for": newAddress() };
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.headers.location);
    });
    sent.once("error", reject);
    sent.end();
  });
}

it.each([
  "//evil.example/",
  "//evil.example/x/",
  "///evil.example/",
  "/\\evil.example/",
  "/%5cevil.example/",
  "/.//evil.example/",
  "/x/..//evil.example/",
  "/%2e%2e//evil.example/",
  "/%2f%2fevil.example/",
  "/login//evil.example/",
  "/login/?next=//evil.example/",
  "http://evil.example/login/",
])("no address of a page leads to another site: %s", async (path) => {
  const location = await redirectOf(path);
  expect(new URL(location ?? "/", target.webUrl).origin).toBe(target.webUrl);
});

it.each(["/.//evil.example", "//evil.example", "/\\evil.example", "/%2e//evil.example", "/\t/evil.example"])(
  "the page for signing in is not given %j to go on to",
  async (next) => {
    const page = await newVisitor().fetch(`/login?next=${encodeURIComponent(next)}`);
    expect(page.status).toBe(200);
    // What the page is given stands in it as a property of the form, which is the lobby then.
    expect(await page.text()).toMatch(/\\"next\\":\\"\/\\"/);
  },
);

describe("a phone number", () => {
  it("is not changed without the code on the phone of now, by whoever has the session", async () => {
    const owner = await newPerson();
    const thief = newVisitor();
    for (const [name, value] of owner.client.cookies) thief.cookies.set(name, value);
    const before = await rowOf(owner.userId);
    const mine = newPhone();
    const change = { changeId: randomUUID(), phoneNumber: mine };
    expect((await thief.mutateUntilTaken("me.startPhoneChange", change)).error).toBeUndefined();
    const newCode = await readPhone(mine);
    // The other code is on the owner's phone.
    const oldCode = await readPhone(owner.phone);
    for (let i = 0; i < 5; i++) {
      const guess = { ...change, newCode, oldCode: wrongFor(oldCode) };
      expect((await thief.mutate("me.confirmPhoneChange", guess)).error?.name).toBe("ONE_TIME_CODE_WRONG");
    }
    const late = await thief.mutate("me.confirmPhoneChange", { ...change, newCode, oldCode });
    expect(late.error?.name).toBe("ONE_TIME_CODE_LOCKED");
    expect(await rowOf(owner.userId)).toEqual(before);
  });

  it("is not changed in a session that was signed in long ago", async () => {
    const owner = await newPerson();
    await withLive(
      (live) => live.sql`
        UPDATE auth_sessions SET created_at = now() - interval '11 minutes' WHERE user_id = ${owner.userId}`,
    );
    const change = { changeId: randomUUID(), phoneNumber: newPhone() };
    expect((await owner.client.mutate("me.startPhoneChange", change)).error?.name).toBe("SESSION_NOT_FRESH");
  });
});

describe("one-time codes", () => {
  it("are counted for a network of IPv6 as for one caller", async () => {
    const statuses: number[] = [];
    for (let i = 1; i <= 31; i++) {
      statuses.push((await ask(newVisitor(`2001:db8:5ee:1::${i.toString(16)}`), newPhone())).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
  });

  it("cannot be kept from a phone's owner by others who ask for them", async () => {
    const phone = newPhone();
    for (let i = 0; i < 12; i++) await ask(newVisitor(), phone);
    const owner = newVisitor();
    expect((await ask(owner, phone)).status).toBe(200);
    expect((await verify(owner, phone, await readPhone(phone))).status).toBe(200);
  });

  it("come to a browser that signed in before, however often others ask", async () => {
    const owner = await newPerson();
    const askers = Array.from({ length: 30 }, () => newVisitor());
    const statuses = await Promise.all(askers.map(async (asker) => (await ask(asker, owner.phone)).status));
    expect(statuses).toContain(429);
    const elsewhere = newVisitor();
    for (const [name, value] of owner.client.cookies) {
      if (name.endsWith("browser")) elsewhere.cookies.set(name, value);
    }
    expect((await ask(elsewhere, owner.phone)).status).toBe(200);
    expect((await verify(elsewhere, owner.phone, await readPhone(owner.phone))).status).toBe(200);
  });

  it("are not used up by wrong tries of somebody else", async () => {
    const [owner, phone] = [newVisitor(), newPhone()];
    await ask(owner, phone);
    const code = await readPhone(phone);
    const attacker = newVisitor();
    for (let i = 0; i < 6; i++) expect((await verify(attacker, phone, wrongFor(code))).status).toBe(400);
    expect((await verify(owner, phone, code)).status).toBe(200);
  });

  it("are worth nothing in another browser than asked for them", async () => {
    const [owner, phone] = [newVisitor(), newPhone()];
    await ask(owner, phone);
    const code = await readPhone(phone);
    const thief = newVisitor();
    await ask(thief, newPhone());
    expect((await verify(thief, phone, code)).status).toBe(400);
    expect(await me(thief)).toBeNull();
    expect((await verify(owner, phone, code)).status).toBe(200);
  });

  it("stand nowhere in the clear", async () => {
    const [owner, phone] = [newVisitor(), newPhone()];
    await ask(owner, phone);
    const code = await readPhone(phone);
    const stored = await withLive(
      (live) => live.sql<{ value: string }[]>`SELECT value FROM auth_verifications`,
    );
    expect(stored.filter(({ value }) => value.includes(code))).toEqual([]);
    const log = createLog("attacks");
    const redis = openRedis(target.redisUrl, log, { name: "attacks" });
    await waitForRedis(redis, 5_000);
    const found: string[] = [];
    for (const key of await redis.keys("*")) {
      // The development inbox stands for the phone.
      if (key.startsWith("dev-inbox:")) continue;
      const kind = await redis.type(key);
      const value =
        kind === "string"
          ? await redis.get(key)
          : kind === "hash"
            ? Object.values(await redis.hgetall(key))
            : "";
      if (key.includes(code) || [value].flat().includes(code)) found.push(key);
    }
    redis.disconnect();
    expect(found).toEqual([]);
  });
});

describe("a refused sign-in", () => {
  const kinds: ((visitor: ApiClient) => Promise<Response>)[] = [
    (visitor) => verify(visitor, newPhone(), "123456"),
    (visitor) => verify(visitor, "no phone", "123456"),
    (visitor) => verify(visitor, newPhone(), "123456", { updatePhoneNumber: true }),
    (visitor) => visitor.postJson(VERIFY, []),
    (visitor) => visitor.postJson(VERIFY, { phoneNumber: newPhone(), code: "9".repeat(20_000) }),
    (visitor) =>
      visitor.fetch(VERIFY, { method: "POST", body: "{", headers: { "content-type": "text/plain" } }),
    (visitor) => visitor.fetch(VERIFY),
    (visitor) => visitor.fetch(VERIFY, { method: "POST", headers: { origin: "https://elsewhere.example" } }),
  ];

  it("says what is wrong with it, to each of a thousand", async () => {
    const visitors = Array.from({ length: 32 }, () => newVisitor());
    const statuses = new Map<number, number>();
    await Promise.all(
      visitors.map(async (visitor, i) => {
        for (let turn = 0; turn < 32; turn++) {
          const response = await kinds[(i + turn) % kinds.length]?.(visitor);
          await response?.arrayBuffer();
          const status = response?.status ?? 0;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    const unexpected = [...statuses].filter(([status]) => status < 400 || status >= 500);
    expect(unexpected).toEqual([]);
  });
});

describe("a signed-in browser", () => {
  it("carries no phone number, nor anything of it", async () => {
    const { client, phone, userId } = await newPerson();
    const row = await withLive(
      (live) => live.sql<{ phone_index: string; phone_cipher: string }[]>`
        SELECT phone_index, phone_cipher FROM users WHERE id = ${userId}`,
    );
    const session = await client.fetch("/api/auth/get-session");
    const shown = [
      ...[...client.cookies.values()].map((value) =>
        Buffer.from(decodeURIComponent(value), "base64url").toString("latin1"),
      ),
      await session.text(),
    ].join("\n");
    expect(shown).toContain(userId);
    for (const secret of [phone, phone.slice(-7), row[0]?.phone_index, row[0]?.phone_cipher]) {
      expect(shown).not.toContain(secret);
    }
  });
});

it("three hundred sign-ins that are refused at once are refused, and nothing breaks", async () => {
  const phones = Array.from({ length: 30 }, () => newPhone());
  const visitors = await Promise.all(
    phones.map(async (phone) => {
      const visitor = newVisitor();
      await ask(visitor, phone);
      return { visitor, phone, code: await readPhone(phone) };
    }),
  );
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const { visitor, phone, code } = visitors[i % visitors.length] as (typeof visitors)[number];
      return (await verify(visitor, phone, wrongFor(code))).status;
    }),
  );
  expect(statuses.filter((status) => status !== 400 && status !== 403)).toEqual([]);
});
