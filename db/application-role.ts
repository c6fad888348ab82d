import type { FinanceDb, LiveDb } from "./client";
import type { TableRight } from "./grants";

/**
 * What the role of this connection may do beyond its rights: tables that are only added to or read and that it could
 * change, by right, as their owner or as a superuser. Empty when it is the application's role and no more.
 */
export async function listRewritableTables(
  db: LiveDb | FinanceDb,
  rights: Readonly<Record<string, TableRight>>,
): Promise<string[]> {
  const kept = Object.keys(rights).filter((name) => rights[name] === "add" || rights[name] === "read");
  const rows = await db.sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(${kept}::text[]) AND (
      pg_has_role(c.relowner, 'MEMBER') OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
      OR has_any_column_privilege(c.oid, 'UPDATE'))
    ORDER BY 1`;
  return rows.map(({ name }) => name);
}
