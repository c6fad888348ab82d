import type { LiveDb } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import type { AccountRestrictionKind } from "@/domain/contracts/people";

export interface PersonListRow {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
  role: string;
  phoneCipher: string | null;
  createdAt: Date;
  /** What a page that goes by names continues after. */
  nameKey: string;
  /** Kinds that stand now. */
  restrictions: AccountRestrictionKind[];
}

const select = ({ sql }: LiveDb) => sql`
  SELECT u.id AS "userId", u.name AS nickname, u.image AS "avatarUrl", u.role, u.phone_cipher AS "phoneCipher",
    u.created_at AS "createdAt", lower(u.name) AS "nameKey",
    ARRAY(SELECT DISTINCT a.kind FROM account_restrictions a WHERE a.user_id = u.id AND a.ended_at IS NULL
      AND a.lifted_at IS NULL AND (a.until IS NULL OR a.until > now())) AS restrictions
  FROM users u`;

const startsWith = (text: string) => `${escapeLike(text.toLowerCase())}%`;

/**
 * People by id, by phone, or by the beginning of a nickname (an id or a phone wins), in the order of names; without any the
 * newest first. Each way has its index.
 */
export async function searchPeopleRows(
  db: LiveDb,
  input: {
    userId?: string;
    phoneIndex?: string;
    nameStart?: string;
    role?: string;
    after?: { name: string | null; userId: string };
    limit: number;
  },
): Promise<PersonListRow[]> {
  const { sql } = db;
  const { userId, phoneIndex, nameStart, after, limit } = input;
  const role = input.role === undefined ? sql`` : sql`AND u.role = ${input.role}`;
  if (userId !== undefined) return await sql<PersonListRow[]>`${select(db)} WHERE u.id = ${userId} ${role}`;
  if (phoneIndex !== undefined)
    return await sql<PersonListRow[]>`${select(db)} WHERE u.phone_index = ${phoneIndex} ${role}`;
  if (nameStart !== undefined) {
    const from = after
      ? sql`AND (lower(u.name) COLLATE "C", u.id) > (${after.name ?? ""}, ${after.userId}::uuid)`
      : sql``;
    return await sql<PersonListRow[]>`
      ${select(db)} WHERE lower(u.name) COLLATE "C" LIKE ${startsWith(nameStart)} ${role} ${from}
      ORDER BY lower(u.name) COLLATE "C", u.id LIMIT ${limit}`;
  }
  const before = after ? sql`AND u.id < ${after.userId}` : sql``;
  return await sql<PersonListRow[]>`
    ${select(db)} WHERE true ${role} ${before} ORDER BY u.id DESC LIMIT ${limit}`;
}

export async function findPersonDetail(db: LiveDb, userId: string): Promise<PersonListRow | undefined> {
  const [row] = await db.sql<PersonListRow[]>`${select(db)} WHERE u.id = ${userId}`;
  return row;
}
