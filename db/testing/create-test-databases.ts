import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { FINANCE_TEMPLATE, LIVE_TEMPLATE } from "./names";

export interface TestDatabases {
  liveUrl: string;
  financeUrl: string;
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
  return {
    liveUrl: serverUrl.replace(/\/postgres$/, `/${live}`),
    financeUrl: serverUrl.replace(/\/postgres$/, `/${finance}`),
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
