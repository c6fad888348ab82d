import type { Sql } from "./client";
import type { DatabaseMark } from "./database-marks";

/** Which database this is, and how far it has come. */
export interface DatabaseIdentity {
  /** Renewed by a restore of ours. */
  incarnation: string;
  /**
   * Server, timeline, database and the row that holds the incarnation: whoever restores by their own means changes one
   * of them. A file system put back as it was changes none, but its position goes back.
   */
  place: string;
  /** How far its log is safely written, as `pg_lsn` writes it. Only ever grows in one place. */
  position: string;
}

/** What others remember of a database. */
export interface KnownDatabase extends DatabaseIdentity {
  /** The last one that was left in it; none where an earlier version remembered it. */
  mark: DatabaseMark | undefined;
}

/** Who it is, by what any role may ask; some hosts keep the server's own id to themselves. */
export async function readDatabaseIdentity(sql: Sql): Promise<DatabaseIdentity> {
  const [allowed] = await sql<{ may: boolean }[]>`
    SELECT has_function_privilege('pg_control_system()', 'EXECUTE') AS may`;
  const server = allowed?.may ? sql`(SELECT system_identifier FROM pg_control_system())::text` : sql`'-'`;
  const [row] = await sql<DatabaseIdentity[]>`
    SELECT i.incarnation, pg_current_wal_flush_lsn()::text AS position,
      concat_ws('/', ${server}, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()), i.xmin) AS place
    FROM database_incarnation i`;
  if (!row) throw new Error("The database has no incarnation.");
  return { ...row };
}
