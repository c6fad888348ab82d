import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPayoutHolds } from "@/db/finance/queries/payout-holds";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { PersonDetail, PersonItem } from "@/domain/contracts/people";
import { demoUserId, seedDemo } from "@/scripts/seed-demo";
import { type ApiAnswer, ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { keepRestrictions } from "./keep-restrictions";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let other: WebHarness;
let operator: ApiClient;

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_ROOM_OPEN: "100000/10",
};
const OPERATOR_PHONE = "+8613700000001";
const operatorId = demoUserId(OPERATOR_PHONE);

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const services = { ...databases, ...redis };
  [web, other] = await Promise.all([
    startWebHarness(services, SETTINGS),
    startWebHarness(services, SETTINGS),
  ]);
  operator = await signIn(OPERATOR_PHONE);
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const signIn = async (phone: string, harness = web) => {
  const client = new ApiClient(harness.url);
  await client.signInByPhone(phone);
  return client;
};
let phones = 0;
async function newPerson() {
  const phone = `+1555${2_000_000 + phones++}`;
  const client = await signIn(phone, other);
  const { userId } = await ok(client.query<{ userId: string }>("session.me"));
  return { client, phone, userId };
}
async function ok<T>(answer: Promise<ApiAnswer<T>>): Promise<T> {
  const { data, error } = await answer;
  expect(error).toBeUndefined();
  return data;
}
const setRole = (userId: string, role: unknown, client = operator) =>
  client.mutate("people.setRole", { userId, role, reason: "a test" });
const roleOf = async (client: ApiClient) => (await client.query<{ role: string }>("session.me")).data?.role;
const storedRole = async (userId: string) => {
  const [row] = await web.resources.live.sql<{ role: string }[]>`SELECT role FROM users WHERE id = ${userId}`;
  return row?.role;
};
const detail = (userId: string) => ok(operator.query<PersonDetail>("people.get", { userId }));

describe("a role", () => {
  it("is exactly one: no list, nothing unknown, and never one of guests", async () => {
    const { userId } = await newPerson();
    for (const role of ["operator,viewer", ["operator", "viewer"], "guest", "admin", "", null]) {
      expect((await setRole(userId, role)).error).toMatchObject({ name: "INVALID_INPUT" });
    }
    expect(await storedRole(userId)).toBe("viewer");
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    const { userId: guestId } = await ok(guest.query<{ userId: string }>("session.me"));
    expect((await setRole(guestId, "operator")).error?.name).toBe("FORBIDDEN");
    const { live } = web.resources;
    await expect(live.sql`UPDATE users SET role = 'operator,viewer' WHERE id = ${userId}`).rejects.toThrow(
      "users_one_role",
    );
    await expect(live.sql`UPDATE users SET role = 'operator' WHERE id = ${guestId}`).rejects.toThrow(
      "users_guest_has_no_role",
    );
  });

  it("follows on every process, and leaves one audit row", async () => {
    const { client, userId } = await newPerson();
    await ok(setRole(userId, "anchor"));
    await ok(setRole(userId, "anchor"));
    await expect.poll(() => roleOf(client)).toBe("anchor");
    const { actions } = await detail(userId);
    expect(actions).toMatchObject([{ action: "people.set-role", reason: "a test", actorId: operatorId }]);
  });

  it("of an anchor that is taken away closes the room and holds payouts until an operator lifts that", async () => {
    const { client, userId } = await newPerson();
    await ok(setRole(userId, "anchor"));
    await expect.poll(() => roleOf(client)).toBe("anchor");
    const { roomId } = await ok(
      client.mutate<{ roomId: string }>("room.open", { title: "Mine", category: "talk" }),
    );
    await ok(setRole(userId, "viewer"));
    const { rows } = await ok(operator.query<{ items: { roomId: string }[] }>("room.list", {})).then(
      ({ items }) => ({ rows: items.filter((room) => room.roomId === roomId) }),
    );
    expect(rows).toEqual([]);
    await expect.poll(() => roleOf(client)).toBe("viewer");
    expect((await client.mutate("room.open", { title: "Mine", category: "talk" })).error?.name).toBe(
      "FORBIDDEN",
    );
    const held = () => listPayoutHolds(web.resources.finance.sql, userId, new Date());
    const [hold] = await held();
    expect(hold).toMatchObject({ kind: "restriction", until: null });
    await ok(setRole(userId, "anchor"));
    expect(await held()).toHaveLength(1);
    await ok(operator.mutate("people.liftRestriction", { restrictionId: hold?.id, reason: "paid out" }));
    expect(await held()).toEqual([]);
    expect(await storedRole(userId)).toBe("anchor");
  });

  it("that was decided is given by the job where its process died", async () => {
    const { client, userId } = await newPerson();
    await ok(setRole(userId, "anchor"));
    await web.resources.live.sql`
      INSERT INTO account_restrictions (id, user_id, kind, source, reason, new_role, created_by, trace_id)
      VALUES (${randomUUID()}, ${userId}, 'payouts', 'role', 'r', 'viewer', ${operatorId}, ${"0".repeat(32)})`;
    await keepRestrictions(web.resources, 0);
    expect(await storedRole(userId)).toBe("viewer");
    await expect.poll(() => roleOf(client)).toBe("viewer");
  });

  it("of the last operator stays, whoever asks and however many at once", async () => {
    expect((await setRole(operatorId, "viewer")).error?.name).toBe("LAST_OPERATOR");
    const ban = await operator.mutate("people.ban", { userId: operatorId, reason: "r" });
    expect(ban.error?.name).toBe("LAST_OPERATOR");
    const second = await newPerson();
    await ok(setRole(second.userId, "operator"));
    await expect.poll(() => roleOf(second.client)).toBe("operator");
    const answers = await Promise.all([
      setRole(operatorId, "viewer"),
      setRole(second.userId, "viewer", second.client),
    ]);
    expect(answers.map(({ error }) => error?.name).filter((name) => name !== undefined)).toEqual([
      "LAST_OPERATOR",
    ]);
    const operators = await web.resources.live.sql`SELECT id FROM users WHERE role = 'operator'`;
    expect(operators).toHaveLength(1);
    await web.resources.live.sql`UPDATE users SET role = 'operator' WHERE id = ${operatorId}`;
    await web.resources.live.sql`UPDATE users SET role = 'viewer' WHERE id = ${second.userId}`;
    operator = await signIn(OPERATOR_PHONE);
  });
});

