import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "@/stack/services/postgres";
import { type RedisServer, startRedis } from "@/stack/services/redis";
import { keepPostgres, keepRedis } from "./earlier-state";
import { mountSmallDisk, moveToDisk, type SmallDisk } from "./small-disk";

/** The instruments of fault runs, tried on the servers that they are made for. */
const folder = mkdtempSync(join(tmpdir(), "downpour-stores-"));
let server: PostgresServer;
let redis: RedisServer;
const disks: SmallDisk[] = [];

beforeAll(async () => {
  [server, redis] = await Promise.all([
    startPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      settings: { shared_buffers: "16MB", max_wal_size: "64MB", min_wal_size: "32MB" },
    }),
    startRedis({ dir: join(folder, "redis"), port: 0 }),
  ]);
  await query((sql) => sql`CREATE DATABASE scratch`, "postgres");
  await query((sql) => sql`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, text text NOT NULL)`);
});
afterAll(async () => {
  await Promise.all([server.stop(), redis.stop()]);
  for (const disk of disks) disk.unmount();
  rmSync(folder, { recursive: true, force: true });
});

async function query<T>(work: (sql: postgres.Sql) => Promise<T>, database = "scratch"): Promise<T> {
  const sql = postgres(server.url(database), { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
const note = (text: string) => query((sql) => sql`INSERT INTO notes (text) VALUES (${text})`);
const notes = () =>
  query(async (sql) =>
    (await sql<{ text: string }[]>`SELECT text FROM notes ORDER BY id`).map((n) => n.text),
  );
/** More than what is left on any page. */
const bulk = () =>
  query(
    (sql) => sql`INSERT INTO notes (text) SELECT md5(n::text) || 'bulk' FROM generate_series(1, 20000) n`,
  );

async function withRedis<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redis.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => undefined);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe("an earlier state", () => {
  it("of PostgreSQL: what came after is gone, nobody's connection ended, and it goes on from there", async () => {
    const reader = postgres(server.url("scratch"), { max: 1 });
    const [before] = await reader`SELECT pg_backend_pid() AS pid`;
    await note("before");
    const kept = await keepPostgres(server);
    expect(await reader`SELECT pg_backend_pid() AS pid`).toEqual([before]);
    await reader.end();
    await note("after");
    await kept.putBack();
    expect(await notes()).toEqual(["before"]);
    await note("since");
    await kept.putBack();
    expect(await notes()).toEqual(["before"]);
    kept.forget();
  });

  it("of Redis: its older log", async () => {
    await withRedis((client) => client.set("name", "before"));
    const kept = await keepRedis(redis);
    await withRedis((client) => client.set("name", "after"));
    await kept.putBack();
    expect(await withRedis((client) => client.get("name"))).toBe("before");
    kept.forget();
  });
});

describe("a small disk", () => {
  const disk = (sizeMib: number): SmallDisk => {
    const mounted = mountSmallDisk(sizeMib);
    disks.push(mounted);
    return mounted;
  };
  afterEach(() => {
    for (const one of disks) one.free();
  });

  it("full under PostgreSQL's tables: it says so, and goes on when there is room", async () => {
    const tables = disk(192);
    await server.stop();
    moveToDisk(tables, join(server.folder, "base"));
    await server.restart();
    await note("fits");
    tables.fill();
    expect(tables.freeBytes()).toBe(0);
    await expect(bulk()).rejects.toMatchObject({ code: "53100" });
    tables.free();
    await bulk();
  });

  it("full under PostgreSQL's log: the server ends, and keeps what was committed", async () => {
    const log = disk(192);
    await server.stop();
    moveToDisk(log, join(server.folder, "pg_wal"));
    await server.restart();
    await note("committed");
    log.fill();
    await expect(
      (async () => {
        for (let round = 0; round < 100; round++) await bulk();
      })(),
    ).rejects.toThrow();
    log.free();
    // What is left of it would try for long to end in order.
    await server.kill9();
    await server.restart();
    expect(await notes()).toContain("committed");
  });

  it("full under Redis' log: it ends rather than say yes, and keeps what it said yes to", async () => {
    const log = disk(8);
    await redis.stop();
    moveToDisk(log, join(redis.folder, "appendonlydir"));
    await redis.restart();
    await withRedis((client) => client.set("kept", "yes"));
    log.fill();
    const big = "x".repeat(10_000);
    await expect(withRedis((client) => client.set("big", big))).rejects.toThrow();
    log.free();
    await redis.restart();
    expect(await withRedis((client) => client.mget("kept", "big"))).toEqual(["yes", null]);
  });
});
