import { afterAll, beforeAll, expect, it } from "vitest";
import { type Balancer, startBalancer } from "../scripts/stack/balancer";
import { type LiveDb, openLiveDb } from "./client";
import { createTestDatabases, type TestDatabases } from "./testing/create-test-databases";

/** Connections that end in the middle of what they do, as when the server is killed. */
const POOL_MAX = 4;

let databases: TestDatabases;
let balancer: Balancer;
let live: LiveDb;

beforeAll(async () => {
  databases = await createTestDatabases();
  balancer = await startBalancer();
  const url = new URL(databases.liveUrl);
  balancer.add(Number(url.port));
  url.port = String(balancer.port);
  live = openLiveDb(url.href, { poolMax: POOL_MAX, applicationName: "lost-connections" });
});
afterAll(async () => {
  await live?.close();
  await balancer?.close();
  await databases?.drop();
});

/** A transaction that loses its connection between two statements. */
async function loseInTransaction(): Promise<unknown> {
  return await live.sql
    .begin(async (tx) => {
      await tx`SELECT 1`;
      balancer.cutAll();
      await tx`SELECT pg_sleep(10)`;
    })
    .catch((error: unknown) => error);
}

it("a transaction that loses its connection fails, and the process lives", async () => {
  expect(await loseInTransaction()).toMatchObject({
    code: expect.stringMatching(/^(CONNECTION_|ECONN|EPIPE)/),
  });
  expect(await live.sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
});

it("every connection of the pool works again after losses in mid-traffic", async () => {
  for (let round = 0; round < 10; round += 1) {
    const traffic = Array.from({ length: POOL_MAX * 3 }, async (_, index) => {
      await live.sql.begin(async (tx) => {
        await tx`SELECT pg_sleep(${index / 1_000})`;
        await tx`SELECT 1`;
      });
    });
    const settled = Promise.allSettled(traffic);
    await Promise.race(traffic).catch(() => undefined);
    balancer.cutAll();
    await settled;
  }
  // As many at once as there are connections, so that none of them is left out.
  const pids = await Promise.all(
    Array.from({ length: POOL_MAX }, () =>
      live.sql.begin(async (tx) => {
        const [row] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid, pg_sleep(0.3)`;
        return row?.pid;
      }),
    ),
  );
  expect(new Set(pids).size).toBe(POOL_MAX);
});