describe("an operator", () => {
  it("neither gives, claims, buys coins, owns a room nor withdraws", async () => {
    const roomId = randomUUID();
    const refused = await Promise.all([
      operator.mutate("gift.send", { giftOrderId: randomUUID(), roomId, giftId: "hearts", count: 1 }),
      operator.mutate("rain.claim", { code: "a".repeat(22), roomId, claimId: randomUUID() }),
      operator.mutate("wallet.recharge", { orderId: randomUUID(), productId: "coins-100" }),
      operator.mutate("room.open", { title: "Mine", category: "talk" }),
      operator.mutate("rain.create", { budgetCoins: 10, packetCount: 1, durationSeconds: 60 }),
      operator.mutate("finance.withdraw", {
        withdrawalId: randomUUID(),
        amountFen: 100,
        payoutAccount: { kind: "alipay", name: "N N", account: "someone@example.com" },
      }),
    ]);
    expect(refused.map(({ error }) => error?.name)).toEqual(Array(6).fill("FORBIDDEN"));
  });

  it("who is banned is signed out everywhere and signed in no more", async () => {
    const { client, userId, phone } = await newPerson();
    await ok(setRole(userId, "operator"));
    await expect.poll(() => roleOf(client)).toBe("operator");
    await ok(operator.mutate("people.ban", { userId, reason: "r" }));
    await expect.poll(async () => (await client.query("ops.alarms", {})).error?.name).toBe("UNAUTHENTICATED");
    expect(await storedRole(userId)).toBe("operator");
    expect((await detail(userId)).restrictions).toEqual(["signIn"]);
    expect(phone).toBeDefined();
  });
});

describe("looking people up", () => {
  const search = (input: object, client = operator) =>
    client.query<{ items: PersonItem[]; nextCursor: string | null }>("people.search", input);

  it("finds by id, by a whole phone number and by the beginning of a nickname, and never shows a number", async () => {
    const { userId, phone } = await newPerson();
    await web.resources.live.sql`UPDATE users SET name = 'Zwölf_% Boxer' WHERE id = ${userId}`;
    for (const text of [userId, phone, ` ${phone.slice(0, 5)} ${phone.slice(5)}`, "zWÖLF_%", "zwölf_% b"]) {
      const { items } = await ok(search({ text }));
      expect(items).toMatchObject([{ userId, phoneMasked: `****${phone.slice(-4)}` }]);
      expect(JSON.stringify(items)).not.toContain(phone.slice(1, -4));
    }
    expect((await ok(search({ text: phone.slice(0, -1) }))).items).toEqual([]);
    expect((await ok(search({ text: "Boxer" }))).items).toEqual([]);
    expect(JSON.stringify(await detail(userId))).not.toContain(phone.slice(1, -4));
  });

  it("goes through everybody in pages of at most a hundred, by role too", async () => {
    expect((await search({ limit: 101 })).error?.name).toBe("INVALID_INPUT");
    expect((await search({ cursor: "x" })).error).toMatchObject({ name: "INVALID_INPUT" });
    for (const input of [{ role: "anchor" }, { text: "viewer" }, {}] as const) {
      const whole = (await ok(search({ ...input, limit: 100 }))).items.map(({ userId }) => userId);
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await ok(search({ ...input, limit: 3, cursor }));
        paged.push(...page.items.map(({ userId }) => userId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(whole.length);
    }
    expect((await ok(search({ role: "operator" }))).items.map(({ role }) => role)).toContain("operator");
  });

  it("is for operators", async () => {
    const { client } = await newPerson();
    expect((await search({}, client)).error?.name).toBe("FORBIDDEN");
    expect((await client.query("room.search", {})).error?.name).toBe("FORBIDDEN");
    expect((await operator.query("people.get", { userId: randomUUID() })).error?.name).toBe("NOT_FOUND");
  });
});
