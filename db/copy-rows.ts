import { finished } from "node:stream/promises";
import type { Sql } from "./client";

type Value = string | number | boolean | Date | null;

/** The text format of COPY (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2). */
function write(value: Value): string {
  if (value === null) return "\\N";
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "string") return String(value);
  return value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] as string);
}
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Adds many rows in the caller's transaction, far faster than INSERT. `into` is the table with its columns, of our own text. */
export async function copyRows(tx: Sql, into: string, rows: readonly (readonly Value[])[]): Promise<void> {
  if (rows.length === 0) return;
  const stream = await tx.unsafe(`COPY ${into} FROM STDIN`).writable();
  stream.end(rows.map((row) => `${row.map(write).join("\t")}\n`).join(""));
  await finished(stream);
}
