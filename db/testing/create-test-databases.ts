import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { FINANCE_TEMPLATE, LIVE_TEMPLATE } from "./names";

export interface TestDatabases {
  /** As the role of the application, with its rights. */
  liveUrl: string;
  financeUrl: string;
  /** As the role that owns the tables; what tests do to history goes through `tamper`. */
  liveOwnerUrl: string;
  financeOwnerUrl: string;
  /** Ends every connection and removes both databases. */
  drop(): Promise<void>;
}

/** A fresh, migrated pair of databases for one test file. Call it in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabases(): Promise<TestDatabases> {
  const serverUrl = inject("postgresUrl");
  const suffix = randomUUID().slice(0, 8);
  const live = `live_${suffix}`;
  const finance = `finance_${suffix}`;
  await withServer(serverUrl, async (sql) => {
    // Copying files is quicker than replaying them through the log as long as nothing else writes.
    await sql`CREATE DATABASE ${sql(live)} TEMPLATE ${sql(LIVE_TEMPLATE)} STRATEGY FILE_COPY`;
    await sql`CREATE DATABASE ${sql(finance)} TEMPLATE ${sql(FINANCE_TEMPLATE)} STRATEGY FILE_COPY`;
  });
  const applicationUrl = inject("applicationPostgresUrl");
  const at = (url: string, database: string) => url.replace(/\/postgres$/, `/${database}`);
  return {
    liveUrl: at(applicationUrl, live),
    financeUrl: at(applicationUrl, finance),
    liveOwnerUrl: at(serverUrl, live),
    financeOwnerUrl: at(serverUrl, finance),
    drop: () =>
      withServer(serverUrl, async (sql) => {
        await sql`DROP DATABASE IF EXISTS ${sql(live)} WITH (FORCE)`;
        await sql`DROP DATABASE IF EXISTS ${sql(finance)} WITH (FORCE)`;
      }),
  };
}

async function withServer(url: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
