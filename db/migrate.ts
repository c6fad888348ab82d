import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { noteMigrations } from "./applied-migrations";
import { FINANCE_GRANTS } from "./finance/grants";
import { applyGrants, type TableRight } from "./grants";
import { LIVE_GRANTS } from "./live/grants";

/** Any number will do as long as nothing else uses it; two nodes that start together then migrate one after the other. */
const MIGRATION_LOCK = 6_148_914_691;

/**
 * Brings the live database to the newest migration, as its owner, and gives the role that the application comes as its
 * rights. Runs from the sources and from `dist` alike.
 */
export function migrateLive(ownerUrl: string, applicationUrl = ownerUrl): Promise<void> {
  return applyMigrations("live", LIVE_GRANTS, ownerUrl, applicationUrl);
}

/** Brings the finance database to the newest migration, in the same way. */
export function migrateFinance(ownerUrl: string, applicationUrl = ownerUrl): Promise<void> {
  return applyMigrations("finance", FINANCE_GRANTS, ownerUrl, applicationUrl);
}

async function applyMigrations(
  name: "live" | "finance",
  rights: Readonly<Record<string, TableRight>>,
  ownerUrl: string,
  applicationUrl: string,
): Promise<void> {
  const migrationsFolder = fileURLToPath(new URL(`../db/${name}/migrations`, import.meta.url));
  // The lock belongs to a connection, so there is exactly one.
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK}::bigint)`;
    await migrate(drizzle(sql), { migrationsFolder });
    await noteMigrations(sql);
    const role = roleOf(applicationUrl);
    if (role !== roleOf(ownerUrl)) await applyGrants(sql, rights, role);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const roleOf = (url: string) => decodeURIComponent(new URL(url).username);

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
