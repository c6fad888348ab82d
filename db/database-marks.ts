import type { Sql } from "./client";

/** A mark that a process left in a database; see `databaseMarks`. */
export interface DatabaseMark {
  id: number;
  word: string;
}

/** Marks that are kept; every process leaves one every few seconds. Nobody remembers one that is older than these. */
const MARKS_KEPT = 20_000;

/** Whether a database still has a mark. `aged`: it came much further since, and can not tell any more. */
export async function findMark(sql: Sql, { id, word }: DatabaseMark): Promise<"there" | "aged" | "missing"> {
  const [row] = await sql<{ isThere: boolean; isAged: boolean | null }[]>`
    SELECT EXISTS (SELECT 1 FROM database_marks WHERE id = ${id} AND word = ${word}) AS "isThere",
      ${id}::bigint < (SELECT min(id) FROM database_marks) AS "isAged"`;
  if (row?.isThere) return "there";
  return row?.isAged ? "aged" : "missing";
}

/**
 * Leaves a mark in a database, unless it lacks one of those that are known: then it was put back since they were looked
 * for, and nothing is left. One statement, so that nothing comes between the look and the mark.
 */
export async function leaveMark(sql: Sql, known: readonly DatabaseMark[]): Promise<DatabaseMark | undefined> {
  const [row] = await sql<{ id: string; word: string }[]>`
    WITH oldest AS (SELECT coalesce(min(id), 0) AS id FROM database_marks),
    mark AS (
      INSERT INTO database_marks (word) SELECT gen_random_uuid() WHERE NOT EXISTS (
        SELECT 1 FROM unnest(${known.map(({ id }) => id)}::bigint[], ${known.map(({ word }) => word)}::uuid[]) k (id, word)
        WHERE k.id >= (SELECT id FROM oldest)
          AND NOT EXISTS (SELECT 1 FROM database_marks m WHERE m.id = k.id AND m.word = k.word))
      RETURNING id, word),
    gone AS (DELETE FROM database_marks WHERE id <= (SELECT id - ${MARKS_KEPT}::bigint FROM mark))
    SELECT id, word FROM mark`;
  return row && { id: Number(row.id), word: row.word };
}
