import postgres from "postgres";
import type { FinanceDb, LiveDb } from "./client";

export interface ServerFacts {
  /** As PostgreSQL numbers itself: 160004 is 16.4. */
  versionNumber: number;
  version: string;
  /** Settings with which a power cut loses what was committed. */
  forgetful: string[];
  /** Connections that an ordinary role may still open. */
  freeConnections: number;
  isReplica: boolean;
}

export async function readServerFacts({ sql }: LiveDb | FinanceDb): Promise<ServerFacts> {
  const [row] = await sql<ServerFacts[]>`
    SELECT current_setting('server_version_num')::int AS "versionNumber", current_setting('server_version') AS version,
      ARRAY(SELECT name || '=' || setting FROM pg_settings
        WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off' ORDER BY name) AS forgetful,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL)::int AS "freeConnections",
      pg_is_in_recovery() AS "isReplica"`;
  if (!row) throw new Error("The server says nothing of itself.");
  return row;
}

/**
 * Runs a prepared statement again while another connection is in a transaction. Rejects behind a pooler that gives the
 * statement to a server connection that never heard of it, as PgBouncer before 1.21 in transaction mode. In a transaction,
 * as the ledger does: outside of one the driver prepares it anew by itself.
 */
export async function tryPreparedStatements(url: string, applicationName: string): Promise<void> {
  const open = () =>
    postgres(url, { max: 1, connect_timeout: 5, connection: { application_name: applicationName } });
  const [one, other] = [open(), open()];
  const ask = () => one.begin((transaction) => transaction`SELECT ${1}::int AS one`);
  try {
    await ask();
    await other.begin(async (transaction) => {
      await transaction`SELECT 1`;
      await ask();
    });
  } finally {
    await Promise.all([one.end({ timeout: 5 }), other.end({ timeout: 5 })]);
  }
}
