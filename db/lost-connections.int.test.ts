import { afterAll, beforeAll, expect, it } from "vitest";
import { type Balancer, startBalancer } from "@/stack/balancer";
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

type CallableSql = (
  strings: TemplateStringsArray,
  ...values: number[]
) => PromiseLike<readonly Record<string, unknown>[]>;

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

it("answers go to who asked, and every connection of the pool works again, after losses in mid-traffic", async () => {
  const misled: unknown[] = [];
  const ask = async (sql: CallableSql, question: number) => {
    const rows = await sql`SELECT ${question}::int AS answer, pg_sleep(${(question % 12) / 1_000})`;
    if (rows.length !== 1 || rows[0]?.answer !== question) misled.push({ question, rows });
  };
  for (let round = 0; round < 10; round += 1) {
    const traffic = Array.from({ length: POOL_MAX * 3 }, async (_, index) => {
      await live.sql.begin(async (tx) => {
        await ask(tx, index);
        await Promise.all([ask(tx, index + 100), ask(tx, index + 200)]);
      });
    });
    const settled = Promise.allSettled(traffic);
    await Promise.race(traffic).catch(() => undefined);
    balancer.cutAll();
    await settled;
  }
  expect(misled).toEqual([]);
  // As many at once as there are connections, so that none of them is left out.
  let begun = 0;
  let allBegun = () => {};
  const together = new Promise<void>((resolve) => {
    allBegun = resolve;
  });
  const pids = await Promise.all(
    Array.from({ length: POOL_MAX }, () =>
      live.sql.begin(async (tx) => {
        const [row] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
        begun += 1;
        if (begun === POOL_MAX) allBegun();
        await together;
        return row?.pid;
      }),
    ),
  );
  expect(new Set(pids).size).toBe(POOL_MAX);
});

it("a transaction that goes on after its connection was lost touches nobody else's", async () => {
  let seen: unknown;
  const loser = live.sql.begin(async (tx) => {
    await tx`SELECT 1`;
    balancer.cutAll();
    // Whatever was still on a connection that was cut fails now; after that all are open again.
    await Promise.allSettled(Array.from({ length: POOL_MAX }, () => live.sql`SELECT pg_sleep(0.2)`));
    const others = Array.from({ length: POOL_MAX }, () =>
      live.sql.begin(async (other) => {
        await other`SELECT set_config('downpour.test', 'kept', true)`;
        const asked = await Promise.allSettled([tx`SELECT 1`, tx`ROLLBACK`]);
        const [row] = await other<{ kept: string }[]>`SELECT current_setting('downpour.test', true) AS kept`;
        return { kept: row?.kept, asked: asked.map(({ status }) => status) };
      }),
    );
    seen = await Promise.all(others);
    done();
  });
  let done = () => {};
  const ended = new Promise<void>((resolve) => {
    done = resolve;
  });
  await expect(loser).rejects.toMatchObject({
    code: expect.stringMatching(/^(CONNECTION_|ECONN|EPIPE)/),
  });
  await ended;
  expect(seen).toEqual(
    Array.from({ length: POOL_MAX }, () => ({ kept: "kept", asked: ["rejected", "rejected"] })),
  );
});
