import { randomInt, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openFinanceDb, openLiveDb } from "@/db/client";
import { placePayoutHold } from "@/db/finance/queries/payout-holds";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { MySession } from "@/domain/contracts/account";
import { bucketOf } from "@/domain/rules/bucket";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { emptyRedis } from "@/server/testing/empty-redis";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  const settings = { RATE_LIMIT_ANONYMOUS: "100000/10", RATE_LIMIT_ONE_TIME_CODE: "100/60" };
  web = await startWebHarness({ ...databases, ...redis }, settings);
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** Who may change tables. */
const OWNER = { poolMax: 1, applicationName: "account-test" };

const newPhone = () => `+1555${randomInt(1_000_000, 10_000_000)}`;
interface Inbox {
  code: string;
  notice?: { notice: string; newPhoneEnding: string };
}
async function inboxOf(phone: string): Promise<Inbox> {
  const response = await new ApiClient(web.url).fetch(`/api/dev/inbox?phone=${encodeURIComponent(phone)}`);
  return (await response.json()) as Inbox;
}
async function newPerson(phone = newPhone()) {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return { client, phone, userId: await idOf(client) };
}
const idOf = async (client: ApiClient) =>
  (await client.query<{ userId: string } | null>("session.me")).data?.userId ?? "";
const wrongFor = (code: string) => (code === "123456" ? "654321" : "123456");

const start = (client: ApiClient, changeId: string, phoneNumber: string) =>
  client.mutate<{ oldPhone: string }>("me.startPhoneChange", { changeId, phoneNumber });
const confirm = (
  client: ApiClient,
  change: { changeId: string; phoneNumber: string; oldCode: string; newCode: string },
) => client.mutate<{ phone: string; payoutsHeldUntil: string | null }>("me.confirmPhoneChange", change);

/** A change with both codes at hand. */
async function begin(
  person: { client: ApiClient; phone: string },
  phoneNumber = newPhone(),
  changeId: string = randomUUID(),
) {
  const started = await start(person.client, changeId, phoneNumber);
  expect(started.error).toBeUndefined();
  expect(started.data.oldPhone).toBe(`****${person.phone.slice(-4)}`);
  const [oldCode, newCode] = [(await inboxOf(person.phone)).code, (await inboxOf(phoneNumber)).code];
  return { changeId, phoneNumber, oldCode, newCode };
}
const phoneIndexOf = async (userId: string) => {
  const [row] = await web.resources.live.sql<{ phone_index: string }[]>`
    SELECT phone_index FROM users WHERE id = ${userId}`;
  return row?.phone_index;
};
const holdsOf = (anchorId: string) => web.resources.finance.sql<{ kind: string; until: Date }[]>`
  SELECT kind, until FROM payout_holds WHERE anchor_id = ${anchorId} AND lifted_at IS NULL`;
const recordsOf = (userId: string) => web.resources.live.sql<{ action: string; after: { phone: string } }[]>`
  SELECT action, after FROM operator_actions WHERE subject = ${`user:${userId}`}`;
const indexOf = (phone: string) => phoneSealOf(web.env).index(phone);

