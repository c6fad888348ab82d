import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

/** Any number will do as long as nothing else uses it; two nodes that start together then migrate one after the other. */
const MIGRATION_LOCK = 6_148_914_691;

/** Brings the live database to the newest migration. Runs from the sources and from `dist` alike. */
export function migrateLive(url: string): Promise<void> {
  return applyMigrations(url, fileURLToPath(new URL("../db/live/migrations", import.meta.url)));
}

/** Brings the finance database to the newest migration. */
export function migrateFinance(url: string): Promise<void> {
  return applyMigrations(url, fileURLToPath(new URL("../db/finance/migrations", import.meta.url)));
}

async function applyMigrations(url: string, migrationsFolder: string): Promise<void> {
  // The lock belongs to a connection, so there is exactly one.
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK}::bigint)`;
    await migrate(drizzle(sql), { migrationsFolder });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Creates the database that a URL names when the server does not have it yet. */
export async function ensureDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  target.pathname = "/postgres";
  const sql = postgres(target.href, { max: 1, onnotice: () => undefined });
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${name}`;
    if (!found) await sql`CREATE DATABASE ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
