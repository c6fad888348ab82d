import { createHash } from "node:crypto";
import type { Sql } from "../client";

/** A table with the columns that a copy holds: those that are computed are computed again. */
export interface TableShape {
  name: string;
  columns: string[];
}

/** Every table of ours, by name. */
export async function listTables(sql: Sql): Promise<TableShape[]> {
  const rows = await sql<{ name: string; columns: string[] }[]>`
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname`;
  return rows.map(({ name, columns }) => ({ name, columns }));
}

/** The same for two databases whose tables are alike: only into such a one can a copy be put back. */
export async function readShapeHash(sql: Sql): Promise<string> {
  const rows = await sql<{ line: string }[]>`
    SELECT format('%s.%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`;
  return createHash("sha256")
    .update(rows.map(({ line }) => line).join("\n"))
    .digest("hex");
}

/** How far each sequence has counted; null when it has not begun. */
export async function readSequences(sql: Sql): Promise<Record<string, string | null>> {
  const rows = await sql<{ name: string; last: string | null }[]>`
    SELECT sequencename AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`;
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}
