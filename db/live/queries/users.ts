import { eq, inArray } from "drizzle-orm";
import type { LiveDb } from "@/db/client";
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
