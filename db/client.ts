import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { Caches } from "@/platform/runtime/caches";
import * as financeSchema from "./finance/schema";
import * as liveSchema from "./live/schema";
import { type SilenceWatch, type WatchedConnection, watchSilence } from "./silent-connections";

export type Sql = postgres.Sql;
/** One database: `orm` for ordinary queries, `sql` (the same pool) where a hot statement is written by hand. */
export interface Database<S extends Record<string, unknown>> {
  readonly orm: PostgresJsDatabase<S>;
  readonly sql: Sql;
  /** What the process knows of what this database holds. */
  readonly caches: Caches;
  /** How the pool stands now: connections that wait for an answer, of how many, and what all of them have received. */
  readPool(): { busy: number; max: number; receivedBytes: number };
  close(): Promise<void>;
}
export type LiveDb = Database<typeof liveSchema>;
export type FinanceDb = Database<typeof financeSchema>;

export interface PoolOptions {
  poolMax: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** No statement of this pool may run longer; 0 means no limit. */
  statementTimeoutMs?: number;
  /** Told of each connection that was ended because nothing came of it any more. */
  onSilence?(reason: string): void;
  /** A transaction whose client says nothing for so long is ended, and what it has locked is free. */
  idleInTransactionMs?: number;
}

const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Seconds between attempts to connect. The driver's own rule counts the failures of all connections of a pool together
 * and triples with each, so that after two seconds without a database some would wait another twenty.
 */
const reconnectSeconds = () => 0.25 + Math.random() * 0.25;

function openPool(
  url: string,
  options: PoolOptions,
): { sql: Sql } & Pick<Database<Record<string, never>>, "readPool" | "close"> {
  const { applicationName, statementTimeoutMs = STATEMENT_TIMEOUT_MS, onSilence = () => {} } = options;
  const silence = watchSilence({ url, applicationName, statementTimeoutMs, onEnd: onSilence });
  const connections: WatchedConnection[] = [];
  // An option of the mended driver.
  const watched: Pick<SilenceWatch, "watch"> = {
    watch(connection) {
      connections.push(connection);
      silence.watch(connection);
    },
  };
  const sql = postgres(url, {
    max: options.poolMax,
    connect_timeout: 5,
    backoff: reconnectSeconds,
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      // A client that dies while it holds locks must not hold them for ever.
      idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 30_000,
    },
    ...watched,
  });
  return {
    sql,
    readPool: () => ({
      busy: connections.filter((connection) => connection.isWaiting()).length,
      max: options.poolMax,
      receivedBytes: connections.reduce((sum, connection) => sum + connection.readBytes(), 0),
    }),
    async close() {
      await sql.end({ timeout: 5 });
      silence.stop();
    },
  };
}

/**
 * Drizzle makes its pool hand out times as text and take nothing else. It understands the driver's own dates as well, so
 * the driver's way is put back: statements written by hand on the same pool get and give `Date`.
 */
function withDriverTypes<O>(sql: Sql, openOrm: () => O): O {
  const { parsers, serializers } = sql.options;
  const driver = { parsers: { ...parsers }, serializers: { ...serializers } };
  const orm = openOrm();
  for (const name of ["parsers", "serializers"] as const) {
    for (const type of Object.keys(sql.options[name])) delete sql.options[name][Number(type)];
    Object.assign(sql.options[name], driver[name]);
  }
  return orm;
}

export function openLiveDb(url: string, options: PoolOptions): LiveDb {
  const { sql, ...pool } = openPool(url, options);
  const orm = withDriverTypes(sql, () => drizzle(sql, { schema: liveSchema }));
  return { sql, orm, caches: new Caches(), ...pool };
}

export function openFinanceDb(url: string, options: PoolOptions): FinanceDb {
  const { sql, ...pool } = openPool(url, options);
  const orm = withDriverTypes(sql, () => drizzle(sql, { schema: financeSchema }));
  return { sql, orm, caches: new Caches(), ...pool };
}
