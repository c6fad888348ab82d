import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "./create-test-databases";
import { createTestRedis } from "./create-test-redis";

let first: TestDatabases;
let second: TestDatabases;

beforeAll(async () => {
  first = await createTestDatabases();
  second = await createTestDatabases();
});
afterAll(async () => {
  await first.drop();
  await second.drop();
});

async function listTables(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  const rows = await sql<{ tablename: string }[]>`
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`;
  await sql.end();
  return rows.map((row) => row.tablename);
}

it("gives each file migrated databases of its own", async () => {
  expect(await listTables(first.liveUrl)).toContain("trades");
  expect(await listTables(first.financeUrl)).not.toEqual([]);
  const sql = postgres(first.liveOwnerUrl, { max: 1 });
  await sql`CREATE TABLE only_here (id int)`;
  await sql.end();
  expect(await listTables(first.liveUrl)).toContain("only_here");
  expect(await listTables(second.liveUrl)).not.toContain("only_here");
});

it("gives each file a Redis database of its own", async () => {
  const [one, other] = [await createTestRedis(), await createTestRedis()];
  const clients = [new Redis(one.redisUrl), new Redis(other.redisUrl)] as const;
  await clients[0].set("key", "value");
  expect(await clients[0].get("key")).toBe("value");
  expect(await clients[1].get("key")).toBeNull();
  await one.drop();
  expect(await clients[0].get("key")).toBeNull();
  for (const client of clients) client.disconnect();
});
