import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const settings = { RATE_LIMIT_ANONYMOUS: "100000/10" };
  web = await startWebHarness({ ...databases, ...redis }, settings);
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

let phones = randomInt(1_000_000);
const newPhone = () => `+1555${String(1_000_000 + phones++)}`;

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

it("is sealed for the person it belongs to", async () => {
  const { phone, userId } = await newPerson();
  const seal = phoneSealOf(web.env);
  const row = await rowOf(userId);
  expect(row?.phone_index).toBe(seal.index(phone));
  expect(seal.open(userId, row?.phone_cipher ?? "")).toBe(phone);
});

it("keeps no number in Redis but where the development inbox shows it", async () => {
  const { phone } = await newPerson();
  const { redis: client } = web.resources;
  const keys = (await client.keys("*")).filter((key) => !key.startsWith("dev-inbox:"));
  expect(keys.some((key) => key.startsWith("rate:one-time-code"))).toBe(true);
  expect(keys.filter((key) => key.includes(phone.slice(1)))).toEqual([]);
});
