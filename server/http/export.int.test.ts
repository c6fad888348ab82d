import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../testing/web-harness";

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

it("sends a statement as a table, filtered, and an operator anybody's", async () => {
  const viewer = await signIn("+8613800000002");
  const { data: me } = await viewer.query<{ userId: string }>("session.me");
  await web.resources.live.sql`
    INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
    SELECT ${me.userId}, ${systemAccountId("gift_clearing", 0)}, 'gift', gen_random_uuid(), 3, 't',
      timestamptz '2026-01-01' + i * interval '1 minute' FROM generate_series(1, ${2 * ROWS}) i`;
  const lines = (text: string) => text.trimEnd().split("\r\n").slice(1);
  const own = await read(viewer, "statement.csv?type=gift");
  expect(own.response.status).toBe(200);
  expect(lines(own.text)).toHaveLength(2 * ROWS);
  expect(new Set(lines(own.text).map((line) => line.split(",")[0])).size).toBe(2 * ROWS);
  expect(lines(own.text)[0]).toContain(",gift,-3,");
  expect(own.text.split("\r\n")[0]).toMatch(/,anchor,source,unit$/);
  const tails = lines((await read(viewer, "statement.csv")).text).map((line) => line.split(",").slice(-2));
  expect(tails.at(-1)).toEqual(["grant", "coin"]);
  expect(tails.every(([, unit]) => unit === "coin")).toBe(true);
  const hour = await read(viewer, "statement.csv?from=2026-01-01T00:01:00Z&to=2026-01-01T01:01:00Z");
  expect(lines(hour.text)).toHaveLength(60);
  const operator = await signIn("+8613700000001");
  const theirs = await read(operator, `statement.csv?userId=${me.userId}&type=gift`);
  expect(theirs.text).toBe(own.text);
  expect((await read(anchor, `statement.csv?userId=${me.userId}`)).response.status).toBe(403);
  expect((await read(viewer, "statement.csv?from=yesterday")).response.status).toBe(400);
});

it("sends settlement lines: an anchor's own, an operator everybody's", async () => {
  const { data: me } = await anchor.query<{ userId: string }>("session.me");
  await web.resources.finance.sql`
    INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
    SELECT i, CASE WHEN i % 2 = 0 THEN ${me.userId}::uuid ELSE ${randomUUID()}::uuid END, 5000, 1, 1, 10, 5, 5
    FROM generate_series(1, ${2 * ROWS}) i`;
  const operator = await signIn("+8613700000001");
  const lines = async (client: ApiClient, query = "") =>
    (await read(client, `settlement-lines.csv${query}`)).text.trimEnd().split("\r\n").slice(1);
  expect(await lines(anchor)).toHaveLength(ROWS);
  expect(await lines(anchor, `?anchorId=${randomUUID()}`)).toHaveLength(ROWS);
  expect(await lines(operator)).toHaveLength(2 * ROWS);
  expect(await lines(operator, `?anchorId=${me.userId}`)).toEqual(await lines(anchor));
  expect((await read(operator, "settlement-lines.csv?anchorId=x")).response.status).toBe(400);
});

it("waits for a slow reader instead of filling the memory, and stops for one who has gone", async () => {
  const viewer = await signIn("+8613800000003");
  const { data: me } = await viewer.query<{ userId: string }>("session.me");
  const rows = 60_000;
  await web.resources.live.sql`
    INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
    SELECT ${me.userId}, ${systemAccountId("gift_clearing", 1)}, 'gift', gen_random_uuid(), 3,
      'ffffffffffffffffffffffffffffffff', now() FROM generate_series(1, ${rows})`;
  const { port, hostname } = new URL(web.url);
  const reads = () =>
    web.resources.live.sql<{ calls: string }[]>`
      SELECT coalesce(sum(idx_scan), 0) AS calls FROM pg_stat_user_indexes WHERE indexrelname = 'trades_account'`;
  const socket = connect({ port: Number(port), host: hostname });
  socket.pause();
  socket.write(
    `GET /api/export/statement.csv HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${viewer.cookieHeader()}\r\n\r\n`,
  );
  // What the kernel takes without being read is a fraction of it; then nothing more is asked of the database.
  let before = -1;
  for (;;) {
    await web.resources.live.sql`SELECT pg_stat_force_next_flush(), pg_sleep(0.5)`;
    const calls = Number((await reads())[0]?.calls);
    if (calls === before && calls > 0) break;
    before = calls;
  }
  expect(before).toBeLessThan(rows / 1_000);
  socket.destroy();
  const whole = await read(viewer, "statement.csv?type=gift");
  expect(whole.text.trimEnd().split("\r\n")).toHaveLength(rows + 1);
});
