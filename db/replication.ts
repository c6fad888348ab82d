import type { FinanceDb, LiveDb } from "./client";

/** A place in the log of a PostgreSQL server, as `pg_lsn` writes it; its replicas reach the same places. */
export type WalPosition = string;

/** Everything committed so far on a primary lies before this. */
export async function readWalPosition(db: LiveDb | FinanceDb): Promise<WalPosition> {
  const [row] = await db.sql<{ position: string }[]>`SELECT pg_current_wal_insert_lsn()::text AS position`;
  if (!row) throw new Error("A server told no place in its log.");
  return row.position;
}

/**
 * Whether a server shows everything up to a place in its primary's log; of none, whether it answers. An address that
 * leads to the primary itself, as some proxies' do when no replica is left, is always up to date.
 */
export async function hasReached(db: LiveDb | FinanceDb, position: WalPosition | null): Promise<boolean> {
  const [row] = await db.sql<{ reached: boolean | null }[]>`
    SELECT ${position}::pg_lsn IS NULL OR ${position}::pg_lsn <=
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END AS reached`;
  return row?.reached === true;
}
