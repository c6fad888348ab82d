import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { seedDemo } from "@/scripts/seed-demo";
import { phoneSealOf } from "../security/phone-seal";
import { ApiClient, startWebHarness, type WebHarness } from "../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let operator: ApiClient;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const settings = { RATE_LIMIT_ANONYMOUS: "100000/10" };
  web = await startWebHarness({ ...databases, ...redis }, settings);
  operator = new ApiClient(web.url);
  await operator.signInByPhone("+8613700000001");
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

let phones = randomInt(1_000_000);
const newPhone = () => `+1555${String(1_000_000 + phones++)}`;

interface Found {
  total: number;
  users: { id: string; phoneNumber: string | null }[];
}
async function find(params: Record<string, string>): Promise<Found> {
  const response = await operator.fetch(`/api/auth/admin/list-users?${new URLSearchParams(params)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Found;
}
async function newPerson() {
  const phone = newPhone();
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  const { data } = await client.query<{ userId: string }>("session.me");
  return { client, phone, userId: data.userId };
}
const rowOf = async (userId: string) => {
  const [row] = await web.resources.live.sql<{ phone_index: string; phone_cipher: string }[]>`
    SELECT phone_index, phone_cipher FROM users WHERE id = ${userId}`;
  return row;
};

describe("an operator", () => {
  it("finds somebody by the whole phone number, and sees it", async () => {
    const { phone, userId } = await newPerson();
    const found = await find({ filterField: "phoneNumber", filterValue: phone, filterOperator: "eq" });
    expect(found.users).toMatchObject([{ id: userId, phoneNumber: phone }]);
    expect(JSON.stringify(found)).not.toContain("v1:");
    const both = await find({ filterField: "phoneNumber", filterValue: newPhone(), filterOperator: "eq" });
    expect(both.users).toEqual([]);
  });

  it.each(["contains", "starts_with", "ends_with"])(
    "cannot find by a part of a number (%s)",
    async (operatorName) => {
      const { phone } = await newPerson();
      const part = {
        filterField: "phoneNumber",
        filterValue: phone.slice(0, 6),
        filterOperator: operatorName,
      };
      expect((await find(part)).users).toEqual([]);
    },
  );

  it("sees guests, who have none", async () => {
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    const { data } = await guest.query<{ userId: string }>("session.me");
    const found = await find({ filterField: "id", filterValue: data.userId, filterOperator: "eq" });
    expect(found.users).toMatchObject([{ id: data.userId, phoneNumber: null }]);
  });
});

describe("a new number", () => {
  it("is sealed like the first, and the old one is free again", async () => {
    const { client, phone, userId } = await newPerson();
    const next = newPhone();
    await client.postJson("/api/auth/phone-number/send-otp", { phoneNumber: next });
    const inbox = await client.fetch(`/api/dev/inbox?phone=${encodeURIComponent(next)}`);
    const { code } = (await inbox.json()) as { code: string };
    const change = { phoneNumber: next, code, updatePhoneNumber: true };
    const response = await client.postJson("/api/auth/phone-number/verify", change);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: userId, phoneNumber: next } });
    const seal = phoneSealOf(web.env);
    const row = await rowOf(userId);
    expect(row?.phone_index).toBe(seal.index(next));
    expect(seal.open(userId, row?.phone_cipher ?? "")).toBe(next);
    expect(
      (await find({ filterField: "phoneNumber", filterValue: phone, filterOperator: "eq" })).users,
    ).toEqual([]);
  });

  it("cannot be somebody else's", async () => {
    const other = await newPerson();
    const { client, userId } = await newPerson();
    const before = await rowOf(userId);
    await web.resources.redis.del(...(await web.resources.redis.keys("rate:one-time-code*")));
    const second = await startWebHarness({ ...databases, ...redis });
    const elsewhere = new ApiClient(second.url);
    for (const [name, value] of client.cookies) elsewhere.cookies.set(name, value);
    await elsewhere.postJson("/api/auth/phone-number/send-otp", { phoneNumber: other.phone });
    const inbox = await elsewhere.fetch(`/api/dev/inbox?phone=${encodeURIComponent(other.phone)}`);
    const { code } = (await inbox.json()) as { code: string };
    const take = { phoneNumber: other.phone, code, updatePhoneNumber: true };
    expect((await elsewhere.postJson("/api/auth/phone-number/verify", take)).status).toBe(400);
    expect(await rowOf(userId)).toEqual(before);
    await second.close();
  });
});

it("keeps no number in Redis but where the development inbox shows it", async () => {
  const { phone } = await newPerson();
  const { redis: client } = web.resources;
  const keys = (await client.keys("*")).filter((key) => !key.startsWith("dev-inbox:"));
  expect(keys.some((key) => key.startsWith("rate:one-time-code"))).toBe(true);
  expect(keys.filter((key) => key.includes(phone.slice(1)))).toEqual([]);
});
