import type { LiveDb } from "@/db/client";

/** One session that ended, or without its id, all sessions of somebody whose rights changed. */
export interface SessionEnd {
  id: number;
  userId: string;
  sessionId: string | null;
}

/** Takes up to `limit` ends, the oldest first, for whoever asks: nobody else gets them for `leaseMs`. */
export async function takeSessionEnds(
  db: LiveDb,
  input: { limit: number; leaseMs: number },
): Promise<SessionEnd[]> {
  const rows = await db.sql<{ id: string; user_id: string; session_id: string | null }[]>`
    UPDATE session_ends SET taken_until = now() + ${input.leaseMs}::int * interval '1 ms'
    WHERE id IN (
      SELECT id FROM session_ends WHERE taken_until IS NULL OR taken_until < now()
      ORDER BY id LIMIT ${input.limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING id, user_id, session_id`;
  return rows.map((row) => ({ id: Number(row.id), userId: row.user_id, sessionId: row.session_id }));
}

/** They are to be told once more, after a while. */
export async function postponeSessionEnds(db: LiveDb, ids: readonly number[], ms: number): Promise<void> {
  await db.sql`
    UPDATE session_ends SET taken_until = now() + ${ms}::int * interval '1 ms' WHERE id = ANY(${[...ids]}::bigint[])`;
}

/** They have been told to everybody. */
export async function forgetSessionEnds(db: LiveDb, ids: readonly number[]): Promise<void> {
  await db.sql`DELETE FROM session_ends WHERE id = ANY(${[...ids]}::bigint[])`;
}

/** Whether a session is still there, and the role of its person: past every cache. */
export async function findSessionRole(
  db: LiveDb,
  input: { sessionId: string; userId: string },
): Promise<string | undefined> {
  const [row] = await db.sql<{ role: string }[]>`
    SELECT u.role FROM auth_sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${input.sessionId} AND u.id = ${input.userId} AND s.expires_at > now()
      AND (u.banned IS NOT TRUE OR u.ban_expires <= now())`;
  return row?.role;
}
