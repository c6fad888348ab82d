import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import type { PostgresServer } from "@/stack/services/postgres";

const ENTER_MS_MAX = 10_000;

/**
 * Work as the superuser of an embedded PostgreSQL, who has no password and so no way in from outside: meanwhile a line in the
 * server's own `pg_hba.conf` lets them in.
 */
export async function asSuperuser<T>(
  server: PostgresServer,
  database: string,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const file = join(server.folder, "pg_hba.conf");
  const rules = readFileSync(file, "utf8");
  const apply = (text: string) => {
    writeFileSync(file, text);
    process.kill(server.pid, "SIGHUP");
  };
  apply(`host all postgres 127.0.0.1/32 trust\n${rules}`);
  const sql = postgres({
    host: "127.0.0.1",
    port: server.port,
    database,
    user: "postgres",
    max: 1,
    onnotice: () => undefined,
  });
  try {
    await untilLetIn(sql);
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
    apply(rules);
  }
}

/** The server reads its rules anew a moment after it is told. */
async function untilLetIn(sql: postgres.Sql): Promise<void> {
  const until = Date.now() + ENTER_MS_MAX;
  for (;;) {
    try {
      await sql`SELECT 1`;
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(50);
    }
  }
}
