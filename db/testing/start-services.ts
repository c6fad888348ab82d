import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrateFinance, migrateLive } from "@/db/migrate";
import { startPostgres } from "@/stack/services/postgres";
import { startRedis } from "@/stack/services/redis";
import { FINANCE_TEMPLATE, LIVE_TEMPLATE, REDIS_DATABASES } from "./names";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the database from which others can be created, as the role that owns them. */
    postgresUrl: string;
    /** The same as the role of the application. */
    applicationPostgresUrl: string;
    /** Address of the Redis server, without a database number. */
    redisUrl: string;
  }
}

/**
 * Runs once before the integration tests: PostgreSQL and Redis on free ports in a temporary folder, and one migrated
 * database of each kind that the tests clone. Nothing is flushed to disk: a power cut is not what these tests are about.
 */
export default async function startServices(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-test-"));
  const [server, redis] = await Promise.all([
    startPostgres({
      dataDir: join(folder, "postgres"),
      port: 0,
      settings: { fsync: "off", full_page_writes: "off", shared_buffers: "128MB" },
    }),
    startRedis({
      dir: join(folder, "redis"),
      port: 0,
      appendfsync: "no",
      settings: { databases: String(REDIS_DATABASES) },
    }),
  ]);
  const sql = postgres(server.url("postgres"), { max: 1, onnotice: () => undefined });
  await sql`CREATE DATABASE ${sql(LIVE_TEMPLATE)}`;
  await sql`CREATE DATABASE ${sql(FINANCE_TEMPLATE)}`;
  await sql.end();
  await Promise.all([
    migrateLive(server.url(LIVE_TEMPLATE), server.applicationUrl(LIVE_TEMPLATE)),
    migrateFinance(server.url(FINANCE_TEMPLATE), server.applicationUrl(FINANCE_TEMPLATE)),
  ]);

  project.provide("postgresUrl", server.url("postgres"));
  project.provide("applicationPostgresUrl", server.applicationUrl("postgres"));
  project.provide("redisUrl", redis.url.replace(/\/\d+$/, ""));
  return async () => {
    await Promise.all([server.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
}
