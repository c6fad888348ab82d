import { type FinanceDb, type LiveDb, openFinanceDb, openLiveDb } from "@/db/client";
import type { Stack } from "@/stack/stack";

export interface Databases {
  live: LiveDb;
  finance: FinanceDb;
}

/** Both, as their owner and for statements that take as long as they take. */
export function openDatabases(stack: Stack): Databases {
  const pool = { poolMax: 4, applicationName: "bench", statementTimeoutMs: 0 };
  return { live: openLiveDb(stack.liveOwnerUrl, pool), finance: openFinanceDb(stack.financeUrl, pool) };
}

/** Viewers and then anchors, by number, in a table of the bench. */
export async function insertBenchPeople(live: LiveDb, people: number): Promise<void> {
  await live.sql`
    CREATE TABLE bench_people AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, ${people}::int) AS n`;
  await live.sql`ALTER TABLE bench_people ADD PRIMARY KEY (n)`;
}
