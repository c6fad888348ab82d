import type { Sql } from "@/db/client";

/** Resolves when the database answers; rejects when it does not within `timeoutMs`. */
export async function pingDatabase({ sql }: { sql: Sql }, timeoutMs: number): Promise<void> {
  await within(timeoutMs, sql`SELECT 1`);
}

/**
 * Resolves when the database takes a write; rejects when it does not within `timeoutMs`. It writes a few bytes to its log
 * and flushes them, and nothing to a table: that fails where it is read-only or has no room.
 */
export async function tryWriting({ sql }: { sql: Sql }, timeoutMs: number): Promise<void> {
  const [row] = await within(
    timeoutMs,
    sql<{ readOnly: string }[]>`
      SELECT current_setting('transaction_read_only') AS "readOnly",
        CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'downpour', 'ready') END AS position`,
  );
  if (row?.readOnly !== "off") throw new Error("The database takes no writes (read-only).");
}

/** Unix milliseconds by the clock of the database's machine. */
export async function readDatabaseTime({ sql }: { sql: Sql }): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
  if (!row) throw new Error("The database told no time.");
  return row.ms;
}

async function within<T>(timeoutMs: number, answer: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
