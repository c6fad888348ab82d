import type { LiveDb } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";

export interface OwnSession {
  sessionId: string;
  createdAt: Date;
  seenAt: Date;
  ipAddress: string | null;
  userAgent: string | null;
}

/** Whether a session began so short a time ago that its browser has just proven the phone. */
export async function isSessionFresh(
  db: LiveDb,
  input: { sessionId: string; userId: string; minutes: number },
): Promise<boolean> {
  const rows = await db.sql`
    SELECT 1 FROM auth_sessions WHERE id = ${input.sessionId} AND user_id = ${input.userId}
      AND created_at > now() - ${input.minutes}::int * interval '1 minute'`;
  return rows.length > 0;
}

/** Somebody's sessions that have not run out, the latest first. */
export async function listOwnSessions(db: LiveDb, userId: string, limit: number): Promise<OwnSession[]> {
  const rows = await db.sql<OwnSession[]>`
    SELECT id AS "sessionId", created_at AS "createdAt", updated_at AS "seenAt", ip_address AS "ipAddress",
      user_agent AS "userAgent"
    FROM auth_sessions WHERE user_id = ${userId} AND expires_at > now()
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt), seenAt: new Date(row.seenAt) }));
}

/** Ends one session of somebody, or all, with its audit row. Returns which. */
export async function endSessionsByOperator(
  { sql }: LiveDb,
  input: {
    userId: string;
    sessionId?: string;
    by: ActionBy;
  },
): Promise<string[]> {
  const { userId, sessionId = null, by } = input;
  return await inTransaction(sql, async (tx) => {
    const rows = await tx<{ id: string }[]>`
      DELETE FROM auth_sessions WHERE user_id = ${userId} AND (${sessionId}::uuid IS NULL OR id = ${sessionId}::uuid)
      RETURNING id`;
    if (rows.length > 0) {
      const after = { ended: rows.length };
      await insertOperatorAction(tx, { ...by, action: "session.end", subject: `user:${userId}`, after });
    }
    return rows.map((row) => row.id);
  });
}

/** Ends one session of somebody, or all but one. Returns which. */
export async function endOwnSessions(
  db: LiveDb,
  input: { userId: string } & ({ sessionId: string } | { exceptSessionId: string }),
): Promise<string[]> {
  const rows =
    "sessionId" in input
      ? await db.sql<{ id: string }[]>`
          DELETE FROM auth_sessions WHERE user_id = ${input.userId} AND id = ${input.sessionId} RETURNING id`
      : await db.sql<{ id: string }[]>`
          DELETE FROM auth_sessions WHERE user_id = ${input.userId} AND id <> ${input.exceptSessionId} RETURNING id`;
  return rows.map((row) => row.id);
}
