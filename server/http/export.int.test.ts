import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient, startWebHarness, type WebHarness } from "../testing/web-harness";

const ROWS = 1_201;
let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let anchor: ApiClient;

const signIn = async (phone: string) => {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
};
const read = async (client: ApiClient, name = "withdrawals.csv") => {
  const response = await client.fetch(`/api/export/${name}`);
  return { response, text: await response.text() };
};

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis });
  anchor = await signIn("+8613900000001");
  const { data: me } = await anchor.query<{ userId: string }>("session.me");
  // Many at one instant: pages must not lose or repeat any of them.
  await web.resources.finance.sql`
    INSERT INTO withdrawals (anchor_id, withdrawal_id, payout_id, amount_fen, status, account_cipher, account_index,
      account_kind, name_masked, account_masked, note, trace_id, created_at, updated_at)
    SELECT ${me.userId}, gen_random_uuid(), gen_random_uuid(), 100 + i, 'rejected', 'v1:a:b:c:d', '', 'bank', '=王**',
      '****0001', 'no, "really"', ${randomUUID()}, '2026-01-01', now() FROM generate_series(1, ${ROWS}) i`;
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

it("sends an anchor's withdrawals as a table, each once", async () => {
  const { response, text } = await read(anchor);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("content-disposition")).toContain('filename="withdrawals.csv"');
  const [head, ...lines] = text.trimEnd().split("\r\n");
  expect(head).toContain("withdrawal_id,requested_at,amount_cny,status");
  expect(lines).toHaveLength(ROWS);
  expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(ROWS);
  const amounts = lines.map((line) => Math.round(Number(line.split(",")[2]) * 100)).toSorted((a, b) => a - b);
  expect(amounts).toEqual(Array.from({ length: ROWS }, (_, i) => 101 + i));
  expect(lines[0]).toContain(`'=王**,****0001,"no, ""really"""`);
});

it("is only for those whom it concerns", async () => {
  expect((await read(new ApiClient(web.url))).response.status).toBe(401);
  expect((await read(await signIn("+8613800000001"))).response.status).toBe(403);
  const other = await read(await signIn("+8613900000002"));
  expect(other.text.trimEnd().split("\r\n")).toHaveLength(1);
  for (const name of ["nothing.csv", "__proto__", ""]) {
    expect((await read(anchor, name)).response.status).toBe(404);
  }
});
