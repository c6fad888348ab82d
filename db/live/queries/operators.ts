import type { LiveDb, Sql } from "@/db/client";

/** Who is an operator and can sign in now. */
const isAble = (sql: Sql) => sql`
  u.role = 'operator' AND NOT (coalesce(u.banned, false) AND coalesce(u.ban_expires > now(), true))`;

export async function countOperators({ sql }: Pick<LiveDb, "sql">): Promise<number> {
  const [row] = await sql<{ operators: number }[]>`
    SELECT count(*)::int AS operators FROM users u WHERE ${isAble(sql)}`;
  return row?.operators ?? 0;
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
