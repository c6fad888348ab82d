import type { FinanceDb } from "@/db/client";
import type { KnownDatabase } from "@/db/database-identity";

/** The live database that the cursors here belong to; undefined before there was any. */
export async function findKnownLive(db: FinanceDb): Promise<KnownDatabase | undefined> {
  const [row] = await db.sql<
    { incarnation: string; place: string; position: string; markId: string | null; markWord: string | null }[]
  >`
    SELECT incarnation, place, position::text, mark_id AS "markId", mark_word AS "markWord" FROM known_live`;
  if (!row) return undefined;
  const { incarnation, place, position, markId, markWord } = row;
  const mark = markId && markWord ? { id: Number(markId), word: markWord } : undefined;
  return { incarnation, place, position, mark };
}

export async function noteKnownLive(db: FinanceDb, live: KnownDatabase): Promise<void> {
  const { incarnation, place, position, mark } = live;
  await db.sql`
    INSERT INTO known_live (id, incarnation, place, position, mark_id, mark_word)
    VALUES (1, ${incarnation}, ${place}, ${position}::pg_lsn, ${mark?.id ?? null}, ${mark?.word ?? null})
    ON CONFLICT (id) DO UPDATE SET incarnation = excluded.incarnation, place = excluded.place,
      position = excluded.position, mark_id = excluded.mark_id, mark_word = excluded.mark_word, seen_at = now()`;
}
