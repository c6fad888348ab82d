import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "../chaos/lib/tcp-proxy";
import { type LiveDb, openLiveDb } from "./client";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

/** Connections on which nothing passes any more, not even their end, while new ones work. */
const POOL_MAX = 3;
const SILENT = { code: expect.stringMatching(/^(ETIMEDOUT|CONNECTION_)/) as string };

let databases: TestDatabases;
let proxy: TcpProxy;
let live: LiveDb;
/** Not by way of the proxy. */
let direct: LiveDb;
const ended: string[] = [];

beforeAll(async () => {
  databases = await createTestDatabases();
  direct = openLiveDb(databases.liveUrl, { poolMax: 2, applicationName: "direct" });
  proxy = await startTcpProxy(Number(new URL(databases.liveUrl).port));
});
beforeEach(async () => {
  ended.length = 0;
  live = openLiveDb(proxy.through(databases.liveUrl), {
    poolMax: POOL_MAX,
    applicationName: "silent-test",
    onSilence: (reason) => ended.push(reason),
  });
  await openAll();
});
afterEach(async () => {
  proxy.pass();
  await live?.close();
});
afterAll(async () => {
  await direct?.close();
  await proxy?.close();
  await databases?.drop();
});

/** As many at once as there are connections, so that none of them is left out. */
const openAll = () =>
  Promise.all(
    Array.from({ length: POOL_MAX }, async () => {
      const [row] = await live.sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid, pg_sleep(0.3)`;
      return row?.pid;
    }),
  );
const lockBucket = async (sql: LiveDb["sql"], bucket: number) =>
  await sql`UPDATE gift_buckets SET last_seq = last_seq + 1 WHERE bucket = ${bucket}`;
const readBucket = async (bucket: number) => {
  const [row] = await direct.sql<{ seq: string }[]>`
    SELECT last_seq::text AS seq FROM gift_buckets WHERE bucket = ${bucket}`;
  return Number(row?.seq);
};

it("what waits on silent connections fails, and every connection of the pool works again", async () => {
  proxy.silence({ newOnes: "work" });
  const asked = await Promise.allSettled(
    Array.from({ length: POOL_MAX * 4 }, () => live.sql`SELECT 1 AS one`),
  );
  const failed = asked.filter((one) => one.status === "rejected");
  expect(failed.length).toBeGreaterThanOrEqual(POOL_MAX);
  for (const { reason } of failed) expect(reason).toMatchObject(SILENT);
  expect(ended).toHaveLength(POOL_MAX);
  // What is asked in the very moment in which they close fails with them.
  await expect.poll(async () => new Set(await openAll().catch(() => [])).size).toBe(POOL_MAX);
});

it("a transaction on a silent connection leaves its locks to others", async () => {
  const before = await readBucket(1);
  let isLocked = () => {};
  const locked = new Promise<void>((resolve) => {
    isLocked = resolve;
  });
  const lost = live.sql.begin(async (tx) => {
    await tx`UPDATE gift_buckets SET last_seq = last_seq + 1 WHERE bucket = 1`;
    proxy.silence({ newOnes: "work" });
    isLocked();
    await tx`SELECT 1`;
  });
  const next = locked.then(() => lockBucket(direct.sql, 1));
  await expect(lost).rejects.toMatchObject(SILENT);
  await next;
  expect(await readBucket(1)).toBe(before + 1);
});

it("a commit whose answer is lost is done once, and its caller is told that nothing is known", async () => {
  const before = await readBucket(2);
  const lost = live.sql.begin(async (tx) => {
    await tx`UPDATE gift_buckets SET last_seq = last_seq + 1 WHERE bucket = 2`;
    proxy.silence({ direction: "to-client", newOnes: "work" });
  });
  await expect(lost).rejects.toMatchObject(SILENT);
  expect(await readBucket(2)).toBe(before + 1);
});

it("a statement that takes long is left alone", async () => {
  expect(await live.sql`SELECT 1 AS one, pg_sleep(6)`).toMatchObject([{ one: 1 }]);
  expect(ended).toEqual([]);
});

it("nothing is ended while no connection works, and what was under way goes on afterwards", async () => {
  proxy.silence();
  const asked = live.sql`SELECT 1 AS one`;
  const patience = new Promise((resolve) => setTimeout(resolve, 5_000, "silence"));
  expect(await Promise.race([asked.catch(String), patience])).toBe("silence");
  proxy.pass();
  expect(await asked).toEqual([{ one: 1 }]);
  expect(ended).toEqual([]);
});