describe("changing the phone number", () => {
  beforeEach(async () => {
    await emptyRedis(web.resources.redis);
  });

  it("takes codes from both numbers, holds payouts, tells the old number and ends all other sessions", async () => {
    const person = await newPerson();
    const elsewhere = new ApiClient(web.url);
    await elsewhere.signInByPhone(person.phone);
    const change = await begin(person);
    const done = await confirm(person.client, change);
    expect(done.error).toBeUndefined();
    expect(done.data.phone).toBe(`****${change.phoneNumber.slice(-4)}`);

    expect(await phoneIndexOf(person.userId)).toBe(indexOf(change.phoneNumber));
    const [hold] = await holdsOf(person.userId);
    const days = (new Date(hold?.until ?? 0).getTime() - Date.now()) / 86_400_000;
    expect(hold?.kind).toBe("phone_changed");
    expect(Math.round(days)).toBe(3);
    expect(new Date(done.data.payoutsHeldUntil ?? 0).getTime()).toBe(new Date(hold?.until ?? 0).getTime());
    expect((await inboxOf(person.phone)).notice).toEqual({
      phoneNumber: person.phone,
      notice: "phone_change",
      newPhoneEnding: change.phoneNumber.slice(-4),
    });
    expect((await recordsOf(person.userId)).map(({ action }) => action)).toEqual(["phone.change"]);
    expect(JSON.stringify(await recordsOf(person.userId))).not.toContain(change.phoneNumber.slice(1, 8));
    await expect.poll(() => idOf(elsewhere)).toBe("");
    expect(await idOf(person.client)).toBe(person.userId);
    const account = await person.client.query("me.account");
    expect(account.data).toMatchObject({
      phone: `****${change.phoneNumber.slice(-4)}`,
      lastPhoneChange: { payoutsHeldUntil: done.data.payoutsHeldUntil },
    });

    // The new number is the person, the old one is free.
    await emptyRedis(web.resources.redis);
    expect((await newPerson(change.phoneNumber)).userId).toBe(person.userId);
    expect((await newPerson(person.phone)).userId).not.toBe(person.userId);
    // Told once more, it says the same and does nothing.
    expect((await confirm(person.client, change)).data).toEqual(done.data);
    expect(await recordsOf(person.userId)).toHaveLength(1);
  });

  it("needs both codes, and forgives a wrong one", async () => {
    const person = await newPerson();
    const change = await begin(person);
    const half = await confirm(person.client, { ...change, oldCode: wrongFor(change.oldCode) });
    expect(half.error).toMatchObject({ name: "ONE_TIME_CODE_WRONG", details: { field: "oldCode" } });
    const other = await confirm(person.client, { ...change, newCode: wrongFor(change.newCode) });
    expect(other.error).toMatchObject({ name: "ONE_TIME_CODE_WRONG", details: { field: "newCode" } });
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(person.phone));
    expect(await holdsOf(person.userId)).toHaveLength(0);
    expect((await confirm(person.client, change)).error).toBeUndefined();
  });

  it("gives five wrong tries, and then the right codes are worth nothing", async () => {
    const person = await newPerson();
    const change = await begin(person);
    for (let i = 0; i < 5; i++) {
      const wrong = await confirm(person.client, { ...change, oldCode: wrongFor(change.oldCode) });
      expect(wrong.error?.name).toBe("ONE_TIME_CODE_WRONG");
    }
    expect((await confirm(person.client, change)).error?.name).toBe("ONE_TIME_CODE_LOCKED");
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(person.phone));
  });

  it("is for a browser that has just signed in", async () => {
    const person = await newPerson();
    await web.resources.live.sql`
      UPDATE auth_sessions SET created_at = now() - interval '11 minutes' WHERE user_id = ${person.userId}`;
    const refused = await start(person.client, randomUUID(), newPhone());
    expect(refused.error?.name).toBe("SESSION_NOT_FRESH");
    expect((await person.client.query<{ isFresh: boolean }>("me.account")).data.isFresh).toBe(false);
  });

  it("goes on only in the session that asked, for the number that was asked for", async () => {
    const person = await newPerson();
    const change = await begin(person);
    const elsewhere = new ApiClient(web.url);
    await web.resources.redis.del(...(await web.resources.redis.keys("rate:*")));
    await elsewhere.signInByPhone(person.phone);
    expect((await confirm(elsewhere, change)).error?.name).toBe("ONE_TIME_CODE_EXPIRED");
    const stranger = await newPerson();
    expect((await confirm(stranger.client, change)).error?.name).toBe("ONE_TIME_CODE_EXPIRED");
    expect((await start(stranger.client, change.changeId, newPhone())).error?.name).toBe(
      "PHONE_CHANGE_REFUSED",
    );
    const third = await confirm(person.client, { ...change, phoneNumber: newPhone() });
    expect(third.error).toMatchObject({ name: "INVALID_INPUT", details: { field: "phoneNumber" } });
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(person.phone));
  });

  it("neither takes the place of another hold nor lifts one, whatever id the browser chooses", async () => {
    const { finance } = web.resources;
    const person = await newPerson();
    const [standingId, laterId] = [randomUUID(), randomUUID()];
    const facts = { kind: "charge_back", reason: "A payment.", until: null, placedBy: randomUUID() } as const;
    const hold = { ...facts, anchorId: person.userId, traceId: "0".repeat(32) };
    await placePayoutHold(finance, { ...hold, id: standingId });
    // The second of two changes finds another number than it was asked for with, and is refused.
    const first = await begin(person, newPhone(), laterId);
    const second = await begin(person, newPhone(), standingId);
    expect((await confirm(person.client, first)).error).toBeUndefined();
    expect((await confirm(person.client, second)).error?.name).toBe("PHONE_CHANGE_REFUSED");
    expect(await placePayoutHold(finance, { ...hold, id: laterId })).toBe(true);
    const kinds = (await holdsOf(person.userId)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["charge_back", "charge_back", "phone_changed"]);
  });

  it("tells nobody whose number is taken, and takes none", async () => {
    const [person, owner] = [await newPerson(), await newPerson()];
    const free = await start(person.client, randomUUID(), newPhone());
    const change = await begin(person, owner.phone);
    expect(Object.keys(free.data)).toEqual(
      Object.keys((await start(person.client, change.changeId, owner.phone)).data ?? {}),
    );
    const codes = {
      ...change,
      oldCode: (await inboxOf(person.phone)).code,
      newCode: (await inboxOf(owner.phone)).code,
    };
    expect((await confirm(person.client, codes)).error?.name).toBe("PHONE_CHANGE_REFUSED");
    expect((await confirm(person.client, codes)).error?.name).toBe("PHONE_CHANGE_REFUSED");
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(person.phone));
    expect(await phoneIndexOf(owner.userId)).toBe(indexOf(owner.phone));
    expect(await holdsOf(person.userId)).toHaveLength(0);
    const same = await start(person.client, randomUUID(), person.phone);
    expect(same.error).toMatchObject({ name: "INVALID_INPUT", details: { field: "phoneNumber" } });
  });

  it("happens once, however often it is confirmed at once", async () => {
    const person = await newPerson();
    const change = await begin(person);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(person.client, change)));
    const names = answers.map(({ error }) => error?.name ?? "done");
    expect(names).toContain("done");
    // Who came between the codes and their record may ask again, and hears the same.
    expect(names.filter((name) => name !== "done" && name !== "ONE_TIME_CODE_EXPIRED")).toEqual([]);
    expect((await confirm(person.client, change)).error).toBeUndefined();
    expect(await recordsOf(person.userId)).toHaveLength(1);
    expect(await holdsOf(person.userId)).toHaveLength(1);
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(change.phoneNumber));
  });

  it("of two changes at once, one is carried out", async () => {
    const person = await newPerson();
    const [first, second] = [await begin(person), await begin(person)];
    // The second asking put no other code in place of the first one's.
    const answers = await Promise.all([confirm(person.client, first), confirm(person.client, second)]);
    expect(answers.map(({ error }) => error?.name ?? "done").sort()).toEqual([
      "PHONE_CHANGE_REFUSED",
      "done",
    ]);
    const index = await phoneIndexOf(person.userId);
    expect([indexOf(first.phoneNumber), indexOf(second.phoneNumber)]).toContain(index);
    expect(await recordsOf(person.userId)).toHaveLength(1);
  });

  it("changes nothing before payouts are held, and goes on without new codes when they can be", async () => {
    const person = await newPerson();
    const change = await begin(person);
    const finance = openFinanceDb(databases.financeOwnerUrl, OWNER);
    await finance.sql`ALTER TABLE payout_holds RENAME TO payout_holds_away`;
    try {
      expect((await confirm(person.client, change)).error).toBeDefined();
      expect(await phoneIndexOf(person.userId)).toBe(indexOf(person.phone));
      expect((await inboxOf(person.phone)).notice).toBeUndefined();
    } finally {
      await finance.sql`ALTER TABLE payout_holds_away RENAME TO payout_holds`;
      await finance.close();
    }
    expect((await confirm(person.client, change)).error).toBeUndefined();
    expect(await holdsOf(person.userId)).toHaveLength(1);
    expect(await phoneIndexOf(person.userId)).toBe(indexOf(change.phoneNumber));
  });

  it("is not for guests, nor for people whom limits hold back", async () => {
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    expect((await start(guest, randomUUID(), newPhone())).status).toBe(403);
    const person = await newPerson();
    const statuses: string[] = [];
    for (let i = 0; i < 22; i++) {
      statuses.push((await start(person.client, randomUUID(), "+15550001234")).error?.name ?? "sent");
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill("sent"));
    expect(statuses.at(-1)).toBe("RATE_LIMITED");
  });
});

