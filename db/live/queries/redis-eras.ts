import type { LiveDb } from "@/db/client";
import { inTransaction } from "@/db/transaction";

/** Redis as this database knows it: see the table. */
export interface RedisEraRow {
  era: number;
  run: string;
  isSettled: boolean;
  isMended: boolean;
  /** Milliseconds since it began, by the database's clock. */
  ageMs: number;
}

interface RawEra {
  era: number;
  run: string;
  is_settled: boolean;
  is_mended: boolean;
  age_ms: string;
}

const toEra = (row: RawEra): RedisEraRow => ({
  era: row.era,
  run: row.run,
  isSettled: row.is_settled,
  isMended: row.is_mended,
  ageMs: Number(row.age_ms),
});

/** The era that holds; undefined when no Redis was ever seen. */
export async function findRedisEra(db: Pick<LiveDb, "sql">): Promise<RedisEraRow | undefined> {
  const [row] = await db.sql<RawEra[]>`
    SELECT era, run, settled_at IS NOT NULL AS is_settled, mended_at IS NOT NULL AS is_mended,
      greatest(0, extract(epoch FROM now() - opened_at) * 1000) AS age_ms
    FROM redis_eras ORDER BY era DESC LIMIT 1`;
  return row && toEra(row);
}

/**
 * Begins the era after `after`, unless another process has: of many that see the same, one begins it. The first of all
 * has nothing behind it and is settled at once. `above`: the era that Redis remembers, where the database was put back to before
 * it. Returns the era that holds now.
 */
export async function openRedisEra(
  db: LiveDb,
  input: { run: string; after: number | undefined; reason: "run" | "behind"; above?: number },
): Promise<RedisEraRow> {
  const { run, after, reason, above = 0 } = input;
  return await inTransaction(db.sql, async (tx) => {
    await tx`LOCK TABLE redis_eras IN SHARE ROW EXCLUSIVE MODE`;
    const latest = await findRedisEra({ sql: tx });
    if (latest && latest.era !== after) return latest;
    if (latest) {
      await tx`INSERT INTO redis_eras (era, run, reason) VALUES (${Math.max(latest.era, above) + 1}, ${run}, ${reason})`;
    } else {
      await tx`
        INSERT INTO redis_eras (era, run, reason, settled_at, mended_at) VALUES (0, ${run}, 'first', now(), now())`;
    }
    const opened = await findRedisEra({ sql: tx });
    if (!opened) throw new Error("An era that was opened is not there.");
    return opened;
  });
}

/** Takes what is to be done at the beginning of an era, for so long; false when somebody has it or it is done. */
export async function takeEraWork(db: LiveDb, era: number, seconds: number): Promise<boolean> {
  const rows = await db.sql`
    UPDATE redis_eras SET work_until = now() + ${seconds} * interval '1 second'
    WHERE era = ${era} AND mended_at IS NULL AND (work_until IS NULL OR work_until < now()) RETURNING 1`;
  return rows.length > 0;
}

/** Gives it back undone, for whoever comes next. */
export async function leaveEraWork(db: LiveDb, era: number): Promise<void> {
  await db.sql`UPDATE redis_eras SET work_until = NULL WHERE era = ${era}`;
}

/** Rains may be grabbed from. */
export async function recordEraSettled(db: LiveDb, era: number): Promise<void> {
  await db.sql`UPDATE redis_eras SET settled_at = coalesce(settled_at, now()) WHERE era = ${era}`;
}

/** Nothing of before is left. */
export async function recordEraMended(db: LiveDb, era: number): Promise<void> {
  await db.sql`UPDATE redis_eras SET mended_at = coalesce(mended_at, now()) WHERE era = ${era}`;
}
