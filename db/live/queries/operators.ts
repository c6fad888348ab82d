import type { LiveDb, Sql } from "@/db/client";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";

/** Who is an operator and can sign in now. */
const isAble = (sql: Sql) => sql`
  u.role = 'operator' AND NOT (coalesce(u.banned, false) AND coalesce(u.ban_expires > now(), true))`;

/** As long as a proposal may wait: whoever could have decided it still counts. */
const LATELY = "72 hours";

/**
 * How many operators can sign in, and how many more could until others banned them lately. What migrations wrote down of
 * bans of long ago is in the platform's name.
 */
export async function countOperators({
  sql,
}: Pick<LiveDb, "sql">): Promise<{ able: number; bannedLately: number }> {
  const [row] = await sql<{ able: number; bannedLately: number }[]>`
    SELECT count(*) FILTER (WHERE ${isAble(sql)})::int AS able,
      count(*) FILTER (WHERE NOT (${isAble(sql)}) AND EXISTS (
        SELECT 1 FROM account_restrictions a WHERE a.user_id = u.id AND a.kind = 'signIn'
          AND a.created_by <> ${PLATFORM_ACTOR_ID} AND a.created_at > now() - ${LATELY}::interval))::int AS "bannedLately"
    FROM users u WHERE u.role = 'operator'`;
  return row ?? { able: 0, bannedLately: 0 };
}

export interface OperatorRow {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
}

/** Those of the given people who are operators and can sign in; nobody changes them until the transaction ends. */
export async function lockOperators(sql: Sql, userIds: readonly string[]): Promise<Map<string, OperatorRow>> {
  const rows = await sql<OperatorRow[]>`
    SELECT u.id AS "userId", u.name AS nickname, u.image AS "avatarUrl" FROM users u
    WHERE u.id = ANY(${[...userIds]}::uuid[]) AND ${isAble(sql)} ORDER BY u.id FOR SHARE`;
  return new Map(rows.map((row) => [row.userId, row]));
}
