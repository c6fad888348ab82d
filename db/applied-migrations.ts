import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type postgres from "postgres";
import type { FinanceDb, LiveDb } from "./client";

/** The application does not see what the migrator keeps; a comment on this table, of both databases, is for everybody. */
const NOTED_ON = "database_incarnation";
const NOTE = "newest migration: ";

/** Notes for the application how far the database was migrated. Run by the owner, after migrating. */
export async function noteMigrations(sql: postgres.Sql): Promise<void> {
  const [newest] = await sql<{ when: string }[]>`
    SELECT max(created_at) AS "when" FROM drizzle.__drizzle_migrations`;
  await sql.unsafe(`COMMENT ON TABLE ${NOTED_ON} IS '${NOTE}${Number(newest?.when)}'`);
}

export interface MigrationState {
  /** Migrations of this version of the program that the database does not have yet. */
  missing: number;
  /** Whether the database has one that this version does not know. */
  isAhead: boolean;
}

/** Undefined where nothing was noted: it was never migrated, or by a version that did not note it. */
export async function compareMigrations(
  { sql }: LiveDb | FinanceDb,
  name: "live" | "finance",
): Promise<MigrationState | undefined> {
  const [row] = await sql<{ note: string | null }[]>`
    SELECT obj_description(to_regclass(${NOTED_ON}), 'pg_class') AS note`;
  if (!row?.note?.startsWith(NOTE)) return undefined;
  // The migrator goes by the newest that was applied; so does this.
  const newestMs = Number(row.note.slice(NOTE.length));
  const file = fileURLToPath(new URL(`../db/${name}/migrations/meta/_journal.json`, import.meta.url));
  const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { when: number }[] };
  const times = journal.entries.map((entry) => entry.when);
  return {
    missing: times.filter((when) => when > newestMs).length,
    isAhead: newestMs > Math.max(...times),
  };
}
