import { and, eq, gt, sql } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { authSessions, secondFactors, users } from "@/db/live/schema";

/** A session and its user: what of them may stand in a cookie that others could read. */
const columns = {
  session: {
    id: authSessions.id,
    token: authSessions.token,
    userId: authSessions.userId,
    expiresAt: authSessions.expiresAt,
    createdAt: authSessions.createdAt,
    updatedAt: authSessions.updatedAt,
  },
  user: {
    id: users.id,
    name: users.name,
    // Made up for everybody; better-auth wants one.
    email: users.email,
    emailVerified: users.emailVerified,
    image: users.image,
    givesAnonymously: users.givesAnonymously,
    role: users.role,
    isAnonymous: users.isAnonymous,
    banned: users.banned,
    banExpires: users.banExpires,
    createdAt: users.createdAt,
    updatedAt: users.updatedAt,
  },
  /** Of an operator; stands in no cookie. */
  factor: {
    verifiedAt: authSessions.secondFactorAt,
    isEnrolled: sql<boolean>`${users.role} = 'operator' AND EXISTS (
      SELECT 1 FROM ${secondFactors} f WHERE f.user_id = ${users.id} AND f.confirmed_at IS NOT NULL)`,
  },
};

export async function findSessionByToken(db: LiveDb, token: string) {
  const [row] = await db.orm
    .select(columns)
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(authSessions.token, token));
  return row;
}

/** False when the session ended meanwhile. */
export async function extendSession(
  db: LiveDb,
  token: string,
  { now, expiresAt }: { now: Date; expiresAt: Date },
): Promise<boolean> {
  const rows = await db.orm
    .update(authSessions)
    .set({ expiresAt, updatedAt: now })
    .where(and(eq(authSessions.token, token), gt(authSessions.expiresAt, now)))
    .returning({ id: authSessions.id });
  return rows.length > 0;
}
