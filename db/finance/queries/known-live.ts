import type { FinanceDb } from "@/db/client";
import type { DatabaseIdentity } from "@/db/database-identity";

/** The live database that the cursors here belong to; undefined before there was any. */
export async function findKnownLive(db: FinanceDb): Promise<DatabaseIdentity | undefined> {
  const [row] = await db.sql<DatabaseIdentity[]>`
    SELECT incarnation, place, position::text FROM known_live`;
  return row && { ...row };
}

export async function noteKnownLive(db: FinanceDb, live: DatabaseIdentity): Promise<void> {
  const { incarnation, place, position } = live;
  await db.sql`
    INSERT INTO known_live (id, incarnation, place, position) VALUES (1, ${incarnation}, ${place}, ${position}::pg_lsn)
    ON CONFLICT (id) DO UPDATE SET incarnation = excluded.incarnation, place = excluded.place,
      position = excluded.position, seen_at = now()`;
}
