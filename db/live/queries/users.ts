import { eq, ilike, inArray } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
import { escapeLike } from "@/db/like-pattern";
import { users } from "@/db/live/schema";

export interface PersonRow {
  userId: string;
  nickname: string;
  role: string;
}

const columns = { userId: users.id, nickname: users.name, role: users.role };

export async function findPerson(db: LiveDb, userId: string): Promise<PersonRow | undefined> {
  const [row] = await db.orm.select(columns).from(users).where(eq(users.id, userId));
  return row;
}

export async function listPeople(db: LiveDb, userIds: readonly string[]): Promise<PersonRow[]> {
  if (userIds.length === 0) return [];
  return db.orm
    .select(columns)
    .from(users)
    .where(inArray(users.id, [...userIds]));
}

/** People whose nickname begins like this, in no matter which case. */
export async function listPeopleByName(db: LiveDb, start: string, limit: number): Promise<PersonRow[]> {
  const pattern = `${escapeLike(start)}%`;
  return db.orm
    .select(columns)
    .from(users)
    .where(ilike(users.name, pattern))
    .orderBy(users.name)
    .limit(limit);
}