describe("my sessions", () => {
  beforeEach(async () => {
    await emptyRedis(web.resources.redis);
  });

  it("are listed, and ended one by one or all but this", async () => {
    const person = await newPerson();
    const others: ApiClient[] = [];
    for (let i = 0; i < 3; i++) {
      const client = new ApiClient(web.url, { "user-agent": `browser ${i}` });
      await client.signInByPhone(person.phone);
      others.push(client);
    }
    const list = async () => (await person.client.query<MySession[]>("me.sessions")).data;
    const sessions = await list();
    expect(sessions).toHaveLength(4);
    expect(sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    const first = sessions.find(({ userAgent }) => userAgent === "browser 0");
    const stranger = await newPerson();
    const theirs = await stranger.client.mutate("me.endSession", { sessionId: first?.sessionId });
    expect(theirs.error?.name).toBe("NOT_FOUND");
    await person.client.mutate("me.endSession", { sessionId: first?.sessionId });
    await expect.poll(() => idOf(others[0] as ApiClient)).toBe("");
    expect(await idOf(others[1] as ApiClient)).toBe(person.userId);
    const ended = await person.client.mutate("me.endOtherSessions", undefined);
    expect(ended.data).toEqual({ ended: 2 });
    for (const client of others) await expect.poll(() => idOf(client)).toBe("");
    expect(await list()).toHaveLength(1);
  });
});

describe("guests who took a phone before", () => {
  it("become registered viewers with a wallet, and no guest can have one again", async () => {
    const live = openLiveDb(databases.liveOwnerUrl, OWNER);
    const ids: string[] = Array.from({ length: 50 }, () => randomUUID());
    const phones = new Map(ids.map((id) => [id, newPhone()]));
    const seal = phoneSealOf(web.env);
    const insert = (id: string, role: string) => live.sql`
      INSERT INTO users (id, name, email, is_anonymous, role, phone_index, phone_cipher)
      VALUES (${id}, 'Guest', ${`${id}@users.invalid`}, true, ${role}, ${seal.index(phones.get(id) ?? "")},
        ${seal.seal(id, phones.get(id) ?? "")})`;
    const [first = "", ...rest] = ids;
    await expect(insert(first, "guest")).rejects.toThrow(/users_guests_have_no_phone/);
    await live.sql`
      ALTER TABLE users DROP CONSTRAINT users_guests_have_no_phone, DROP CONSTRAINT users_guest_has_no_role`;
    await insert(first, "operator");
    for (const id of rest) await insert(id, "guest");
    await live.sql`INSERT INTO users (id, name, email, is_anonymous, role)
      VALUES (${randomUUID()}, 'Guest', 'really@users.invalid', true, 'guest')`;
    const folder = "db/live/migrations";
    const file = readdirSync(folder).find((name) => name.endsWith("_guests-with-phones.sql"));
    const migration = readFileSync(`${folder}/${file}`, "utf8");
    await live.sql.begin(async (tx) => {
      for (const statement of migration.split("--> statement-breakpoint")) await tx.unsafe(statement);
      // As the migrations that follow do, in the same transaction.
      await tx`ALTER TABLE users ADD CONSTRAINT users_guests_have_no_phone
        CHECK (is_anonymous IS NOT TRUE OR phone_index IS NULL)`;
      await tx`ALTER TABLE users ADD CONSTRAINT users_guest_has_no_role
        CHECK (is_anonymous IS NOT TRUE OR role = 'guest')`;
    });
    const rows = await live.sql<{ id: string; role: string; bucket: number; kind: string }[]>`
      SELECT u.id, u.role, a.bucket, a.kind FROM users u JOIN ledger_accounts a ON a.id = u.id
      WHERE u.id = ANY(${ids}::uuid[]) AND NOT u.is_anonymous`;
    expect(rows).toHaveLength(50);
    for (const { id, role, bucket, kind } of rows) {
      expect({ role, bucket, kind }).toEqual({ role: "viewer", bucket: bucketOf(id), kind: "wallet" });
    }
    expect(await recordsOf(first)).toMatchObject([{ action: "person.register" }]);
    expect(
      await live.sql`SELECT 1 FROM users WHERE email = 'really@users.invalid' AND is_anonymous`,
    ).toHaveLength(1);
    await live.close();
    await emptyRedis(web.resources.redis);
    const phone = phones.get(first) ?? "";
    expect((await newPerson(phone)).userId).toBe(first);
  });
});
