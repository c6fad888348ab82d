import type { FinanceDb, LiveDb } from "./client";

/** What connects for itself only and changes nothing behind anybody's back. */
const OWN = ["downpour-restore", "downpour-backup", "downpour-audit", "downpour-doctor"];

/** Names of our processes that are connected to a database. */
export async function listProcesses(db: LiveDb | FinanceDb): Promise<string[]> {
  const rows = await db.sql<{ name: string }[]>`
    SELECT DISTINCT application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'downpour-%'
      AND NOT application_name = ANY(${OWN}::text[])
    ORDER BY 1`;
  return rows.map(({ name }) => name);
}
